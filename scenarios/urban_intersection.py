"""Baseline: a drive through a junction with signals and crosswalks, a car ahead and people on foot, nothing rare.

Range: no contact, nobody rare; the ego drives on, follows or turns.
"""
from scenegen import (AheadOf, Behind, Ego, FollowLane, IntRange, Intersection, Light, Pedestrian, Scenario, Sidewalk, Traffic,
                      Uniform, Vehicle, WalkAlong, Weather, choice, kmh)

scenario = Scenario(
    name="urban_intersection",
    road=Intersection(arms=IntRange(3, 4), lanes=2, control="signals", length=110.0, speed_limit=kmh(50),
                      turn=choice("straight", "left", "right", p=(0.5, 0.25, 0.25))),
    light=Light(sun_elevation=Uniform(3.0, 60.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.4, p=(0.8, 0.2))),
    traffic=Traffic(density=0.0),
    ego=Ego(lane=1, s=Uniform(35, 55), speed=kmh(Uniform(28, 42)), reacts=True),
    actors=(
        Vehicle("ahead", kind=choice("car", "suv", "van", p=(0.7, 0.2, 0.1)), at=AheadOf("ego", gap=Uniform(16, 40)),
                speed=kmh(Uniform(28, 42)), does=(FollowLane(),)),
        Vehicle("farther", kind="car", present=0.6, at=AheadOf("ahead", gap=Uniform(12, 35)), speed=kmh(Uniform(30, 42)),
                does=(FollowLane(),)),
        Vehicle("follower", kind="car", present=0.6, at=Behind("ego", gap=Uniform(12, 25)), speed=kmh(Uniform(28, 40)),
                does=(FollowLane(),)),
        Pedestrian("walker", at=Sidewalk("right", s=Uniform(60, 95)), does=(WalkAlong(speed=Uniform(1.0, 1.6)),)),
        Pedestrian("other", at=Sidewalk("left", s=Uniform(60, 95)),
                   does=(WalkAlong(speed=Uniform(1.0, 1.6), direction="against"),)),
    ),
    duration=9.0, fps=10,
)
