"""Vehicles from code alone: smooth bodies from a table of stations, with panes, lamps and gaps imprinted on them."""

from __future__ import annotations

from scenegen.models.vehicles.build import build_vehicle

__all__ = ["build_vehicle"]
