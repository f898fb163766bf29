"""The material table: one row number per vertex says how a surface looks to every renderer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Material:
    """A surface: base colour (linear RGB, multiplies texture and tint), roughness, metallic, clear coat 0..1,
    `texture` a layer name of `textures.py` ("" for none), `alpha_tested` for leaf cards, `emits` for lamps and lit windows
    (share of lamp light), `takes_paint` when the instance's paint colour replaces the base colour.
    """

    name: str
    colour_linear: tuple[float, float, float]
    roughness: float
    metallic: float = 0.0
    coat: float = 0.0
    texture: str = ""
    alpha_tested: bool = False
    takes_paint: bool = False
    emits: str = ""


MATERIALS: tuple[Material, ...] = (
    Material("plain", (1.0, 1.0, 1.0), 0.8),
    Material("asphalt", (1.0, 1.0, 1.0), 0.85, texture="asphalt"),
    Material("slab", (1.0, 1.0, 1.0), 0.85, texture="slab"),
    Material("kerbstone", (1.0, 1.0, 1.0), 0.85, texture="concrete"),
    Material("marking", (0.72, 0.72, 0.70), 0.7, texture="worn"),
    Material("marking_yellow", (0.72, 0.42, 0.03), 0.7, texture="worn"),
    Material("grass", (1.0, 1.0, 1.0), 0.95, texture="grass"),
    Material("gravel", (1.0, 1.0, 1.0), 0.95, texture="gravel"),
    Material("plaster", (1.0, 1.0, 1.0), 0.9, texture="plaster"),
    Material("brick", (1.0, 1.0, 1.0), 0.9, texture="brick"),
    Material("roof_tile", (1.0, 1.0, 1.0), 0.8, texture="roof_tile"),
    Material("concrete", (1.0, 1.0, 1.0), 0.9, texture="concrete"),
    Material("wood", (1.0, 1.0, 1.0), 0.8, texture="wood"),
    Material("bark", (1.0, 1.0, 1.0), 0.95, texture="bark"),
    Material("leaf", (1.0, 1.0, 1.0), 0.7, texture="leaf", alpha_tested=True),
    Material("hedge", (1.0, 1.0, 1.0), 1.0, texture="hedge"),
    Material("far_foliage", (1.0, 1.0, 1.0), 1.0, texture="far_foliage"),
    Material("paint", (1.0, 1.0, 1.0), 0.35, metallic=0.2, coat=1.0, takes_paint=True),
    Material("glass", (0.012, 0.016, 0.016), 0.03, coat=1.0),
    Material("house_glass", (0.03, 0.035, 0.045), 0.05, coat=1.0, emits="window"),
    Material("trim", (0.012, 0.012, 0.012), 0.45),
    Material("plastic", (0.03, 0.03, 0.03), 0.6),
    Material("gap", (0.004, 0.004, 0.004), 0.9),
    Material("tyre", (0.014, 0.014, 0.014), 0.85),
    Material("rim", (0.42, 0.42, 0.43), 0.3, metallic=0.85),
    Material("disc", (0.30, 0.30, 0.30), 0.35, metallic=0.9),
    Material("chrome", (0.75, 0.75, 0.75), 0.12, metallic=1.0),
    Material("lens", (0.36, 0.36, 0.37), 0.15, metallic=0.7, coat=1.0),
    Material("head_lamp", (0.85, 0.85, 0.82), 0.1, coat=1.0, emits="head"),
    Material("tail_lamp", (0.42, 0.006, 0.008), 0.12, coat=1.0, emits="tail"),
    Material("brake_lamp", (0.42, 0.006, 0.008), 0.12, coat=1.0, emits="brake"),
    Material("indicator", (0.75, 0.22, 0.01), 0.12, coat=1.0, emits="indicator"),
    Material("plate", (0.78, 0.78, 0.78), 0.4),
    Material("cabin", (0.028, 0.028, 0.028), 0.8),
    Material("seat", (0.05, 0.05, 0.05), 0.85),
    Material("metal", (0.45, 0.45, 0.46), 0.4, metallic=0.7),
    Material("lamp_glass", (0.8, 0.8, 0.75), 0.2, emits="street_lamp"),
    Material("cloth", (1.0, 1.0, 1.0), 0.9),
    Material("skin", (1.0, 1.0, 1.0), 0.55),
    Material("hair", (1.0, 1.0, 1.0), 0.6),
    Material("rubber", (0.02, 0.02, 0.02), 0.9),
    Material("cardboard", (0.38, 0.24, 0.12), 0.9),
    Material("canvas", (1.0, 1.0, 1.0), 0.7),
    Material("leather", (1.0, 1.0, 1.0), 0.5),
    Material("plate_band", (0.01, 0.05, 0.35), 0.4),
    Material("box_panel", (0.70, 0.70, 0.69), 0.5),
    Material("seam", (1.0, 1.0, 1.0), 0.9, takes_paint=True),
    Material("tarpaulin", (1.0, 1.0, 1.0), 0.55, takes_paint=True),
    Material("livery_white", (0.74, 0.74, 0.73), 0.35, coat=1.0),
    Material("livery_blue", (0.010, 0.055, 0.33), 0.35, coat=1.0),
    Material("livery_red", (0.42, 0.012, 0.010), 0.35, coat=1.0),
    Material("livery_yellow", (0.66, 0.62, 0.02), 0.4),
    Material("beacon", (0.01, 0.06, 0.42), 0.12, coat=1.0, emits="beacon"),
    Material("dyed_cloth", (1.0, 1.0, 1.0), 0.9, takes_paint=True),
    Material("reverse_lamp", (0.36, 0.36, 0.37), 0.15, metallic=0.7, coat=1.0, emits="reverse"),
    Material("gloss_black", (0.006, 0.006, 0.006), 0.3, coat=1.0),
    Material("signal_red", (0.42, 0.01, 0.01), 0.3, emits="signal_red"),
    Material("signal_amber", (0.60, 0.28, 0.01), 0.3, emits="signal_amber"),
    Material("signal_green", (0.02, 0.42, 0.25), 0.3, emits="signal_green"),
)

MATERIAL: dict[str, int] = {material.name: i for i, material in enumerate(MATERIALS)}
"""Row number of each material by name."""
