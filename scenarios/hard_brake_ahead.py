"""The car in front brakes hard without warning (NHTSA type 25, lead vehicle decelerating; Euro NCAP CCRb).

Range: no contact; nearest distance 1 to 8 m, min_ttc_s 1.0 to 3.5 s.
"""
from scenegen import (AheadOf, AtTime, Brake, Ego, FollowLane, Light, P, Scenario, Street, Traffic, Uniform, Vehicle,
                      Wait, Weather, choice, kmh)

speed = P("cruise", kmh(Uniform(45, 60)))

scenario = Scenario(
    name="hard_brake_ahead", tags=("nhtsa 25", "ncap CCRb"),
    road=Street(lanes=2, lane_width=Uniform(3.1, 3.5), length=400.0, sidewalk=2.0, parking=2.2, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(5.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.3, 0.8, p=(0.7, 0.2, 0.1))),
    traffic=Traffic(density=0.0, oncoming=10.0),
    ego=Ego(lane=1, s=20.0, speed=speed, reacts=True),
    actors=(
        Vehicle("leader", role="rare", kind=choice("car", "suv", "van", p=(0.65, 0.2, 0.15)),
                at=AheadOf("ego", gap=Uniform(14, 26)), speed=speed,
                does=(FollowLane(until=AtTime(Uniform(1.0, 2.5))), Brake(deceleration=Uniform(4.0, 7.5), to=0.0), Wait())),
    ),
    duration=8.0, fps=10,
)
