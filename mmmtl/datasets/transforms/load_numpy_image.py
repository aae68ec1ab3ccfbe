"""Loader of images that were stored as arrays."""

from __future__ import annotations

import mmengine.fileio as fileio
import numpy as np
from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS

from .decode import decode_npy


@TRANSFORMS.register_module()
class LoadNumpyImage(BaseTransform):
    """Load ``img_path``, an RGB array in a ``.npy`` file, as ``LoadImageFromFile`` loads a picture.

    The file holds (H, W, 3) floats from 0 to 1 (MTAN's preprocessed files) or uint8. ``img`` is
    (H, W, 3) float32 from 0 to 255 in the order B, G, R, so that everything behind it works as for
    pictures: ``bgr_to_rgb=True``, ``mean`` and ``std`` of 0 to 255, ``PhotoMetricDistortion``.

    Args:
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, another shape, or values outside the range.
    """

    def __init__(self, backend_args: dict | None = None) -> None:
        self.backend_args = backend_args.copy() if backend_args else None

    def transform(self, results: dict) -> dict:
        """Add ``img``, ``img_shape`` and ``ori_shape``."""
        path = results['img_path']
        pixels = decode_npy(fileio.get(path, backend_args=self.backend_args), path, 'img_path')
        if pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ValueError(f'{path} (img_path): an array of shape {pixels.shape}, but an image '
                             'is (H, W, 3). Check data_prefix["img_path"]')
        if pixels.dtype != np.uint8:
            # a resized image may leave the range by a rounding error
            if pixels.dtype.kind != 'f' or not (
                    pixels.min() >= -0.01 and pixels.max() <= 1.01):  # NaN is refused too
                raise ValueError(
                    f'{path} (img_path): {pixels.dtype} from {pixels.min()} to {pixels.max()}, but '
                    'an image is floats from 0 to 1, or uint8. Divide by the largest value')
            pixels = pixels.astype(np.float32) * 255
        results['img'] = np.ascontiguousarray(pixels[..., ::-1], dtype=np.float32)
        results['img_shape'] = results['ori_shape'] = pixels.shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(backend_args={self.backend_args})'
