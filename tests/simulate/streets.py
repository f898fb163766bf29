"""Small scenes for tests of the simulator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scenegen.roads.build import build_network
from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene import (
    CameraScene,
    CrossScene,
    EgoScene,
    HiddenBehindScene,
    LightScene,
    MeetScene,
    ParkedScene,
    PedestrianScene,
    Scene,
    StepScene,
    StreetScene,
    TrafficScene,
    TriggerScene,
    VehicleScene,
    WaitScene,
    WeatherScene,
)
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.run import simulate

STREET = StreetScene(
    lanes=2, lane_width=3.25, length=300.0, sidewalk=2.0, parking=2.2, shoulder=0.0, curvature=0.0, speed_limit=13.9,
    markings="vienna", drive="right", oneway=False, surroundings="residential", origin=(0.0, 0.0), heading_deg=0.0,
)  # fmt: skip
EMPTY = TrafficScene(density=0.0, oncoming=0.0, parked=0.0, pedestrians=0.0, headway=1.4, trucks=0.05)
BUSY = replace(EMPTY, density=20.0, oncoming=15.0, parked=0.5, pedestrians=6.0)
EGO = EgoScene(lane=1, s=20.0, speed=10.0, reacts=False, reaction_time=1.0, max_braking=6.0)
VAN = VehicleScene("van", "background", "van", "white", ParkedScene("right", 100.0, 0.3), None, False, ())


def child(until: TriggerScene, *, gap: float = 0.8, angle_deg: float = 90.0) -> PedestrianScene:
    does: tuple[StepScene, ...] = (WaitScene("wait", until, None), CrossScene("cross", 2.6, angle_deg, 1.0, None))
    return PedestrianScene("child", "rare", "child", "dark", HiddenBehindScene("van", gap, 0.3), does)


def meet(margin: float, impact: float | None = None) -> MeetScene:
    return MeetScene("ego", margin, impact, 0.0)


def scene(**changes: Any) -> Scene:
    base = Scene(
        scenario="test", seed=0, index=0, attempt=0, road=STREET, light=LightScene(20.0, 180.0, False, 0.0),
        weather=WeatherScene(0.5, 10000.0, 0.0, 0.0), cameras=(CameraScene(1242, 375, 721.5, 0.5, 0.0, 1.65, 0.0),),
        lidars=(),
        traffic=EMPTY, ego=EGO, actors=(), duration=9.0, fps=10, substeps=10, draws=(),
    )  # fmt: skip
    return replace(base, **changes)


def network_of(of: Scene) -> RoadNetwork:
    return build_network(of.road)


def run(**changes: Any) -> Clip:
    made = scene(**changes)
    return simulate(made, network_of(made))


def track(clip: Clip, name: str) -> Track:
    return next(track for track in clip.tracks if track.name == name)


def event_s(clip: Clip, what: str) -> float:
    return next(event.time_s for event in clip.events if event.what == what)
