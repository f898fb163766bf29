"""One heap for all threads: glibc gives each thread its own, and pictures freed by one are then no use to another."""

from __future__ import annotations

import ctypes
import os

_M_ARENA_MAX = -8  # glibc's malloc.h


def trim_heap() -> None:
    """Give freed memory back to the system; does nothing where the C library is not glibc."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def share_one_heap() -> None:
    """Let all threads of this process and of its children share one heap; does nothing where the C library is not glibc.

    To be called before numpy is loaded: glibc fixes the number of heaps when a second thread first asks for memory.
    """
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")  # children read it when they start
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
