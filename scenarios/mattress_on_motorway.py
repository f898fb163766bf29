"""A mattress lies in a lane of a motorway (NHTSA types 35 and 36; a third of US debris crashes are on interstates).

Range: no contact; the ego stops before it, nearest distance 4 to 7 m.
"""
from scenegen import (Debris, Ego, Light, OnLane, Requirement, Scenario, Street, Traffic, TruncNormal, Uniform,
                      Weather, choice, kmh)

scenario = Scenario(
    name="mattress_on_motorway", tags=("nhtsa 35", "nhtsa 36"),
    road=Street(lanes=2, oneway=True, lane_width=Uniform(3.5, 3.75), length=600.0, sidewalk=0.0, shoulder=2.5,
                speed_limit=kmh(120), surroundings="rural"),
    light=Light(sun_elevation=Uniform(2.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), rain=choice(0.0, 3.0, p=(0.85, 0.15)),
                    road_wetness=choice(0.0, 0.4, p=(0.85, 0.15))),
    traffic=Traffic(density=0.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(70, 95)), reacts=True, reaction_time=Uniform(0.7, 1.1), max_braking=7.0),
    actors=(
        Debris("mattress", role="rare", kind="mattress", yaw=Uniform(0, 360),
               at=OnLane(lane=1, s=Uniform(135, 150), t=TruncNormal(0.0, 0.5, -1.0, 1.0))),
    ),
    requires=(Requirement("room to stop", "mattress.at.s - ego.s > 4.2 * ego.speed"),),
    duration=8.0, fps=10,
)
