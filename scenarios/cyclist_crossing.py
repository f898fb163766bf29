"""A cyclist sets off from the roadside and crosses the ego's way (NHTSA 13 and 14; after Euro NCAP CBNA and CBFA).

Range: contact, or a near miss with pet_s below 2.0 s.
"""
from scenegen import (Cross, Ego, Light, Meet, Requirement, Roadside, Scenario, Street, Traffic, TruncNormal, Uniform,
                      Vehicle, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="cyclist_crossing", tags=("nhtsa 13", "nhtsa 14", "ncap CBNA", "ncap CBFA"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), sidewalk=2.5, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(8.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=5.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(30, 48)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Vehicle("cyclist", role="rare", kind="bicycle",
                at=Roadside(choice("right", "left", p=(0.65, 0.35)), s=Uniform(75, 95), offset=Uniform(2.0, 5.0)),
                does=(Wait(until=Meet("ego", margin=Uniform(0.5, 2.0))),
                      Cross(speed=TruncNormal(4.2, 0.8, 2.8, 5.6), angle=Uniform(75, 105), run_up=Uniform(4.0, 7.0)))),
    ),
    requires=(Requirement("enough approach road", "cyclist.at.s - ego.s > 4.0 * ego.speed"),),
    duration=9.0, fps=10,
)
