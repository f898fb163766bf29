"""A faster car passes the ego and cuts in sharply (NHTSA type 17, changing lanes; CARLA's HighwayCutIn).

Range: no contact; nearest distance 1 to 8 m.
"""
from scenegen import (AheadOf, Brake, ChangeLane, Ego, FollowLane, Light, Passed, Scenario, Street, Traffic, Uniform,
                      Vehicle, Weather, choice, kmh)

scenario = Scenario(
    name="cut_in", tags=("nhtsa 17", "nhtsa 22"),
    road=Street(lanes=4, lane_width=Uniform(3.25, 3.6), length=600.0, sidewalk=0.0, shoulder=1.5, speed_limit=kmh(100),
                surroundings="rural"),
    light=Light(sun_elevation=Uniform(5.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.3, p=(0.8, 0.2))),
    traffic=Traffic(density=0.0, oncoming=8.0),
    ego=Ego(lane=2, s=20.0, speed=kmh(Uniform(70, 85)), reacts=True),
    actors=(
        Vehicle("cutter", role="rare", kind=choice("car", "suv", "van", p=(0.6, 0.25, 0.15)), speed=kmh(Uniform(92, 108)),
                at=AheadOf("ego", gap=Uniform(0.5, 3.0), lane=1),
                does=(FollowLane(until=Passed("ego", by=Uniform(1.5, 4.5))), ChangeLane(lane=2, over=Uniform(1.4, 2.4)),
                      Brake(deceleration=Uniform(3.0, 6.0), to=kmh(Uniform(35, 50))), FollowLane())),
    ),
    duration=8.0, fps=10,
)
