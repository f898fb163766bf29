"""A bar with frames/s and time left, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def frame_progress(what: str) -> Iterator[tuple[Callable[[int], None], Callable[[], None]]]:
    """Show a bar with frames/s and time left on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield (lambda frames: None), (lambda: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Frames a second so far."""

        def render(self, task: Task) -> Text:
            """Give the rate as text."""
            return Text(f"{task.speed:.1f} frames/s" if task.speed else "starting")

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None)
        yield (lambda frames: bar.update(task, total=frames)), (lambda: bar.advance(task))
