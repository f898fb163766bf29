"""Baseline: a lived-in residential street by day with nothing rare (the negatives for the rare sets).

Range: no contact.
"""
from scenegen import Ego, Light, Scenario, Street, Traffic, TruncNormal, Uniform, Weather, kmh

scenario = Scenario(
    name="residential_street",
    road=Street(lanes=2, lane_width=Uniform(2.75, 3.25), length=400.0, sidewalk=Uniform(1.8, 2.6), parking=2.1,
                curvature=Uniform(-1 / 800, 1 / 800), speed_limit=kmh(50), surroundings="residential"),
    light=Light(sun_elevation=Uniform(15.0, 60.0), sun_azimuth=Uniform(60.0, 300.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=Uniform(6, 14), oncoming=Uniform(6, 14), parked=Uniform(0.3, 0.8),
                    pedestrians=Uniform(1, 5)),
    ego=Ego(lane=1, s=20.0, speed=kmh(TruncNormal(42, 6, 28, 52))),
    duration=12.0, fps=10, substeps=2,  # nobody crosses anybody's path: 20 ticks a second will do
)
