"""The outer lane of a dual carriageway is closed by cones; people work behind them (CARLA's ConstructionObstacle).

Range: no contact; the ego passes the workers at 1 to 4 m.
"""
from scenegen import (Ego, Light, OnLane, P, Pedestrian, Prop, Real, Scenario, Street, Traffic, Uniform, Vehicle,
                      Wait, Weather, kmh)

start = P("start", Uniform(55, 70))


def cone(number: int) -> Prop:
    """Give a cone of the taper, then of the row along the closed lane; s and t grow with the number."""
    along, across = 6.0 * number, max(3.3 - 0.55 * number, 0.0)
    return Prop(f"cone_{number}", kind="traffic_cone", at=OnLane(lane=2, s=start + along, t=1.75 - across))


def worker(number: int, along: float, side: Real) -> Pedestrian:
    """Give somebody at work behind the cones."""
    return Pedestrian(f"worker_{number}", kind="adult", clothing="hi_vis", role="rare" if number == 1 else "",
                      present=1.0 if number == 1 else 0.6, at=OnLane(lane=2, s=start + along, t=side), does=(Wait(),))


scenario = Scenario(
    name="work_zone", tags=("nhtsa 12", "nhtsa 22"),
    road=Street(lanes=4, lane_width=Uniform(3.4, 3.6), length=500.0, sidewalk=0.0, shoulder=1.5, speed_limit=kmh(60),
                surroundings="rural"),
    light=Light(sun_elevation=Uniform(8.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=8.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(35, 50)), reacts=True),
    actors=(
        Prop("arrow", kind="beacon", at=OnLane(lane=2, s=start - 6.0, t=-1.4)),
        *(cone(number) for number in range(13)),
        Prop("barrier", kind="barrier", at=OnLane(lane=2, s=start + 34.0, t=0.0)),
        worker(1, 44.0, Uniform(-0.6, 0.4)),
        worker(2, 52.0, Uniform(-0.8, 0.2)), worker(3, 60.0, Uniform(-0.8, 0.2)),
        Vehicle("truck", kind="truck", at=OnLane(lane=2, s=start + 78.0, t=-0.2), hazard_lights=True, does=(Wait(),)),
    ),
    duration=9.0, fps=10,
)
