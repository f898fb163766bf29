"""A roe deer breaks from the verge of a country road at dusk or night (NHTSA pre-crash types 9 and 10, animal on the road).

A second one may follow, and stand in the lights when the ego is near. Range: contact, or a near miss with pet_s below 1.2 s.
"""
from scenegen import (Animal, AtTime, Cross, DistanceTo, Ego, Freeze, Light, Meet, Requirement, Roadside, Scenario, Street,
                      Traffic, TruncNormal, Uniform, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="deer_crossing", tags=("nhtsa 9", "nhtsa 10"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), length=500.0, sidewalk=0.0, shoulder=0.5,
                curvature=Uniform(-1 / 500, 1 / 500), speed_limit=kmh(80), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-12.0, 0.0), sun_azimuth=Uniform(0.0, 360.0),
                moonlight=Uniform(0.0, 1.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=4.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(40, 56)), reacts=True, reaction_time=Uniform(0.7, 1.3)),
    actors=(
        Animal("deer", role="rare", kind="roe_deer",
               at=Roadside(choice("left", "right"), s=Uniform(58, 66), offset=Uniform(2.0, 5.0)),
               does=(Wait(until=Meet("ego", margin=Uniform(0.1, 1.0))),
                     Cross(speed=TruncNormal(6.5, 1.8, 3.5, 11.0), angle=Uniform(70, 110), run_up=Uniform(1.0, 2.5)))),
        Animal("second", kind="roe_deer", present=0.4,
               at=Roadside("right", s=Uniform(85, 100), offset=Uniform(2.0, 6.0)),
               does=(Wait(until=AtTime(Uniform(1.5, 3.5))),
                     Cross(speed=Uniform(2.5, 5.0), until=DistanceTo("ego", below=Uniform(20, 35))), Freeze(for_=20.0))),
    ),
    requires=(Requirement("seen in time to matter", "deer.at.s - ego.s > 2.8 * ego.speed"),),
    duration=5.0, fps=10,
)
