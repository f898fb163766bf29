"""Cows stand and stroll on a country road; the ego has to stop (NHTSA types 9 and 10, animal on the road).

Range: no contact; the ego stops, nearest distance 0.8 to 8 m.
"""
from scenegen import (Animal, AtTime, Ego, Freeze, Light, OnLane, Requirement, Roadside, Scenario, Street, Traffic,
                      Uniform, WalkAlong, Weather, choice, kmh)

scenario = Scenario(
    name="cattle_on_road", tags=("nhtsa 9", "nhtsa 10"),
    road=Street(lanes=2, lane_width=Uniform(2.8, 3.3), length=400.0, sidewalk=0.0, shoulder=0.3,
                curvature=Uniform(-1 / 500, 1 / 500), speed_limit=kmh(70), surroundings="rural"),
    light=Light(sun_elevation=Uniform(3.0, 45.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), fog_visibility=choice(20000.0, 300.0, p=(0.8, 0.2))),
    traffic=Traffic(density=0.0, oncoming=0.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(35, 55)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Animal("standing", role="rare", kind="cow", at=OnLane(lane=1, s=Uniform(80, 95), t=Uniform(-0.8, 0.8)),
               does=(Freeze(for_=60.0),)),
        Animal("strolling", role="rare", kind="cow", at=OnLane(lane=-1, s=Uniform(84, 98), t=Uniform(-0.5, 0.8)),
               does=(WalkAlong(speed=Uniform(0.4, 0.9), direction="against", until=AtTime(Uniform(2.0, 6.0))),
                     Freeze(for_=60.0))),
        Animal("grazing", kind="cow", present=0.7, at=Roadside("right", s=Uniform(75, 105), offset=Uniform(1.5, 5.0))),
        Animal("calf", kind="cow", present=0.5, at=Roadside("left", s=Uniform(80, 110), offset=Uniform(1.5, 6.0))),
    ),
    requires=(Requirement("room to stop", "standing.at.s - ego.s > 4.4 * ego.speed"),),
    duration=10.0, fps=10,
)
