"""Baseline: a two-lane country road with light traffic both ways, nothing rare.

Range: no contact, nobody rare, the ego keeps moving.
"""
from scenegen import Ego, Light, Scenario, Street, Traffic, TruncNormal, Uniform, Weather, choice, kmh

scenario = Scenario(
    name="rural_two_lane",
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), length=700.0, sidewalk=0.0, shoulder=0.5,
                curvature=Uniform(-1 / 400, 1 / 400), speed_limit=kmh(90), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-4.0, 60.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), fog_visibility=choice(20000.0, 600.0, p=(0.9, 0.1)),
                    road_wetness=choice(0.0, 0.4, p=(0.8, 0.2))),
    traffic=Traffic(density=Uniform(2, 6), oncoming=Uniform(3, 10), trucks=0.12),
    ego=Ego(lane=1, s=20.0, speed=kmh(TruncNormal(82, 6, 65, 95)), reacts=True),
    duration=10.0, fps=10,
)
