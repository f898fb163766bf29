"""A door of a parked car opens, and a cyclist swerves round it in front of the ego (NHTSA type 13; CARLA's VehicleOpensDoor).

Range: no contact; nearest distance of the ego from the cyclist 4 to 13 m.
"""
from scenegen import (AheadOf, ChangeLane, DistanceTo, Ego, FollowLane, Light, OpenDoor, P, Parked, Passed, Scenario,
                      Street, Traffic, TruncNormal, Uniform, Vehicle, Wait, Weather, choice, kmh)

scenario = Scenario(
    name="cyclist_door_zone", tags=("nhtsa 13", "nhtsa 14"),
    road=Street(lanes=2, lane_width=Uniform(3.2, 3.5), length=400.0, sidewalk=2.0, parking=2.2, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(8.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=2.0, parked=0.6),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(28, 38)), reacts=True),
    actors=(
        Vehicle("parked_car", kind=choice("hatchback", "saloon", "suv"), at=Parked("right", s=Uniform(66, 74)),
                does=(Wait(until=DistanceTo("cyclist", below=P("warning", Uniform(9, 14)))),
                      OpenDoor("left", angle=Uniform(45, 65), over=Uniform(0.6, 1.1)), Wait())),
        Vehicle("cyclist", role="rare", kind="bicycle", speed=TruncNormal(4.6, 0.5, 3.6, 5.8),
                at=AheadOf("ego", gap=Uniform(16, 22), t=Uniform(-1.1, -0.8)),
                does=(FollowLane(until=DistanceTo("parked_car", below=P("warning", Uniform(9, 14)))),
                      ChangeLane(lane=1, t=Uniform(0.1, 0.5), over=Uniform(0.9, 1.4)),
                      FollowLane(until=Passed("parked_car", by=1.0)), ChangeLane(lane=1, t=-0.8, over=2.0))),
    ),
    duration=9.0, fps=10,
)
