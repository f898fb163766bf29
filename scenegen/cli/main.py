"""The front door: the group of commands, and how errors are shown."""

from __future__ import annotations

import difflib
import sys
from typing import Any

import click

from scenegen.cli import formats_command, inspect_commands, language_commands, render_command
from scenegen.errors import ScenegenError


class _Group(click.Group):
    """Shows a person's mistake in one or two lines, and names the nearest command for a misspelt one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ScenegenError as error:
            click.echo(f"scenegen: {error}", err=True)
            sys.exit(error.exit_code)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "scenegen"
            click.echo(f"scenegen: {error.format_message()} (see {command} --help)", err=True)
            sys.exit(error.exit_code)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None
            raise


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="scenegen")
def main() -> None:
    """Driving scenes with exact labels, from scenario scripts, without a screen.

    \b
    scenegen list                                    what can be rendered
    scenegen formats                                 in which layouts it can be written
    scenegen render jaywalker_dart_out --out out/a   make a data set
    scenegen preview out/a                           look at it
    scenegen verify out/a                            prove its labels
    """


main.add_command(render_command.render)
main.add_command(formats_command.formats)
for _command in (*inspect_commands.COMMANDS, *language_commands.COMMANDS):
    main.add_command(_command)
