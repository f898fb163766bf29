"""Somebody on an e-scooter rides in front of the ego in wide waves (NHTSA 14 and 18).

Range: no contact; nearest distance 4 to 13 m, min_ttc_s 3.0 to 7.5 s.
"""
from scenegen import (AheadOf, Ego, Light, Scenario, Street, Traffic, TruncNormal, Uniform, Vehicle, Weather, Weave,
                      kmh)

scenario = Scenario(
    name="e_scooter_weave", tags=("nhtsa 14", "nhtsa 18"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), length=400.0, sidewalk=2.5, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(-3.0, 30.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=5.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(30, 45)), reacts=True),
    actors=(
        Vehicle("scooter", role="rare", kind="e_scooter", speed=TruncNormal(4.8, 0.5, 3.6, 5.6),
                at=AheadOf("ego", gap=Uniform(18, 30), t=Uniform(-0.4, 0.4)),
                does=(Weave(amplitude=Uniform(0.4, 0.9), period=Uniform(2.5, 4.5)),)),
    ),
    duration=9.0, fps=10,
)
