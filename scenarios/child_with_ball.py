"""A ball rolls into the road from behind a parked car, and a child runs after it (NHTSA 11 and 12; Euro NCAP CPNCO).

Range: contact, or a near miss with pet_s below 2.0 s.
"""
from scenegen import (Cross, Debris, Ego, HiddenBehind, Light, Meet, Parked, Pedestrian, Requirement, Scenario,
                      Street, Traffic, TruncNormal, Uniform, Vehicle, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="child_with_ball", tags=("nhtsa 11", "nhtsa 12", "ncap CPNCO"),
    road=Street(lanes=2, lane_width=Uniform(2.9, 3.3), sidewalk=2.0, parking=2.2, speed_limit=kmh(30)),
    light=Light(sun_elevation=Uniform(10.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 0.8)),
    traffic=Traffic(density=0.0, oncoming=3.0, parked=0.6),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(25, 38)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Vehicle("parked_car", kind=choice("car", "suv", "van", p=(0.5, 0.3, 0.2)), at=Parked("right", s=Uniform(52, 60))),
        Debris("ball", kind="ball", at=HiddenBehind("parked_car", gap=Uniform(0.8, 1.4), setback=-0.9),
               does=(Wait(until=Meet("ego", margin=Uniform(1.6, 2.4))), Cross(speed=Uniform(2.5, 4.0), run_up=0.2))),
        Pedestrian("child", role="rare", kind="child", clothing=choice("dark", "mixed", "bright"),
                   at=HiddenBehind("parked_car", gap=Uniform(0.3, 0.7), setback=-0.3),
                   does=(Wait(until=Meet("ego", margin=Uniform(0.2, 1.0))),
                         Cross(speed=TruncNormal(3.2, 0.6, 2.0, 4.6), run_up=0.8))),
    ),
    requires=(Requirement("enough approach road", "parked_car.at.s - ego.s > 2.8 * ego.speed"),),
    duration=6.0, fps=10,
)
