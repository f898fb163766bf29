"""An overturned vehicle lies in the ego's lane after a crash, somebody beside it (NHTSA types 26 and 35; Euro NCAP CCRs).

Range: no contact; the ego stops, nearest distance 1 to 7 m.
"""
from scenegen import (Debris, Ego, Light, OnLane, P, Pedestrian, Requirement, Roadside, Scenario, Street, Traffic,
                      Uniform, Vehicle, Wait, Weather, choice, kmh)

place = P("crash_s", Uniform(100, 120))

scenario = Scenario(
    name="overturned_vehicle", tags=("nhtsa 26", "nhtsa 35", "ncap CCRs"),
    road=Street(lanes=2, lane_width=Uniform(3.2, 3.5), length=400.0, sidewalk=0.0, shoulder=1.0,
                curvature=Uniform(-1 / 600, 1 / 600), speed_limit=kmh(80), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-8.0, 50.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.4, p=(0.6, 0.4))),
    traffic=Traffic(density=0.0, oncoming=0.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(45, 65)), reacts=True),
    actors=(
        Vehicle("wreck", role="rare", kind=choice("overturned_car", "overturned_van", "overturned_truck", p=(0.6, 0.25, 0.15)),
                at=OnLane(lane=1, s=place, t=Uniform(-0.6, 0.6)), yaw=Uniform(-35, 35)),
        Debris("part", kind=choice("exhaust", "tyre_tread", "bucket"), yaw=Uniform(0, 360),
               at=OnLane(lane=-1, s=place + 4.0, t=Uniform(-1.2, 1.2))),
        Pedestrian("driver", kind="adult", clothing=choice("dark", "mixed", "bright"),
                   at=Roadside("right", s=place - 3.0, offset=Uniform(0.3, 1.5)), does=(Wait(),)),
    ),
    requires=(Requirement("room to stop", "ego.speed * 4.4 < 100 - ego.s"),),
    duration=10.0, fps=10,
)
