"""A car stands in the ego's lane with hazard lights on, a triangle behind it, its driver beside it (NHTSA type 26, CCRs).

Nobody drives ahead of the ego, so it meets the vehicle itself. Range: the ego stops behind it, nearest distance 1 to 4 m,
min_ttc_s 1.4 to 3.2 s.
"""
from scenegen import (Debris, Ego, Light, OnLane, P, Pedestrian, Requirement, Roadside, Scenario, Street, Traffic, Uniform,
                      Vehicle, Wait, Weather, choice, kmh)

place = P("breakdown_s", Uniform(105, 125))

scenario = Scenario(
    name="broken_down_vehicle", tags=("nhtsa 26", "ncap CCRs"),
    road=Street(lanes=2, lane_width=Uniform(3.25, 3.5), length=400.0, sidewalk=0.0, shoulder=1.0,
                curvature=Uniform(-1 / 600, 1 / 600), speed_limit=kmh(80), surroundings="rural"),
    light=Light(sun_elevation=Uniform(10.0, 55.0), sun_azimuth=Uniform(60.0, 300.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=8.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(50, 70)), reacts=True),
    actors=(
        Vehicle("broken_down", role="rare", kind=choice("car", "van", p=(0.8, 0.2)), hazard_lights=True,
                at=OnLane(lane=1, s=place, t=Uniform(-0.7, -0.1)), does=(Wait(),)),
        Debris("triangle", kind="warning_triangle", at=OnLane(lane=1, s=place - 25.0, t=Uniform(-2.3, -1.9))),
        Pedestrian("driver", role="rare", kind="adult", clothing=choice("dark", "mixed", "bright"),
                   at=Roadside("right", s=place - 1.5, offset=Uniform(0.2, 1.2)), does=(Wait(),)),
    ),
    requires=(Requirement("room to stop", "broken_down.at.s - ego.s > 4.0 * ego.speed"),),
    duration=12.0, fps=10,
)
