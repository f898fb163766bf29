"""Lost load lies in the open lane beside a closed one, in heavy rain (NHTSA types 35 and 36, object on the road).

Range: no contact; the ego stops before the load, nearest distance 4 to 7 m.
"""
from scenegen import (Debris, Ego, Light, OnLane, P, Pedestrian, Prop, Real, Scenario, Street, Traffic, TruncNormal,
                      Uniform, Wait, Weather, choice, kmh)

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
    name="work_zone_debris_rain", tags=("nhtsa 35", "nhtsa 36"),
    road=Street(lanes=4, lane_width=Uniform(3.4, 3.6), length=500.0, sidewalk=0.0, shoulder=1.5, speed_limit=kmh(60),
                surroundings="rural"),
    light=Light(sun_elevation=Uniform(5.0, 40.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(rain=TruncNormal(9.0, 4.0, 3.0, 20.0), road_wetness=Uniform(0.6, 1.0), cloud=1.0),
    traffic=Traffic(density=0.0, oncoming=8.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(35, 50)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Prop("arrow", kind="beacon", at=OnLane(lane=2, s=start - 6.0, t=-1.4)),
        *(cone(number) for number in range(13)),
        Prop("barrier", kind="barrier", at=OnLane(lane=2, s=start + 34.0, t=0.0)),
        Debris("lost_load", role="rare", yaw=Uniform(0, 360),
               at=OnLane(lane=1, s=start + 12.0, t=TruncNormal(0.0, 0.4, -0.9, 0.9)),
               kind=choice("tyre_tread", "ladder", "mattress", "cardboard_box", "timber", p=(0.2, 0.2, 0.2, 0.2, 0.2))),
        Debris("fallen_cone", kind="cone_lying", yaw=Uniform(0, 360), at=OnLane(lane=1, s=start + 21.0, t=Uniform(-1.3, -0.6))),
    ),
    duration=9.0, fps=10,
)
