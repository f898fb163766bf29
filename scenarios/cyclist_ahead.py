"""The ego comes up behind a cyclist who rides in its lane (NHTSA 14; Euro NCAP CBLA).

Range: no contact; nearest distance 4 to 13 m, min_ttc_s 2.5 to 6.5 s.
"""
from scenegen import (AheadOf, Ego, Light, LogNormal, Scenario, Street, Traffic, Uniform, Vehicle, Weather, Weave,
                      choice, kmh)

scenario = Scenario(
    name="cyclist_ahead", tags=("nhtsa 14", "nhtsa 24", "ncap CBLA"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), length=400.0, sidewalk=2.0, parking=2.2, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(8.0, 55.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.3, p=(0.8, 0.2))),
    traffic=Traffic(density=0.0, oncoming=8.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(35, 52)), reacts=True),
    actors=(
        Vehicle("cyclist", role="rare", kind="bicycle", speed=LogNormal(4.2, 0.15),
                at=AheadOf("ego", gap=Uniform(32, 45), t=Uniform(-0.9, -0.3)),
                does=(Weave(amplitude=Uniform(0.05, 0.2), period=Uniform(2.0, 4.0)),)),
    ),
    duration=9.0, fps=10,
)
