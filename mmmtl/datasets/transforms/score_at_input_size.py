"""Scoring at the size of the network's input instead of the image file's."""

from __future__ import annotations

from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS

from .align import on_image


@TRANSFORMS.register_module()
class ScoreAtInputSize(BaseTransform):
    """Let the resized frame count as the original one.

    mmseg brings predictions back to ``ori_shape``, the size of the file, and scores them there.
    Experiments on reduced images (Kendall et al. at 128 x 256) report errors in pixels of the
    reduced image: load everything, ``Resize``, ``RepairUnits``, then this. Metric depth stays
    scaled as by ``RepairUnits``, so do not use it where depth in metres is scored.

    Raises:
        ValueError: for a map that was loaded after resizing and so has another size.
    """

    def transform(self, results: dict) -> dict:
        """Set ``ori_shape`` to the image's present size."""
        shape = results['img'].shape[:2]
        for field in results.get('seg_fields', ()):
            if not on_image(results, field) or results[field].shape[:2] != shape:
                raise ValueError(f'ScoreAtInputSize: {field} is {results[field].shape[:2]} but the '
                                 f'image is {shape} (height, width; {results.get("img_path")}). '
                                 'Load the labels before resizing')
        results['ori_shape'] = results['img_shape'] = shape
        results['scale_factor'] = (1.0, 1.0)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
