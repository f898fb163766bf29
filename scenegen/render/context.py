"""The GL context: moderngl on EGL, without a window system, and the few entry points that moderngl lacks."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import moderngl

from scenegen.errors import RenderError

NEAR_M = 0.1
"""Distance of the near plane; depth is a reversed float, so it costs no precision far away."""

_EGL = "libEGL.so.1"
_CURE = "install a driver: apt-get install libegl1 libgl1-mesa-dri (or the graphics card's own)"
_SOFTWARE = re.compile(r"llvmpipe|softpipe|swrast|software", re.IGNORECASE)
_SHADERS = Path(__file__).parent / "shaders"

_LOWER_LEFT, _ZERO_TO_ONE = 0x8CA1, 0x935F
_TEXTURE_2D, _DEPTH_COMPONENT32F, _DEPTH_COMPONENT, _FLOAT = 0x0DE1, 0x8CAC, 0x1902, 0x1406
_COLOR, _DEPTH = 0x1800, 0x1801
_COLOR_LOGIC_OP, _OR = 0x0BF2, 0x1507
_SYNC_GPU_COMMANDS_COMPLETE, _FLUSH_BIT = 0x9117, 1
_TIMEOUT_EXPIRED, _WAIT_FAILED = 0x911B, 0x911D
_WAIT_SLICE_NS = 10**9


class RawGL:
    """Entry points fetched through EGL. Calls by ctypes release the interpreter lock; moderngl's do not."""

    def __init__(self) -> None:
        egl = ctypes.CDLL(_EGL)
        egl.eglGetProcAddress.restype = ctypes.c_void_p
        egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]
        i, u, p = ctypes.c_int, ctypes.c_uint, ctypes.c_void_p

        def entry(name: str, *arguments: Any, result: Any = None) -> Callable[..., Any]:
            address = egl.eglGetProcAddress(name.encode())
            if not address:
                raise RenderError(f"this GL driver has no {name}; scenegen needs OpenGL 4.5: {_CURE}")
            return ctypes.CFUNCTYPE(result, *arguments)(address)

        self.clip_control = entry("glClipControl", u, u)
        self.bind_texture = entry("glBindTexture", u, u)
        self.tex_image_2d = entry("glTexImage2D", u, i, i, i, i, i, u, u, p)
        self.copy_image = entry("glCopyImageSubData", *(u, u, i, i, i, i) * 2, i, i, i)
        self.clear_buffer_fv = entry("glClearBufferfv", u, i, p)
        self.clear_buffer_uiv = entry("glClearBufferuiv", u, i, p)
        self.enable = entry("glEnable", u)
        self.disable = entry("glDisable", u)
        self.logic_op = entry("glLogicOp", u)
        self.fence_sync = entry("glFenceSync", u, u, result=p)
        self.client_wait = entry("glClientWaitSync", p, u, ctypes.c_uint64, result=u)
        self.delete_sync = entry("glDeleteSync", p)
        self.flush = entry("glFlush")


