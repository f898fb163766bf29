"""At night somebody in dark clothes walks along an unlit country road, back to the ego (NHTSA 12; Euro NCAP CPLA).

Range: the ego slows behind the walker or passes beside, nearest distance 0.1 to 9 m, no contact.
"""
from scenegen import (Ego, Light, OnLane, Pedestrian, Requirement, Scenario, Street, Traffic, TruncNormal, Uniform,
                      WalkAlong, Weather, choice, kmh)

scenario = Scenario(
    name="walk_along_road_night", tags=("nhtsa 12", "ncap CPLA"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.4), length=500.0, sidewalk=0.0, shoulder=0.5,
                curvature=Uniform(-1 / 600, 1 / 600), speed_limit=kmh(70), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-30.0, -12.0), moonlight=Uniform(0.0, 1.0)),
    weather=Weather(cloud=Uniform(0.2, 1.0), road_wetness=choice(0.0, 0.5, p=(0.7, 0.3))),
    traffic=Traffic(density=0.0, oncoming=3.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(40, 60)), reacts=True, reaction_time=Uniform(0.8, 1.3)),
    actors=(
        Pedestrian("walker", role="rare", kind="adult", clothing=choice("dark", "mixed", p=(0.8, 0.2)),
                   at=OnLane(lane=1, s=Uniform(76, 92), t=Uniform(-1.6, -0.8)),
                   does=(WalkAlong(speed=TruncNormal(1.4, 0.2, 0.9, 1.9)),)),
    ),
    requires=(Requirement("room to stop", "walker.at.s - ego.s > 3.7 * ego.speed"),),
    duration=8.0, fps=10,
)
