"""Writing array uniforms, which drivers trim or throw out where a shader does not read them."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenegen.geometry import Float32Array, FloatArray, IntArray


def write_whole_numbers(program: Any, name: str, values: IntArray) -> None:
    """Write an array uniform of whole numbers; the driver may have thrown it out."""
    if name in program:
        program[name].write(np.ascontiguousarray(values, np.int32).tobytes())


def write_numbers(program: Any, name: str, values: FloatArray | Float32Array) -> None:
    """Write an array uniform; the driver may have trimmed it or thrown it out."""
    if name not in program:
        return
    uniform = program[name]
    data = np.ascontiguousarray(values, np.float32).reshape(-1)
    length = uniform.array_length * uniform.dimension
    uniform.write(data[:length].tobytes())
