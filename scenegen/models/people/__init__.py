"""People: skinned walkers grown from distance fields, one closed piece per garment."""

from scenegen.models.people.build import build_person

__all__ = ["build_person"]
