"""A cyclist or motorcyclist has fallen and lies in the ego's lane (NHTSA types 13 and 26; Euro NCAP CMRs).

Range: no contact; the ego stops, nearest distance 1 to 5 m.
"""
from scenegen import (Ego, Light, OnLane, Pedestrian, Requirement, Roadside, Scenario, Street, Traffic, Uniform,
                      Vehicle, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="fallen_rider", tags=("nhtsa 13", "nhtsa 26", "ncap CMRs"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), length=400.0, sidewalk=2.0, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(-4.0, 45.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.5, p=(0.5, 0.5))),
    traffic=Traffic(density=0.0, oncoming=4.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(30, 45)), reacts=True),
    actors=(
        Vehicle("fallen", role="rare", kind=choice("fallen_bicycle", "fallen_motorcycle"), yaw=Uniform(-180, 180),
                at=OnLane(lane=1, s=Uniform(75, 88), t=Uniform(-0.6, 0.4))),
        Pedestrian("helper", kind="adult", at=Roadside("right", s=Uniform(72, 92), offset=Uniform(0.1, 0.8)),
                   present=0.5, does=(Wait(),)),
    ),
    requires=(Requirement("room to stop", "fallen.at.s - ego.s > 4.2 * ego.speed"),),
    duration=9.0, fps=10,
)
