"""After a storm a tree lies across the road (NHTSA types 35 and 36, object on the road).

Range: no contact; the ego stops before it, nearest distance 3.5 to 7 m.
"""
from scenegen import (Debris, Ego, Light, OnLane, Requirement, Scenario, Street, Traffic, Uniform, Weather, choice,
                      kmh)

scenario = Scenario(
    name="fallen_tree", tags=("nhtsa 35", "nhtsa 36"),
    road=Street(lanes=2, lane_width=Uniform(2.9, 3.4), length=400.0, sidewalk=0.0, shoulder=0.4,
                curvature=Uniform(-1 / 400, 1 / 400), speed_limit=kmh(80), surroundings="rural"),
    light=Light(sun_elevation=Uniform(2.0, 30.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.6, 1.0), rain=choice(0.0, 4.0, p=(0.5, 0.5)), road_wetness=Uniform(0.2, 0.9)),
    traffic=Traffic(density=0.0, oncoming=0.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(40, 55)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(
        Debris("tree", role="rare", kind="fallen_tree", yaw=choice(0.0, 180.0),
               at=OnLane(lane=1, s=Uniform(95, 110), t=Uniform(-0.5, 2.0))),
    ),
    requires=(Requirement("room to stop", "tree.at.s - ego.s > 4.6 * ego.speed"),),
    duration=10.0, fps=10,
)
