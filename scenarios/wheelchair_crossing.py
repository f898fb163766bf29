"""Somebody in a wheelchair crosses mid-block, slowly (NHTSA types 11 and 12; after Euro NCAP CPNA).

Range: contact, or the ego stops or passes with pet_s below 5 s.
"""
from scenegen import (Cross, Ego, Light, Meet, Pedestrian, Requirement, Roadside, Scenario, Street, Traffic,
                      TruncNormal, Uniform, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="wheelchair_crossing", tags=("nhtsa 11", "nhtsa 12", "ncap CPNA"),
    road=Street(lanes=2, lane_width=Uniform(2.9, 3.4), sidewalk=3.0, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(5.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=3.0, pedestrians=3.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(28, 42)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Pedestrian("wheelchair", role="rare", kind="adult", gear="wheelchair", clothing=choice("dark", "mixed", "bright"),
                   at=Roadside(choice("right", "left", p=(0.7, 0.3)), s=Uniform(70, 85), offset=Uniform(0.5, 1.5)),
                   does=(Wait(until=Meet("ego", margin=Uniform(0.8, 2.4))),
                         Cross(speed=TruncNormal(1.05, 0.2, 0.7, 1.5), run_up=0.8))),
    ),
    requires=(Requirement("enough approach road", "wheelchair.at.s - ego.s > 4.0 * ego.speed"),),
    duration=8.0, fps=10,
)
