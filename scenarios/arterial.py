"""Baseline: a four-lane arterial road with dense traffic both ways, nothing rare.

Range: no contact, nobody rare, the ego keeps moving or queues.
"""
from scenegen import Ego, IntRange, Light, Scenario, Street, Traffic, Uniform, Weather, choice, kmh

scenario = Scenario(
    name="arterial",
    road=Street(lanes=4, lane_width=Uniform(3.0, 3.5), length=500.0, sidewalk=3.0, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(3.0, 60.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.4, p=(0.8, 0.2))),
    traffic=Traffic(density=Uniform(12, 25), oncoming=Uniform(12, 25), pedestrians=Uniform(2, 10), trucks=0.1),
    ego=Ego(lane=IntRange(1, 2), s=20.0, speed=kmh(Uniform(35, 52)), reacts=True),
    duration=10.0, fps=10,
)
