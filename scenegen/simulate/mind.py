"""Runs a behaviour of one's own: shows it the world of each tick and takes its next action."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from scenegen.errors import ScenarioError
from scenegen.scenario.behaviour import Action, Behaviour
from scenegen.simulate.trigger import Senses, Sight

FASTEST = 70.0  # m/s


@dataclass
class Seen:
    """A body as a behaviour sees it; the same object lives through the step and shows each tick."""

    name: str
    s: float = 0.0
    t: float = 0.0
    speed: float = 0.0
    heading: float = 0.0

    def show(self, sight: Sight) -> None:
        """Take over where a body is now."""
        self.s, self.t, self.speed = sight.state.s, sight.state.t, sight.state.speed
        self.heading = math.degrees(sight.state.heading)


class World:
    """The world as a behaviour sees it."""

    def __init__(self) -> None:
        self.time_s = 0.0
        self._senses: Senses | None = None

    def show(self, senses: Senses) -> None:
        """Take over the present tick."""
        self.time_s, self._senses = senses.now_s, senses

    def actor(self, name: str) -> Seen:
        """Give another actor as it is now."""
        if self._senses is None:
            raise ValueError("the world is seen from the first tick on")
        seen = Seen(name)
        try:
            seen.show(self._senses.find(name))
        except KeyError:
            raise ScenarioError(f"world.actor: there is no actor {name!r}") from None
        return seen


class Mind:
    """One run of a behaviour; `think` is asked once a tick, in the order of time."""

    def __init__(self, behaviour: Behaviour, path: str, me: Sight, senses: Senses) -> None:
        """Begin a behaviour.

        Raises:
            ScenarioError: its code is not there, because the scene was read from a file.
        """
        if behaviour.function is None:
            raise ScenarioError(f"{path}: the code of {behaviour.name} is not in the file; run its script instead of a replay")
        self._path, self._me, self._world = path, Seen(me.body.name), World()
        self._show(me, senses)
        self._actions: Iterator[Action] = behaviour.function(self._me, self._world)

    def think(self, me: Sight, senses: Senses) -> Action | None:
        """Give the next action, None when the behaviour has ended.

        Raises:
            ScenarioError: the function failed, or gave something else than an action; says where.
        """
        self._show(me, senses)
        try:
            action = next(self._actions, None)
        except ScenarioError:
            raise
        except Exception as problem:
            raise ScenarioError(f"{self._path}: {type(problem).__name__}: {problem}") from problem
        if action is None:
            return None
        if not isinstance(action, Action) or not 0.0 <= action.speed <= FASTEST or not math.isfinite(action.heading):
            raise ScenarioError(f"{self._path}: {action!r} is no Action with a speed of 0 to {FASTEST:g} m/s")
        return action

    def _show(self, me: Sight, senses: Senses) -> None:
        self._me.show(me)
        self._world.show(senses)
