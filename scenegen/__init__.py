"""scenegen: a scenario script in, exactly labelled driving data out. This is the language's one import surface."""

from scenegen.errors import RequirementError, ScenarioError, ScenegenError
from scenegen.scenario.actors import Animal, Debris, Ego, Pedestrian, Prop, Vehicle
from scenegen.scenario.dist import Dist, Flag, Int, P, Real, Text
from scenegen.scenario.laws import (
    Bernoulli,
    Beta,
    Empirical,
    Exponential,
    IntRange,
    LogNormal,
    Mixture,
    Normal,
    Poisson,
    Triangular,
    TruncNormal,
    Uniform,
    choice,
)
from scenegen.scenario.places import HiddenBehind, OnLane, Parked, Roadside, Sidewalk
from scenegen.scenario.records import Scenario
from scenegen.scenario.requirements import Requirement
from scenegen.scenario.sensors import BrownConrady, Camera, KannalaBrandt, Lidar, Rig
from scenegen.scenario.steps import Brake, Cross, FollowLane, Freeze, Stop, Wait, WalkAlong
from scenegen.scenario.surroundings import Light, Street, Traffic, Weather
from scenegen.scenario.triggers import AtTime, DistanceTo, Meet, TimeToArrival, TimeToCollision
from scenegen.units import kmh, mph

__all__ = [
    "Animal",
    "AtTime",
    "Bernoulli",
    "Beta",
    "Brake",
    "BrownConrady",
    "Camera",
    "Cross",
    "Debris",
    "Dist",
    "DistanceTo",
    "Ego",
    "Empirical",
    "Exponential",
    "Flag",
    "FollowLane",
    "Freeze",
    "HiddenBehind",
    "Int",
    "IntRange",
    "KannalaBrandt",
    "Lidar",
    "Light",
    "LogNormal",
    "Meet",
    "Mixture",
    "Normal",
    "OnLane",
    "P",
    "Parked",
    "Pedestrian",
    "Poisson",
    "Prop",
    "Real",
    "Requirement",
    "RequirementError",
    "Rig",
    "Roadside",
    "Scenario",
    "ScenarioError",
    "ScenegenError",
    "Sidewalk",
    "Stop",
    "Street",
    "Text",
    "TimeToArrival",
    "TimeToCollision",
    "Traffic",
    "Triangular",
    "TruncNormal",
    "Uniform",
    "Vehicle",
    "Wait",
    "WalkAlong",
    "Weather",
    "choice",
    "kmh",
    "mph",
]
