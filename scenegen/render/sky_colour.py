"""Colours of the clear sky by day and in twilight, and of the sun through the air."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray

_RGB_FROM_XYZ = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
_RGB_WAVELENGTH_UM = np.array([0.61, 0.55, 0.465])
SENSOR_BLUE = np.array([0.62, 1.03, 1.10])
"""How the sensors of KITTI's cameras tint a blue sky: turquoise (174, 255, 255 where it nearly clips)."""


def preetham_radiance(view: FloatArray, sun: FloatArray, *, turbidity: float) -> FloatArray:
    """Give the clear sky's linear RGB of directions (n, 3) with z > 0, relative.

    Source:
        Preetham, Shirley and Smits 1999, A practical analytic model for daylight, appendix A.2.
    """
    t = turbidity
    # The model holds above the horizon only, for sun and sky.
    sun_zenith = float(np.arccos(np.clip(sun[2], np.sin(np.radians(2.0)), 1.0)))
    zenith = np.arccos(np.clip(view[:, 2], 0.035, 1.0))
    gamma = np.arccos(np.clip(view @ sun, -1.0, 1.0))
    shape = {
        "Y": (0.1787 * t - 1.4630, -0.3554 * t + 0.4275, -0.0227 * t + 5.3251, 0.1206 * t - 2.5771, -0.0670 * t + 0.3703),
        "x": (-0.0193 * t - 0.2592, -0.0665 * t + 0.0008, -0.0004 * t + 0.2125, -0.0641 * t - 0.8989, -0.0033 * t + 0.0452),
        "y": (-0.0167 * t - 0.2608, -0.0950 * t + 0.0092, -0.0079 * t + 0.2102, -0.0441 * t - 1.6537, -0.0109 * t + 0.0529),
    }
    at_zenith = _zenith_values(sun_zenith, t)
    values = {}
    for name, c in shape.items():
        there = _perez(c, np.cos(zenith), gamma)
        overhead = _perez(c, np.array([1.0]), np.array([sun_zenith]))
        values[name] = at_zenith[name] * there / overhead
    luminance, x, y = values["Y"], values["x"], np.maximum(values["y"], 1e-3)
    xyz = np.stack([x / y * luminance, luminance, (1 - x - y) / y * luminance], axis=-1)
    rgb = np.maximum(xyz @ _RGB_FROM_XYZ.T, 0.0)
    # Away from the sun the sky is seen in the sensor's blue.
    high = np.clip((sun[2] - 0.1) / 0.2, 0.0, 1.0) * np.clip(gamma / 1.2 - 0.2, 0.0, 1.0)[:, None]
    # The fit turns pink towards the horizon with a high sun: fade there to the pale blue of real haze.
    low = 0.75 * np.exp(-view[:, 2:] / 0.22) * np.clip((sun[2] - 0.1) / 0.2, 0.0, 1.0)
    colour = rgb * (1 - low) + luminance[:, None] * np.array([0.80, 1.0, 1.20]) * low
    return np.asarray(colour * (1 - high) + colour * SENSOR_BLUE * high)


def _perez(c: tuple[float, ...], cos_zenith: FloatArray, gamma: FloatArray) -> FloatArray:
    """Evaluate the five-parameter formula of Perez et al. 1993."""
    return np.asarray((1 + c[0] * np.exp(c[1] / cos_zenith)) * (1 + c[2] * np.exp(c[3] * gamma) + c[4] * np.cos(gamma) ** 2))


def _zenith_values(sun_zenith: float, t: float) -> dict[str, float]:
    """Give luminance and chromaticity straight up."""
    chi = (4 / 9 - t / 120) * (np.pi - 2 * sun_zenith)
    angles = np.array([sun_zenith**3, sun_zenith**2, sun_zenith, 1.0])
    powers = np.array([t * t, t, 1.0])
    x = np.array(
        [[0.00166, -0.02903, 0.11693], [-0.00375, 0.06377, -0.21196], [0.00209, -0.03202, 0.06052], [0, 0.00394, 0.25886]]
    )
    y = np.array(
        [[0.00275, -0.04214, 0.15346], [-0.00610, 0.08970, -0.26756], [0.00317, -0.04153, 0.06670], [0, 0.00516, 0.26688]]
    )
    luminance = (4.0453 * t - 4.9710) * np.tan(chi) - 0.2155 * t + 2.4192
    return {"Y": float(luminance), "x": float(angles @ x @ powers), "y": float(angles @ y @ powers)}


def twilight_radiance(view: FloatArray, sun: FloatArray) -> FloatArray:
    """Give the sky's linear RGB with the sun below the horizon, relative: dark blue above, an orange band where it set.

    Heights and widths of the bands follow photographs of civil twilight; there is no closed model of it.
    """
    flat = sun[:2] / max(float(np.hypot(sun[0], sun[1])), 1e-9)
    cosine = view[:, :2] @ flat / np.maximum(np.hypot(view[:, 0], view[:, 1]), 1e-9)
    up = view[:, 2:]
    sunward = (0.5 + 0.5 * cosine)[:, None]
    blue = np.array([0.16, 0.27, 0.56]) * (0.9 + 0.25 * (1 - up) ** 2)
    haze = np.array([0.62, 0.46, 0.36]) * sunward + np.array([0.50, 0.50, 0.64]) * (1 - sunward)
    pale = haze * np.exp(-((up / 0.28) ** 2)) * (0.12 + 0.6 * sunward**2)
    glow = np.array([1.9, 0.80, 0.22]) * np.exp(-((up / 0.11) ** 2)) * sunward**4
    return np.asarray(blue + pale + glow)


def sun_transmittance(elevation_deg: float) -> tuple[FloatArray, float]:
    """Give the sun's colour through the air as linear RGB of luminance 1, and the relative air mass.

    Source:
        Air mass: Kasten and Young 1989. Optical depths per air mass: Rayleigh 0.00864 w**-(3.916 + 0.074 w + 0.05 / w)
        and aerosol 0.08 w**-1.3 with w in micrometres, as in Preetham et al. 1999, appendix A.1.
    """
    elevation = max(elevation_deg, 0.0)
    air_mass = 1.0 / (np.sin(np.radians(elevation)) + 0.50572 * (elevation + 6.07995) ** -1.6364)
    w = _RGB_WAVELENGTH_UM
    depth = 0.00864 * w ** -(3.916 + 0.074 * w + 0.05 / w) + 0.08 * w**-1.3
    colour = np.exp(-depth * min(air_mass, 12.0))
    return np.asarray(colour / (colour @ np.array([0.2126, 0.7152, 0.0722]))), float(air_mass)
