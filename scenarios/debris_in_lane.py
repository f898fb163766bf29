"""Lost load lies in the ego's lane of a country road by day (NHTSA pre-crash types 35 and 36, object on the road).

Nobody drives ahead of the ego, so it meets the load itself. Range: the ego stops 4 to 6 m before it, min_ttc_s 1.2 to 2.4 s.
"""
from scenegen import (Debris, Ego, Light, OnLane, Requirement, Scenario, Street, Traffic, TruncNormal, Uniform, Weather,
                      choice, kmh)

scenario = Scenario(
    name="debris_in_lane", tags=("nhtsa 35", "nhtsa 36"),
    road=Street(lanes=2, lane_width=Uniform(3.25, 3.5), length=400.0, sidewalk=0.0, shoulder=0.5,
                curvature=Uniform(-1 / 500, 1 / 500), speed_limit=kmh(80), surroundings="rural"),
    light=Light(sun_elevation=Uniform(10.0, 55.0), sun_azimuth=Uniform(60.0, 300.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=8.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(55, 75)), reacts=True),
    actors=(
        Debris("lost_load", role="rare", at=OnLane(lane=1, s=Uniform(90, 115), t=TruncNormal(0.0, 0.4, -1.0, 1.0)),
               kind=choice("tyre_tread", "ladder", "mattress", "cardboard_box", "timber", "exhaust",
                           p=(0.3, 0.1, 0.1, 0.25, 0.15, 0.1)), yaw=Uniform(0, 360)),
        Debris("second_piece", kind=choice("cardboard_box", "timber", "bucket"), present=0.4,
               at=OnLane(lane=1, s=Uniform(120, 160), t=Uniform(-1.4, 1.4)), yaw=Uniform(0, 360)),
    ),
    requires=(Requirement("seen in time to matter", "lost_load.at.s - ego.s > 3.0 * ego.speed"),),
    duration=10.0, fps=10,
)
