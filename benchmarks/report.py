"""What every benchmark prints: the machine it ran on, and figures beside their bounds."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number; `bound` says in words what it must hold, "" for none."""

    name: str
    value: str
    bound: str = ""
    holds: bool = True


def at_most(name: str, value: float, bound: float, unit: str, digits: str = ".2f") -> Figure:
    """Make a figure that must not exceed a bound."""
    return Figure(name, f"{value:{digits}} {unit}".strip(), f"<= {bound:g} {unit}".strip(), value <= bound)


def at_least(name: str, value: float, bound: float, unit: str, digits: str = ".2f") -> Figure:
    """Make a figure that must reach a bound."""
    return Figure(name, f"{value:{digits}} {unit}".strip(), f">= {bound:g} {unit}".strip(), value >= bound)


def say_machine(device: str = "") -> None:
    """Print the machine, and how busy it is: figures of time mean little beside other work."""
    load = os.getloadavg()[0]
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.2f}")
    if device:
        print(f"device:  {device}")


def say(figures: Iterable[Figure], title: str = "") -> bool:
    """Print figures with their bounds; tell whether all hold."""
    if title:
        print(f"\n{title}")
    holds = True
    for figure in figures:
        verdict = "" if not figure.bound else f"{figure.bound:>22}  {'holds' if figure.holds else 'BROKEN'}"
        print(f"  {figure.name:<58} {figure.value:>18} {verdict}".rstrip())
        holds &= figure.holds
    sys.stdout.flush()
    return holds
