"""Repair of units after a change of the image's size."""

from __future__ import annotations

from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS

from ..fields import MAP_FIELDS
from .align import pad_to_image
from .units import zoom_normals, zoom_values

#: what is measured in the scene and not in the image
SCENE_FIELDS = ('gt_depth_map', 'gt_normal_map')


@TRANSFORMS.register_module()
class RepairUnits(BaseTransform):
    """Scale the values of maps whose units depend on the image's size.

    Put it **directly after** every transform that resizes: mmseg's transforms resample the maps
    that are in ``seg_fields``, and leave their values alone. With s = width now / width at loading
    or at the last repair, inverse depth is multiplied by s and metric depth divided by s, which
    compresses the scene along the optical axis: normals are turned with it
    (:func:`~mmmtl.datasets.transforms.units.zoom_normals`). Maps loaded after the resizing (test
    pipelines) have s = 1. After ``Pad`` it also pads the maps
    which mmcv's ``Pad`` forgets.

    Args:
        mark_only: only remember the width. For a crop that is followed by another resizing:
            resize, ``RepairUnits()``, crop, ``RepairUnits(mark_only=True)``, resize,
            ``RepairUnits()``.
        zoom_depth: ``False`` leaves metric depth and normals alone, for pipelines that bring every
            frame to one size; say ``DepthHead(zoom=False)`` and ``SurfaceNormalHead(zoom=False)``
            too.

    Raises:
        ValueError: for a map that was not loaded by this package's loaders.
    """

    def __init__(self, mark_only: bool = False, zoom_depth: bool = True) -> None:
        self.mark_only = mark_only
        self.zoom_depth = zoom_depth

    def transform(self, results: dict) -> dict:
        """Repair ``gt_inverse_depth_map``, ``gt_depth_map`` and ``gt_normal_map`` where present."""
        widths = results.setdefault('units_width', {})
        heights = results.setdefault('units_height', {})
        for name, field in MAP_FIELDS.items():
            if name not in results or not (field.zoom_power or name == 'gt_normal_map'):
                continue
            if name not in widths or name not in heights and name == 'gt_normal_map':
                raise ValueError(
                    f'RepairUnits: the size of {name} when it was loaded is not known '
                    f'({results.get("img_path")}). Load it with mmmtl.LoadDisparity, '
                    'mmmtl.LoadDepth or mmmtl.LoadNormals')
            zoom = results[name].shape[1] / widths[name]
            if self.mark_only or (name in SCENE_FIELDS and not self.zoom_depth):
                continue
            if name == 'gt_normal_map':
                zoom_y = results[name].shape[0] / heights[name]
                results[name] = zoom_normals(results[name], zoom, zoom_y)
            else:
                results[name] = zoom_values(results[name], zoom, field.zoom_power)
        pad_to_image(results)
        for sides, axis in ((widths, 1), (heights, 0)):
            for name in sides:
                if name in results:
                    sides[name] = results[name].shape[axis]
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(mark_only={self.mark_only}, '
                f'zoom_depth={self.zoom_depth})')
