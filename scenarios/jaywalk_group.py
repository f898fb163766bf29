"""Two to four people cross mid-block together, the slowest last (NHTSA types 11 and 12; after Euro NCAP CPNA).

Groups walk 0.12 to 0.18 m/s slower than singles (Gates 2006). Range: contact, or a near miss with pet_s below 3.0 s.
"""
from scenegen import (Cross, Ego, Light, Meet, P, Pedestrian, Requirement, Roadside, Scenario, Street, Traffic,
                      TruncNormal, Uniform, Wait, Weather, choice, kmh)

margin = P("margin", Uniform(0.8, 2.4))
pace = P("pace", TruncNormal(1.35, 0.2, 0.9, 1.9))
place = P("place", Uniform(70, 85))


def member(name: str, back: float, offset: float, present: float = 1.0, kind: str = "adult") -> Pedestrian:
    """Give one of the group: `back` metres further along, `offset` from the kerb."""
    return Pedestrian(name, role="rare" if present == 1.0 else "", kind=kind, present=present,
                      clothing=choice("dark", "mixed", "bright"), at=Roadside("right", s=place + back, offset=offset),
                      does=(Wait(until=Meet("ego", margin=margin)), Cross(speed=pace, run_up=0.6)))


scenario = Scenario(
    name="jaywalk_group", tags=("nhtsa 11", "nhtsa 12", "ncap CPNA"),
    road=Street(lanes=2, lane_width=Uniform(3.0, 3.5), sidewalk=3.0, speed_limit=kmh(50)),
    light=Light(sun_elevation=Uniform(5.0, 50.0), sun_azimuth=Uniform(0.0, 360.0)),
    weather=Weather(cloud=Uniform(0.0, 1.0)),
    traffic=Traffic(density=0.0, oncoming=6.0, pedestrians=2.0),
    ego=Ego(lane=1, s=20.0, speed=kmh(Uniform(28, 45)), reacts=True, reaction_time=Uniform(0.7, 1.2)),
    actors=(member("first", 0.0, 0.5), member("second", 0.9, 0.7), member("third", 1.9, 0.5, 0.6),
            member("fourth", -0.9, 0.9, 0.3, "child")),
    requires=(Requirement("enough approach road", "first.at.s - ego.s > 3.5 * ego.speed"),),
    duration=9.0, fps=10,
)
