"""Spoils YAML of scenarios in many small ways, and tells how each is taken."""

from __future__ import annotations

import random

from scenegen.errors import ScenegenError
from scenegen.scenario.sampling import sample
from scenegen.scenario.yaml_reader import read_document

WORDS = (
    "{", "}", "[", "]", ":", ",", "-", "&a ", "*a", "!!x ", "~", "null", "'", '"', "|", ">", "%", "@", "?", "\t", "\n", "  ",
    "0", "-1", "1e999", ".inf", "nan", "true", "unit", "uniform", "choice", "mixture", "shared", "law", "cross", "ego", "all",
    "of", "until", "does", "wait", "extends: x.yaml\n", "set", "sweep", "over", "sobol", "tags", "points", "[[1, 2]]",
    "overtake", "ahead_of", "aboard", "visible", "behave", "1e-400", "\x00", "\ud800", "\u00e9", "#", "<<: ", "---\n",
    "...\n", "1/0", "9" * 400, "\u2028", "\ufeff", "0x10", "1_000", "=", "yes",
)  # fmt: skip
MOST_EDITS = 4


def mutated(text: str, rng: random.Random) -> str:
    """Give a text with one to four edits: words put in, stretches cut, doubled, swapped, lines moved."""
    for _ in range(rng.randint(1, MOST_EDITS)):
        at, length = rng.randrange(len(text) + 1), rng.randrange(13)
        kind = rng.randrange(6)
        if kind == 0:
            text = text[:at] + rng.choice(WORDS) + text[at + length :]
        elif kind == 1:
            text = text[:at] + text[at + length :]
        elif kind == 2:
            text = text[:at] + text[at : at + length] * rng.randint(2, 4) + text[at + length :]
        elif kind == 3:
            text = text[:at] + chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x2000)))) + text[at + 1 :]
        else:
            lines = text.split("\n")
            a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
            if kind == 4:
                lines[a], lines[b] = lines[b], lines[a]
            else:
                lines.insert(b, lines[a])
            text = "\n".join(lines)
    return text


def verdict(text: str) -> str:
    """Give `scenario`, `named error`, or the type and text of what a text should not have raised; samples are drawn too."""
    try:
        document = read_document(text, "fuzz.yaml")
        sample(document.scenario, 0)
    except ScenegenError:
        return "named error"
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return "scenario"
