"""An adult crosses a residential street by day without looking, from near or far side (after Euro NCAP CPNA and CPFA).

Range: contact, or a near miss with pet_s below 2.5 s.
"""
from scenegen import (Cross, Ego, Light, Meet, Mixture, Pedestrian, Requirement, Scenario, Sidewalk, Street, Traffic,
                      TruncNormal, Uniform, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="jaywalk_adult", tags=("nhtsa 11", "nhtsa 12"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), sidewalk=2.2, parking=2.2, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(15.0, 55.0), sun_azimuth=Uniform(60.0, 300.0)),
    weather=Weather(cloud=Uniform(0.0, 0.9)),
    traffic=Traffic(density=6.0, parked=0.35),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(35, 50)), reacts=True),
    actors=(
        Pedestrian(
            "walker", role="rare", kind="adult", clothing=choice("dark", "mixed", "bright", p=(0.4, 0.4, 0.2)),
            at=Sidewalk(choice("right", "left", p=(0.6, 0.4)), s=Uniform(75, 100), t=Uniform(0.05, 0.3)),
            does=(
                Wait(until=Meet("ego", margin=Uniform(0.2, 1.6))),
                Cross(speed=Mixture((TruncNormal(1.6, 0.25, 0.9, 2.4), TruncNormal(3.2, 0.7, 2.0, 5.5)), (0.7, 0.3)),
                      angle=Uniform(70, 110), run_up=1.0),
            ),
        ),
    ),
    requires=(Requirement("enough approach road", "walker.at.s - ego.s > 3.5 * ego.speed"),),
    duration=9.0, fps=10,
)
