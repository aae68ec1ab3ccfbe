"""Pinhole cameras: focal lengths and principal point, in pixels."""

from __future__ import annotations

from typing import NamedTuple


class Intrinsics(NamedTuple):
    """A camera that sees the point (X, Y, Z) at the pixel (fx X / Z + cx, fy Y / Z + cy).

    Attributes:
        fx, fy: focal lengths, pixels.
        cx, cy: principal point, pixels; (0, 0) is the centre of the first pixel.
    """

    fx: float
    fy: float
    cx: float
    cy: float

    def scaled(self, size: tuple[int, int], to_size: tuple[int, int]) -> Intrinsics:
        """The same camera after its image was resized.

        Args:
            size: (height, width) that the numbers are for.
            to_size: (height, width) of the resized image.
        """
        sy, sx = to_size[0] / size[0], to_size[1] / size[1]
        return Intrinsics(self.fx * sx, self.fy * sy,
                          (self.cx + 0.5) * sx - 0.5, (self.cy + 0.5) * sy - 0.5)


NYUV2_INTRINSICS = Intrinsics(518.857901, 519.469611, 325.582449, 253.736166)
"""Colour camera of NYU Depth v2, as ``camera_params.m`` of the official toolbox gives it; the
labelled depth maps are as seen by this camera."""
NYUV2_SIZE = (480, 640)
"""(height, width) that :data:`NYUV2_INTRINSICS` are for."""
