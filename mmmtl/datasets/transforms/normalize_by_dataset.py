"""Normalisation by the mean and standard deviation of the image's own data set."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS


@TRANSFORMS.register_module()
class NormalizeByDataset(BaseTransform):
    """``(image / 255 - mean) / std`` with ``mean`` and ``std`` from the data set, as float32.

    For data sets that are trained together but normalised each by itself. The data preprocessor
    then has no ``mean`` and ``std``, and ``bgr_to_rgb=False``.

    Args:
        to_rgb: turn BGR, as mmcv loads images, into RGB, the order of mean and std.
    """

    def __init__(self, to_rgb: bool = True) -> None:
        self.to_rgb = to_rgb

    def transform(self, results: dict) -> dict:
        """Normalise ``img``, (H, W, 3).

        Raises:
            KeyError: if the data set gives no mean and std.
        """
        missing = [name for name in ('mean', 'std') if name not in results]
        if missing:
            raise KeyError(f'NormalizeByDataset: the data set gives no {missing} of '
                           f'{results.get("img_path")}; with the Visual Decathlon set mean_std')
        image = results['img'][..., ::-1] if self.to_rgb else results['img']
        image = image.astype(np.float32) / 255
        results['img'] = ((image - results['mean']) / results['std']).astype(np.float32)
        return results
