"""Baseline: two lanes and a hard shoulder of a motorway with flowing traffic, nothing rare.

Range: no contact, nobody rare, the ego keeps moving.
"""
from scenegen import Ego, IntRange, Light, Scenario, Street, Traffic, TruncNormal, Uniform, Weather, choice, kmh

scenario = Scenario(
    name="motorway",
    road=Street(lanes=IntRange(2, 3), oneway=True, lane_width=Uniform(3.5, 3.75), length=900.0, sidewalk=0.0, shoulder=2.5,
                curvature=Uniform(-1 / 900, 1 / 900), speed_limit=kmh(120), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-4.0, 60.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), rain=choice(0.0, 3.0, p=(0.85, 0.15)),
                    road_wetness=choice(0.0, 0.5, p=(0.8, 0.2))),
    traffic=Traffic(density=Uniform(6, 14), trucks=0.18),
    ego=Ego(lane=2, s=20.0, speed=kmh(TruncNormal(110, 8, 90, 125)), reacts=True),
    duration=10.0, fps=10,
)
