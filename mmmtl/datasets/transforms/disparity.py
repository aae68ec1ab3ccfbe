"""Encodings of disparity and depth maps, as pure functions."""

from __future__ import annotations

import numpy as np

from .map_kernels import disparity_values


def decode_disparity(pixels: np.ndarray, sky: np.ndarray | None = None) -> np.ndarray:
    """Cityscapes disparity (16-bit PNG) to inverse depth in pixels.

    Source: the data set's README: d = (p - 1) / 256 for p > 0; p = 0 is an invalid measurement.

    Args:
        pixels: (H, W) uint16.
        sky: (H, W) bool, pixels of the sky: infinitely far, so their inverse depth is 0 and valid
            whatever the stereo method measured there.

    Returns:
        (H, W) float32, pixels at this size of the image; NaN where nothing was measured.
    """
    inverse_depth = np.empty(pixels.shape, np.float32)
    disparity_values(np.ascontiguousarray(pixels), inverse_depth)
    if sky is not None:
        inverse_depth[sky] = 0
    return inverse_depth


def decode_float(values: np.ndarray, unit: float = 1.) -> np.ndarray:
    """Depth or inverse depth of a floating-point file, in which 0 means not measured.

    Args:
        values: (H, W) floats >= 0; 0 or NaN = not measured.
        unit: metres (pixels of disparity) per 1.

    Returns:
        (H, W) float32, NaN where not measured.

    Raises:
        ValueError: a value is negative or infinite.
    """
    if (values < 0).any() or np.isinf(values).any():
        raise ValueError(f'values must be finite and 0 (not measured) or more; the range is '
                         f'{np.nanmin(values)} to {np.nanmax(values)}')
    decoded = values.astype(np.float32) * np.float32(unit)
    decoded[values == 0] = np.nan
    return decoded


def decode_depth_16bit(pixels: np.ndarray, unit: float = 0.001) -> np.ndarray:
    """16-bit depth to metres.

    Args:
        pixels: (H, W) uint16, 0 = not measured.
        unit: metres per step; 0.001 for millimetres (NYUv2), 1/256 for KITTI.

    Returns:
        (H, W) float32 metres, NaN where not measured.
    """
    depth = pixels.astype(np.float32) * np.float32(unit)
    depth[pixels == 0] = np.nan
    return depth


def decode_depth_8bit(pixels: np.ndarray, unit: float = 1 / 25.5) -> np.ndarray:
    """8-bit depth, floor(metres / unit), to metres: the middle of each step.

    The copy of NYUv2 that is in circulation at 288 x 384 stores floor(25.5 * metres) of the
    in-painted depth, which has no holes and no 0 (its nearest value is 18).

    Args:
        pixels: (H, W) uint8; 0 = not measured, as in files of 16 bits.
        unit: metres per step.

    Returns:
        (H, W) float32 metres, NaN = not measured.
    """
    depth = (pixels.astype(np.float32) + np.float32(0.5)) * np.float32(unit)
    depth[pixels == 0] = np.nan
    return depth
