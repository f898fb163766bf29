"""An ambulance with beacons comes up from behind and passes the ego (CARLA's YieldToEmergencyVehicle).

Range: no contact; nearest distance 0.8 to 3 m.
"""
from scenegen import (AheadOf, Behind, ChangeLane, Ego, FollowLane, Light, Scenario, Street, TimeToArrival, Traffic,
                      Uniform, Vehicle, Weather, choice, kmh)

scenario = Scenario(
    name="emergency_from_behind", tags=("nhtsa 22",),
    road=Street(lanes=4, lane_width=Uniform(3.2, 3.6), length=500.0, sidewalk=2.0, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(-10.0, 45.0), sun_azimuth=Uniform(0.0, 360.0), street_lamps=True),
    weather=Weather(cloud=Uniform(0.0, 1.0), road_wetness=choice(0.0, 0.5, p=(0.7, 0.3))),
    traffic=Traffic(density=0.0, oncoming=10.0),
    ego=Ego(lane=2, s=60.0, speed=kmh(Uniform(28, 40)), reacts=True),
    actors=(
        Vehicle("ambulance", role="rare", kind=choice("ambulance", "fire_engine", "police_car", p=(0.5, 0.2, 0.3)),
                hazard_lights=True, speed=kmh(Uniform(60, 80)), at=Behind("ego", gap=Uniform(8, 22), lane=1)),
        Vehicle("other", kind="car", at=AheadOf("ego", gap=Uniform(18, 35)), speed=kmh(30),
                does=(FollowLane(speed=kmh(20), until=TimeToArrival("ambulance", below=Uniform(1.0, 3.0))),
                      ChangeLane(lane=2, t=-0.8, over=2.0, speed=kmh(20)), FollowLane(speed=kmh(20)))),
    ),
    duration=7.0, fps=10,
)
