"""Fitting of a plane around every pixel, compiled."""

import numpy as np

from mmmtl.utils.jit import jit


@jit
def fit_planes(inverse_depth: np.ndarray, radius: int, max_jump: float,
               min_count: float, min_variance: float) -> np.ndarray:
    """Least-squares plane through the relative inverse depth around every pixel.

    With q = w / w₀ − 1 of the neighbours at offsets (i, j), |i|, |j| ≤ radius, whose |q| is at
    most ``max_jump``, the plane is q ≈ q₀ + gᵢ i + gⱼ j.

    Args:
        inverse_depth: (H, W) float64, NaN = unmeasured.
        radius: of the window, pixels.
        max_jump: largest relative difference of a neighbour on the same surface.
        min_count: neighbours (the pixel itself among them) below which there is no plane.
        min_variance: variance of the neighbours' offsets, pixels², in the direction in which it
            is least, below which there is no plane.

    Returns:
        (H, W, 3) float64: gᵢ (by column), gⱼ (by row), 1 + q₀; NaN where there is no plane.
    """
    height, width = inverse_depth.shape
    planes = np.full((height, width, 3), np.nan)
    moments = np.empty((9, width))
    line = np.empty((5, width))
    for y in range(height):
        moments[:] = 0
        centre = inverse_depth[y]
        for j in range(max(-radius, -y), min(radius, height - 1 - y) + 1):
            line[:] = 0
            other = inverse_depth[y + j]
            for i in range(-radius, radius + 1):
                for x in range(max(0, -i), min(width, width - i)):  # one instruction, many pixels
                    q = other[x + i] / centre[x] - 1
                    near = 1. if abs(q) <= max_jump else 0.
                    q = q if abs(q) <= max_jump else 0.
                    line[0, x] += near
                    line[1, x] += near * i
                    line[2, x] += near * (i * i)
                    line[3, x] += q
                    line[4, x] += q * i
            for x in range(width):
                moments[0, x] += line[0, x]
                moments[1, x] += line[1, x]
                moments[2, x] += line[0, x] * j
                moments[3, x] += line[2, x]
                moments[4, x] += line[1, x] * j
                moments[5, x] += line[0, x] * (j * j)
                moments[6, x] += line[3, x]
                moments[7, x] += line[4, x]
                moments[8, x] += line[3, x] * j
        for x in range(width):
            n = moments[0, x]
            if n < min_count or n == 0:
                continue
            mi, mj, mq = moments[1, x] / n, moments[2, x] / n, moments[6, x] / n
            cii = moments[3, x] / n - mi * mi
            cij = moments[4, x] / n - mi * mj
            cjj = moments[5, x] / n - mj * mj
            least = (cii + cjj) / 2 - np.sqrt(((cii - cjj) / 2)**2 + cij * cij)
            if least < min_variance:
                continue
            ciq = moments[7, x] / n - mi * mq
            cjq = moments[8, x] / n - mj * mq
            determinant = cii * cjj - cij * cij
            gi = (ciq * cjj - cjq * cij) / determinant
            gj = (cjq * cii - ciq * cij) / determinant
            planes[y, x, 0] = gi
            planes[y, x, 1] = gj
            planes[y, x, 2] = 1 + mq - gi * mi - gj * mj
    return planes
