"""Hashed draws: every random number is named by a path, so adding one never moves another."""

from __future__ import annotations

import hashlib

_SEPARATOR = "\x1f"  # the ASCII unit separator; names may not contain it


def u01(seed: int, scenario: str, index: int, path: str) -> float:
    """Draw the number in [0, 1) that belongs to this seed, scenario, sample index and path.

    Args:
        seed: the seed a person chose.
        scenario: name of the scenario; two scenarios share no draws.
        index: number of the sample within the seed.
        path: name of the parameter, such as `child.does.cross.speed`.
    Returns:
        The top 53 bits of a 64-bit BLAKE2b hash of the joined key, as a float.
    Raises:
        ValueError: the scenario name or path holds the separator character.
    Source:
        BLAKE2: RFC 7693.
    """
    if _SEPARATOR in scenario or _SEPARATOR in path:
        raise ValueError("names and paths can not hold the character U+001F")
    key = _SEPARATOR.join((str(seed), scenario, str(index), path)).encode()
    return (int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") >> 11) * 2.0**-53


def seed_of(seed: int, scenario: str, index: int, path: str) -> int:
    """Give a whole number below 2**53 for generators that want a seed of their own, such as a house's facade."""
    return int(u01(seed, scenario, index, path) * 2**53)
