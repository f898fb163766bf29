"""Quadrupeds: one family of skinned walkers grown from distance fields, from cat to moose."""

from scenegen.models.animals.build import build_animal

__all__ = ["build_animal"]
