"""Vehicles from code alone: smooth bodies from a table of stations, with panes, lamps and gaps imprinted on them."""

from __future__ import annotations

from scenegen.models.vehicles.build import build_vehicle
from scenegen.models.vehicles.two_wheels import build_two_wheeler

__all__ = ["build_two_wheeler", "build_vehicle"]
