"""Somebody steps onto the crosswalk before a junction at the last moment (NHTSA types 11 and 12; after Euro NCAP CPNA).

Range: contact, or a near miss with pet_s below 4 s, or the ego stops less than 8 m away.
"""
from scenegen import (Cross, Ego, Intersection, Light, Pedestrian, Scenario, Sidewalk, TimeToArrival, Traffic,
                      TruncNormal, Uniform, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="crosswalk_late", tags=("nhtsa 11", "nhtsa 12", "ncap CPNA"),
    road=Intersection(arms=choice(3, 4), lanes=2, control="right_before_left", length=90.0, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(3.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.4, p=(0.8, 0.2))),
    traffic=Traffic(density=0.0),
    ego=Ego(lane=1, s=Uniform(32, 42), speed=kmh(Uniform(28, 42)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Pedestrian("walker", role="rare", kind=choice("adult", "child", p=(0.8, 0.2)),
                   clothing=choice("dark", "mixed", "bright"),
                   at=Sidewalk(choice("right", "left"), s=Uniform(86.6, 88.0), t=0.15),
                   does=(Wait(until=TimeToArrival("ego", below=Uniform(2.2, 3.2))),
                         Cross(speed=TruncNormal(1.5, 0.25, 0.9, 2.2), run_up=0.5))),
    ),
    duration=8.0, fps=10,
)
