"""Surface normals from metric depth, as a pure function."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

#: width of the window that is fitted, as a multiple of the focal length, and its limits in pixels
WINDOW, SMALLEST, LARGEST = 0.04, 5, 21


def default_window(fx: float) -> int:
    """Width in pixels, odd, of a window of 2.3° (0.04 fx): 21 at 480 x 640 of NYUv2, 13 at 288."""
    return min(LARGEST, max(SMALLEST, 2 * math.floor(WINDOW * fx / 2) + 1))


def normals_from_depth(depth: np.ndarray,
                       intrinsics: Sequence[float],
                       window: int | None = None,
                       max_jump: float = 0.05) -> np.ndarray:
    """Normals of the visible surfaces, from planes fitted to the inverse depth around each pixel.

    Along the ray (x, y, 1), x = (u − cx) / fx, y = (v − cy) / fy, the plane n · P = d lies at the
    inverse depth w = (n₁ x + n₂ y + n₃) / d: **inverse depth is linear in the pixel**, whatever the
    slope. So w is fitted by least squares in a window, and the normal is minus the fitted
    coefficients, of length 1. This is exact on planes. It is also what noise asks for: sensors
    that triangulate (Kinect, stereo) err by σ(z) ∝ z², which is one σ for all w. Differences of
    back-projected points (cross products) use 4 pixels instead of all. On a plane at 2 m that is
    turned by 30°, with noise as Nguyen et al. (3DIMPVT 2012) measured the Kinect's (independent
    by pixel), the median error is 0.7° here and 45° there; on a real frame of NYUv2 with
    published normals the median distance from these is 2.1° here and 34° there. That frame's
    normals are themselves fits; the default window is the one which comes closest to them.

    Across a discontinuity of depth nothing is fitted: neighbours whose inverse depth differs by
    more than ``max_jump`` of the pixel's own are left out. Edges at which depth is continuous
    (wall and floor) come out rounded, by half a window. Surfaces seen at so flat an angle that
    their depth changes by as much within a few pixels (a road far away) are unknown; a larger
    ``max_jump`` keeps them.

    Args:
        depth: (H, W) metres; NaN, infinite or not positive = unmeasured.
        intrinsics: fx, fy, cx, cy of the camera at the size of ``depth``, pixels.
        window: width of the window in pixels, odd; by default :func:`default_window`.
        max_jump: see above.

    Returns:
        (H, W, 3) float32 unit vectors, x right, y down, z away from the camera, that point to the
        camera's side of the surface. NaN where the depth is unmeasured and where less than a
        quarter of the window, or too narrow a strip of it, was measured on the same surface.

    Raises:
        ValueError: impossible arguments.
    """
    fx, fy, cx, cy = intrinsics
    if depth.ndim != 2:
        raise ValueError(f'depth must be (H, W), not {depth.shape}')
    if not (fx > 0 and fy > 0):
        raise ValueError(f'focal lengths must be positive, not fx={fx}, fy={fy}')
    window = default_window(fx) if window is None else window
    if window < 3 or window % 2 == 0:
        raise ValueError(f'window must be odd and at least 3 pixels, not {window}')
    if not 0 < max_jump < 1:
        raise ValueError('max_jump is a share of the inverse depth between 0 and 1, not '
                         f'{max_jump}')
    from .plane_kernel import fit_planes  # compiled, and only where normals are made

    depth = depth.astype(np.float64)
    measured = np.isfinite(depth) & (depth > 0)
    inverse = np.full(depth.shape, np.nan)
    np.divide(1, depth, out=inverse, where=measured)
    variance = (window**2 - 1) / 12  # of the offsets along one axis of a full window
    planes = fit_planes(inverse, window // 2, max_jump, window**2 / 4, 0.1 * variance)
    rows, columns = np.ogrid[:depth.shape[0], :depth.shape[1]]
    a, b = planes[..., 0] * fx, planes[..., 1] * fy
    c = planes[..., 2] - a * ((columns - cx) / fx) - b * ((rows - cy) / fy)
    normals = -np.stack([a, b, c], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return normals.astype(np.float32)
