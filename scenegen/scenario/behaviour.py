"""Behaviour of one's own: a Python generator function that sees the world each tick and says what to do. Not exportable.

YAML can not hold one, and a clip made with one can be read and verified, but not simulated again from its record.
"""

from __future__ import annotations

import hashlib
import inspect
import marshal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Protocol, TypeAlias

from scenegen.errors import ScenarioError

NOT_IN_JSON = {"in_json": False}


@dataclass(frozen=True)
class Action:
    """What to do until the next tick: a speed in m/s and, for who is bound to no lane, a heading in degrees from the road's."""

    speed: float
    heading: float = 0.0


class View(Protocol):
    """What a behaviour sees of a body, its own or another's, as it is now: road coordinates in metres, m/s, degrees."""

    @property
    def name(self) -> str:
        """Name of the actor."""

    @property
    def s(self) -> float:
        """Place along the road."""

    @property
    def t(self) -> float:
        """Place to the left of the road's middle."""

    @property
    def speed(self) -> float:
        """Speed along its heading."""

    @property
    def heading(self) -> float:
        """Heading against the road, counter-clockwise."""


class Surroundings(Protocol):
    """What a behaviour sees of the world: the clip's time, and others by name."""

    @property
    def time_s(self) -> float:
        """Time since the first frame."""

    def actor(self, name: str) -> View:
        """Give another actor, or the ego."""


BehaviourFunction: TypeAlias = Callable[[View, Surroundings], Iterator[Action]]


@dataclass(frozen=True)
class Behaviour:
    """A behaviour in a scene: its name, a digest of its code, and the function where it was drawn from a script."""

    name: str
    digest: str
    function: BehaviourFunction | None = field(default=None, compare=False, repr=False, metadata=NOT_IN_JSON)

    def __reduce__(self) -> Any:
        raise ScenarioError(f"the behaviour {self.name} is code of a script and can not go to another process; use --jobs 1")


def behaviour_of(function: BehaviourFunction) -> Behaviour:
    """Name a function, so that scenes that hold it can be compared."""
    digest = hashlib.sha256(marshal.dumps(_code(function))).hexdigest()[:16]
    return Behaviour(getattr(function, "__qualname__", "behaviour"), digest, function)


def check_behaviour(value: object, path: str) -> None:
    """Refuse what is not a generator function of two arguments.

    Raises:
        ScenarioError: says what was wanted.
    """
    if not inspect.isgeneratorfunction(value):
        raise ScenarioError(f"{path}: wanted a generator function `def my(me, world): yield Action(...)`, got {value!r}")
    if len(inspect.signature(value).parameters) != 2:
        raise ScenarioError(f"{path}: {value.__qualname__} must take two arguments, me and world")


def _code(function: Any) -> CodeType:
    code: CodeType = inspect.unwrap(function).__code__
    return code
