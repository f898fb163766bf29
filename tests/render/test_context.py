"""The GL context: what it gives beyond moderngl, and what it says when it can not start."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from scenegen.errors import RenderError
from scenegen.render.context import GL, describe_device, open_context


def test_depth_texture_holds_32_bit_floats(gl: GL) -> None:
    depth = gl.depth_texture((8, 8))
    gl.clear(gl.ctx.framebuffer([gl.texture((8, 8), 1, "f4")], depth), depth=0.1)
    values = np.frombuffer(depth.read(), np.float32)
    assert (values == np.float32(0.1)).all()  # 24 bits would give 0.1 only to 3e-8


def test_clear_sets_integer_and_float_targets_to_zero(gl: GL) -> None:
    textures = [gl.texture((4, 4), 1, "f4"), gl.texture((4, 4), 1, "u4"), gl.texture((4, 4), 2, "u1")]
    for texture, data in zip(textures, (np.ones(16, "f4"), np.full(16, 7, "u4"), np.full(32, 9, "u1")), strict=True):
        texture.write(data)
    gl.clear(gl.ctx.framebuffer(textures), depth=None)
    assert all(not any(texture.read()) for texture in textures)


def test_device_that_does_not_exist_is_refused_with_the_count() -> None:
    with pytest.raises(RenderError, match=r"device 99 does not exist; this machine has \d+ EGL device"):
        open_context(99)
    with pytest.raises(RenderError, match="count from 0"):
        open_context(-1)


@pytest.mark.parametrize("reason", ["libEGL.so not loaded", "eglInitialize failed (0x3001)", ""])
def test_missing_gl_names_its_cure(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    def fail(**_: object) -> None:
        raise Exception(reason)

    monkeypatch.setattr(moderngl, "create_context", fail)
    with pytest.raises(RenderError, match="apt-get install libegl1 libgl1-mesa-dri"):
        open_context()


def test_require_gpu_refuses_software(gl: GL) -> None:
    if not gl.is_software:
        pytest.skip("this machine draws on a GPU")
    with pytest.raises(RenderError, match="software rasteriser"):
        open_context(require_gpu=True)


def test_description_names_the_renderer(gl: GL) -> None:
    assert gl.renderer in describe_device(gl)
    assert gl.is_software == ("llvmpipe" in gl.renderer)
