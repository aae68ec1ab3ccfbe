"""mmseg's photometric distortion with tables of the 256 values of a byte."""

from __future__ import annotations

import cv2
import numpy as np
from mmseg.datasets.transforms import PhotoMetricDistortion

from mmmtl.registry import TRANSFORMS

_BYTES = np.arange(256, dtype=np.uint8)


@TRANSFORMS.register_module()
class PhotoMetricDistortionByTable(PhotoMetricDistortion):
    """``PhotoMetricDistortion``, the same draws and the same bytes, in less time.

    What it does to a value depends on the value alone, so it is computed for the 256 of a byte
    and looked up for the pixels. A data set puts this in the place of mmseg's
    (:func:`~mmmtl.datasets.fuse_steps.fuse_steps`). Arguments as there.
    """

    def transform(self, results: dict) -> dict:
        """As mmseg's; a mirrored image, which is a view, is copied first."""
        image = results['img']
        if image.dtype == np.uint8 and image.strides[1] < 0:  # numpy copies it ten times slower
            results['img'] = cv2.flip(np.ascontiguousarray(image[:, ::-1]), 1)
        return super().transform(results)

    def convert(self, img: np.ndarray, alpha: float = 1, beta: float = 0) -> np.ndarray:
        """``alpha * img + beta``, cut to a byte."""
        if img.dtype != np.uint8:
            return super().convert(img, alpha, beta)
        return cv2.LUT(np.ascontiguousarray(img), super().convert(_BYTES, alpha, beta))
