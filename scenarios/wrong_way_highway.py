"""At night a car comes towards the ego on its own carriageway of a divided highway (NHTSA 21; Euro NCAP CCFhos).

Seven in ten are in the ego's lane; half of those swerve late.
Range: contact, or min_ttc_s below 1.8 s, or nearest distance below 3 m.
"""
from scenegen import (ChangeLane, Ego, Light, Oncoming, Scenario, Street, TimeToCollision, Traffic, TruncNormal,
                      Uniform, Vehicle, Weather, Weave, choice, kmh)

scenario = Scenario(
    name="wrong_way_highway", tags=("nhtsa 20", "nhtsa 21", "ncap CCFhos"),
    road=Street(lanes=2, oneway=True, lane_width=Uniform(3.5, 3.75), length=600.0, sidewalk=0.0, shoulder=2.5,
                speed_limit=kmh(120), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-40.0, -8.0), moonlight=Uniform(0.0, 1.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(70, 100)), reacts=True),
    actors=(
        Vehicle("ghost", role="rare", kind=choice("car", "suv", "van", p=(0.7, 0.2, 0.1)),
                speed=TruncNormal(25.0, 6.0, 14.0, 34.0),
                at=Oncoming(lane=choice(1, 2, p=(0.7, 0.3)), s=Uniform(115, 140), t=Uniform(-0.4, 0.4)),
                does=(Weave(amplitude=Uniform(0.05, 0.3), period=Uniform(3.0, 6.0),
                            until=TimeToCollision("ego", below=Uniform(0.6, 1.4))),
                      ChangeLane(lane=2, t=choice(0.0, 3.0), over=Uniform(1.2, 2.0)))),
    ),
    duration=3.2, fps=10,
)
