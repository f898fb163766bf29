"""The pickup in front loses its load, which slides along the lane (NHTSA types 35 and 36, object on the road).

Range: no contact; the ego stops before it, nearest distance 4 to 8 m.
"""
from scenegen import (Aboard, AheadOf, AtTime, Debris, DropLoad, Ego, FollowLane, Light, P, Scenario, Street, Traffic,
                      Uniform, Vehicle, Weather, choice, kmh)

scenario = Scenario(
    name="load_falls_off", tags=("nhtsa 35", "nhtsa 36"),
    road=Street(lanes=2, lane_width=Uniform(3.25, 3.6), length=500.0, sidewalk=0.0, shoulder=1.0, speed_limit=kmh(80),
                surroundings="rural"),
    light=Light(sun_elevation=Uniform(8.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=6.0),
    ego=Ego(lane=1, s=15.0, speed=P("cruise", kmh(Uniform(50, 70))), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Vehicle("pickup", kind="pickup", at=AheadOf("ego", gap=Uniform(18, 28)), speed=P("cruise", kmh(Uniform(50, 70))),
                does=(FollowLane(until=AtTime(Uniform(0.8, 2.0))), DropLoad("load"))),
        Debris("load", role="rare", at=Aboard("pickup", x=-1.9, y=Uniform(-0.3, 0.3), z=Uniform(0.8, 1.1)), yaw=Uniform(0, 360),
               kind=choice("cardboard_box", "mattress", "ladder", "timber", p=(0.3, 0.3, 0.2, 0.2))),
    ),
    duration=9.0, fps=10,
)
