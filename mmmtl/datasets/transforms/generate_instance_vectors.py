"""Targets of the instance head."""

from __future__ import annotations

from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS

from .align import on_image, pad_to_image
from .instance_vectors import instance_vectors


@TRANSFORMS.register_module()
class GenerateInstanceVectors(BaseTransform):
    """Make ``gt_instance_vector`` from ``gt_instance_map``; nothing without the latter.

    Must come after every transform of geometry, since the vectors point at the centroid of what is
    left in the image. Adds (H, W, 2) float32, channels (x, y) = centroid of the visible instance -
    pixel, in pixels, NaN where there is no instance.
    """

    def transform(self, results: dict) -> dict:
        """Add ``gt_instance_vector`` where there is ``gt_instance_map``."""
        if 'gt_instance_map' not in results:
            return results
        pad_to_image(results)
        results['gt_instance_vector'] = instance_vectors(results['gt_instance_map'])
        if not on_image(results, 'gt_instance_map'):
            results['fields_at_ori_shape'].append('gt_instance_vector')
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
