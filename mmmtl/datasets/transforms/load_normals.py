"""Loader of normal maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmmtl.registry import TRANSFORMS

from .decode import read_pixels
from .load_map import LoadMap
from .normal_codes import AXES, axes_matrix, decode_normal_colours, unit_vectors


@TRANSFORMS.register_module()
class LoadNormals(LoadMap):
    """Load ``normal_path`` into ``gt_normal_map``: (H, W, 3) float32 unit vectors.

    x right, y down, z away from the camera (visible surfaces have z < 0); NaN = unknown. The
    content tells the encoding:

    - ``.npy``: (H, W, 3) numbers, the layout of the preprocessed NYUv2 of Liu et al. (CVPR 2019);
      the zero vector, NaN and infinity are unknown;
    - an image of 8 bits in colour: n = 2 colour / 255 − 1; black, and the grey that decodes to
      nothing, are unknown.

    Vectors are brought to length 1.

    Args:
        axes: what the three channels of the file hold, in the words above. **Conventions
            differ**: ``('x', 'z', '-y')`` for the frames published by Nekrasov et al. (ICRA 2019),
            ``('x', '-y', '-z')`` for this package's own pictures. Drawn right
            (``tools/analysis_tools/browse_dataset.py``), floors are green and what faces the
            camera is blue.
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, wrong type or shape, or another size than the image.
    """

    path_key = 'normal_path'
    field = 'gt_normal_map'

    def __init__(self, axes: Sequence[str] = AXES, backend_args: dict | None = None) -> None:
        super().__init__(backend_args)
        self.matrix = axes_matrix(axes)
        self.axes = tuple(axes)

    def read(self, path: str) -> np.ndarray:
        """(H, W, 3) float numbers of a ``.npy``, or uint8 colours."""
        pixels = read_pixels(path, self.path_key, self.backend_args, colour=True)
        if pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ValueError(f'{path} ({self.path_key}): shape {pixels.shape}, but normals are '
                             '(H, W, 3). Check normal_suffix')
        return pixels

    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Unit vectors in the camera's axes."""
        if pixels.dtype == np.uint8:
            pixels = decode_normal_colours(pixels)
        elif not np.issubdtype(pixels.dtype, np.floating):
            raise self.wrong_type(results, pixels, 'normals are colours of 8 bits, or numbers '
                                                   'with a fraction')
        return unit_vectors(pixels @ self.matrix.T)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(axes={self.axes}, backend_args={self.backend_args})'
