"""Images in ``.npy`` files for what reads only pictures."""

from pathlib import Path

import cv2
import numpy as np
from mmengine.fileio import LocalBackend, register_backend

from .transforms.load_numpy_image import LoadNumpyImage


class NumpyImageBackend(LocalBackend):
    """mmengine's local files, but the bytes of an image's ``.npy`` file are those of a PNG.

    mmseg's ``SegVisualizationHook`` reads the image file of each frame that it draws, and knows
    pictures only::

        default_hooks = dict(visualization=dict(backend_args=dict(backend='numpy_image')))
    """

    def get(self, filepath: str | Path) -> bytes:
        """Bytes of a file; of a ``.npy`` file, as :class:`LoadNumpyImage` reads it, as PNG.

        Raises:
            ValueError: for a ``.npy`` file that is no image.
        """
        if Path(filepath).suffix.lower() != '.npy':
            return super().get(filepath)
        image = LoadNumpyImage()(dict(img_path=str(filepath)))['img']
        return cv2.imencode('.png', image.round().clip(0, 255).astype(np.uint8))[1].tobytes()


register_backend('numpy_image', NumpyImageBackend, force=True)
