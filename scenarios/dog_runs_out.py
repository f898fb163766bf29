"""A dog runs into the road from between parked cars (NHTSA types 9 and 10, animal on the road).

Range: contact, or a near miss with pet_s below 1.5 s.
"""
from scenegen import (Animal, Cross, Ego, HiddenBehind, Light, Meet, Parked, Requirement, Scenario, Street, Traffic,
                      TruncNormal, Uniform, Vehicle, Wait, Weather, kmh)

scenario = Scenario(
    name="dog_runs_out", tags=("nhtsa 9", "nhtsa 10"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.4), sidewalk=2.0, parking=2.2, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(5.0, 50.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=5.0, parked=0.6),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(28, 45)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Vehicle("parked_car", kind="car", at=Parked("right", s=Uniform(52, 60))),
        Animal("dog", role="rare", kind="dog", at=HiddenBehind("parked_car", gap=Uniform(0.4, 1.2), setback=-0.6),
               does=(Wait(until=Meet("ego", margin=Uniform(0.2, 0.9))),
                     Cross(speed=TruncNormal(5.0, 1.0, 3.0, 7.5), angle=Uniform(70, 110), run_up=1.0))),
    ),
    requires=(Requirement("enough approach road", "parked_car.at.s - ego.s > 2.4 * ego.speed"),),
    duration=5.0, fps=10,
)
