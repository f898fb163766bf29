"""Child darts out from behind a parked van, at dusk (after Euro NCAP CPNCO).

Range: contact, or a near miss with min_ttc_s below 1.6 s.
"""
from scenegen import (Cross, Ego, HiddenBehind, Light, Meet, Parked, Pedestrian, Requirement, Scenario, Street,
                      Traffic, TruncNormal, Uniform, Vehicle, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="jaywalker_dart_out", tags=("nhtsa 12", "ncap CPNCO"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), sidewalk=2.0, parking=2.2, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(-4.0, 2.0), street_lamps=True),
    weather=Weather(cloud=Uniform(0.2, 0.8)),
    traffic=Traffic(density=8.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(35, 50)), reacts=False),
    actors=(
        Vehicle("van", at=Parked("right", s=Uniform(75, 90), curb_gap=Uniform(0.15, 0.4)), kind="van"),
        Pedestrian(
            "child", role="rare", kind="child", clothing=choice("dark", "mixed", "bright", p=(0.5, 0.35, 0.15)),
            at=HiddenBehind("van", gap=Uniform(0.3, 1.2), setback=Uniform(0.0, 0.6)),
            does=(
                Wait(until=Meet("ego", margin=Uniform(0.0, 0.8))),
                Cross(speed=TruncNormal(2.6, 0.6, 1.2, 4.2), angle=Uniform(75, 105), run_up=1.0),
            ),
        ),
    ),
    requires=(Requirement("enough approach road", "van.at.s - ego.s > 4.0 * ego.speed"),),
    duration=7.5, fps=10,
)