@dataclass(frozen=True, eq=False)
class GL:
    """An open context: `ctx` is moderngl's, `raw` the entry points it lacks, `renderer` and `version` as the driver says."""

    ctx: Any
    raw: RawGL
    renderer: str
    version: str
    is_software: bool

    def depth_texture(self, size_px: tuple[int, int]) -> Any:
        """Make a 32-bit float depth texture; moderngl alone makes 24-bit ones."""
        texture = self.ctx.depth_texture(size_px)
        self.raw.bind_texture(_TEXTURE_2D, texture.glo)
        self.raw.tex_image_2d(_TEXTURE_2D, 0, _DEPTH_COMPONENT32F, size_px[0], size_px[1], 0, _DEPTH_COMPONENT, _FLOAT, None)
        self.raw.bind_texture(_TEXTURE_2D, 0)
        texture.compare_func = ""
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        return texture

    def texture(self, size_px: tuple[int, int], components: int, dtype: str) -> Any:
        """Make an empty texture without filtering, for use as a target."""
        texture = self.ctx.texture(size_px, components, dtype=dtype)
        texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def clear(self, framebuffer: Any, *, depth: float | None = 0.0) -> None:
        """Bind a framebuffer and set all its targets to zero and its depth to `depth` (reversed: 0 is infinitely far)."""
        framebuffer.use()
        zeros_u, zeros_f = (ctypes.c_uint * 4)(), (ctypes.c_float * 4)()
        for i, target in enumerate(framebuffer.color_attachments):
            if target.dtype[0] in "ui":
                self.raw.clear_buffer_uiv(_COLOR, i, ctypes.byref(zeros_u))
            else:
                self.raw.clear_buffer_fv(_COLOR, i, ctypes.byref(zeros_f))
        if depth is not None:
            self.raw.clear_buffer_fv(_DEPTH, 0, ctypes.byref(ctypes.c_float(depth)))

    def program(self, vertex: tuple[str, ...], fragment: tuple[str, ...], *, defines: tuple[str, ...] = ()) -> Any:
        """Build a program from files of `shaders/`, named without ending, each stage in the order given."""
        return self.ctx.program(vertex_shader=shader_text(vertex, defines), fragment_shader=shader_text(fragment, defines))

    def or_bits(self, *, on: bool) -> None:
        """Let integer targets collect bits (logical or) instead of taking the last value."""
        if on:
            self.raw.enable(_COLOR_LOGIC_OP)
            self.raw.logic_op(_OR)
        else:
            self.raw.disable(_COLOR_LOGIC_OP)

    def fence(self) -> int:
        """Send off what was drawn so far and give a mark that `wait` can wait for."""
        mark = self.raw.fence_sync(_SYNC_GPU_COMMANDS_COMPLETE, 0)
        self.raw.flush()
        return int(mark)

    def wait(self, mark: int) -> None:
        """Wait, without holding the interpreter lock, until everything before the mark is drawn."""
        status = _TIMEOUT_EXPIRED
        while status == _TIMEOUT_EXPIRED:
            status = self.raw.client_wait(mark, _FLUSH_BIT, _WAIT_SLICE_NS)
        self.raw.delete_sync(mark)
        if status == _WAIT_FAILED:
            raise RenderError(f"the GL device {self.renderer} stopped answering; the frame is lost, run again to resume")

    def make_current(self) -> None:
        """Let the calls that follow go to this context, when the process has several."""
        self.ctx.__enter__()

    def release(self) -> None:
        """Close the context; nothing made with it can be used after."""
        self.ctx.release()


def shader_text(names: tuple[str, ...], defines: tuple[str, ...] = ()) -> str:
    """Join files of `shaders/` into the text of one stage."""
    head = "#version 430\n" + "".join(f"#define {name}\n" for name in defines)
    return head + "\n".join((_SHADERS / f"{name}.glsl").read_text(encoding="utf-8") for name in names)


def open_context(device: int | None = None, *, require_gpu: bool = False) -> GL:
    """Open a GL context without a screen.

    Args:
        device: EGL device number; None lets EGL choose.
        require_gpu: refuse Mesa's software rasterisers.
    Returns:
        The context, with clip space set for reversed depth (z from 0 to 1) and front faces for images drawn top row first.
    Raises:
        RenderError: no EGL, no driver, no such device, GL older than 4.5, or only software where a GPU is required.
    """
    if device is not None and device < 0:
        raise RenderError(f"device {device} does not exist; EGL devices count from 0")
    # By their run-time names, and without libGL: everything is asked of EGL, which is all that a bare machine has.
    options: dict[str, Any] = {"backend": "egl", "require": 430, "libegl": _EGL, "libgl": _EGL}
    if device is not None:
        options["device_index"] = device
    try:
        ctx = moderngl.create_context(standalone=True, **options)
        raw = RawGL()
    except RenderError:
        raise
    except Exception as error:  # moderngl and its loader raise bare Exception
        raise _explain(error, device) from error
    renderer, version = str(ctx.info["GL_RENDERER"]), str(ctx.info["GL_VERSION"])
    is_software = bool(_SOFTWARE.search(renderer))
    if require_gpu and is_software:
        ctx.release()
        raise RenderError(f"--require-gpu: the GL device is {renderer}, a software rasteriser; choose another with --device")
    raw.clip_control(_LOWER_LEFT, _ZERO_TO_ONE)
    ctx.front_face = "cw"
    return GL(ctx, raw, renderer, version, is_software)


def _explain(error: Exception, device: int | None) -> RenderError:
    """Say what a failed start means and how to cure it."""
    text = str(error)
    found = re.search(r"found (\d+) devices?", text)
    if device is not None and found:
        count = int(found.group(1))
        there = "1 EGL device, number 0" if count == 1 else f"{count} EGL devices, 0 to {count - 1}"
        return RenderError(f"device {device} does not exist; this machine has {there}")
    if "version" in text.lower():
        return RenderError(f"the GL driver is too old ({text}); scenegen needs OpenGL 4.5: {_CURE}")
    return RenderError(f"no GL without a screen ({text or type(error).__name__}); {_CURE}")


def describe_device(gl: GL) -> str:
    """Tell in one line what draws, on what kind of device, and how large a picture may be."""
    kind = "software, on the processor" if gl.is_software else "GPU"
    return f"{gl.renderer} ({kind}), OpenGL {gl.version}, pictures up to {gl.ctx.info['GL_MAX_TEXTURE_SIZE']} px a side"
