"""Wild boars trot over a country road at dusk, one behind the other (NHTSA types 9 and 10, animal on the road).

Range: contact, or a near miss with pet_s below 2.5 s.
"""
from scenegen import (Animal, Cross, Ego, Light, Meet, P, Requirement, Roadside, Scenario, Street, Traffic,
                      TruncNormal, Uniform, Wait, Weather, kmh)

place = P("place", Uniform(62, 72))
pace = P("pace", TruncNormal(3.6, 0.7, 2.2, 5.5))


def boar(name: str, back: float, offset: float, role: str = "", present: float = 1.0) -> Animal:
    """Give one of the pack: `back` metres further along and `offset` metres from the road's edge."""
    return Animal(name, role=role, present=present, kind="wild_boar",
                  at=Roadside("right", s=place + back, offset=offset),
                  does=(Wait(until=Meet("ego", margin=P("margin", Uniform(0.7, 2.0)))), Cross(speed=pace, run_up=1.0)))


scenario = Scenario(
    name="boars_crossing", tags=("nhtsa 9", "nhtsa 10"),
    road=Street(lanes=2, lane_width=Uniform(2.9, 3.4), length=500.0, sidewalk=0.0, shoulder=0.4,
                curvature=Uniform(-1 / 500, 1 / 500), speed_limit=kmh(80), surroundings="rural"),
    light=Light(sun_elevation=Uniform(-10.0, 3.0), sun_azimuth=Uniform(0.0, 360.0), moonlight=Uniform(0.0, 1.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=3.0),
    ego=Ego(lane=1, s=15.0, speed=kmh(Uniform(40, 56)), reacts=True, reaction_time=Uniform(0.7, 1.3)),
    actors=(boar("leader", 0.0, 2.0, role="rare"), boar("second", -1.4, 3.2, role="rare"),
            boar("third", 0.9, 3.9, present=0.6), boar("last", -0.6, 5.5, present=0.4)),
    requires=(Requirement("seen in time to matter", "ego.speed * 3.0 < 62 - ego.s"),),
    duration=6.0, fps=10,
)
