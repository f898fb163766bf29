"""How the threads of this process share memory and cores: one heap, and products of matrices on the thread that wants them."""

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


def keep_products_on_their_thread() -> None:
    """Let the linear algebra library work on the calling thread alone, here and in children.

    Drawing and encoding keep all cores busy; waking more threads for products of small matrices then takes a hundred times as
    long as the product. To be called before numpy is loaded.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
