"""Repair of units after a change of the image's size."""

from __future__ import annotations

from mmcv.transforms import BaseTransform

from mmmtl.fields import MAP_FIELDS
from mmmtl.registry import TRANSFORMS

from .align import pad_to_image


@TRANSFORMS.register_module()
class RepairUnits(BaseTransform):
    """Scale the values of maps whose units depend on the image's size.

    Put it **directly after** every transform that resizes: mmseg's transforms resample the maps
    that are in ``seg_fields``, and leave their values alone. With s = width now / width at loading
    or at the last repair, inverse depth is multiplied by s and metric depth divided by s, which
    compresses the scene along the optical axis: normals are turned with it
    (:func:`~mmmtl.utils.units.zoom_normals`). Maps loaded after the resizing (test
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
        """Repair the fields that have a ``zoom`` in :data:`mmmtl.fields.MAP_FIELDS`."""
        widths = results.setdefault('units_width', {})
        heights = results.setdefault('units_height', {})
        for name, field in MAP_FIELDS.items():
            if name not in results or field.zoom is None:
                continue
            if name not in widths or name not in heights:
                raise ValueError(
                    f'RepairUnits: the size of {name} when it was loaded is not known '
                    f'({results.get("img_path")}). Load it with mmmtl.{field.loaders[0]}')
            if self.mark_only or (field.of_scene and not self.zoom_depth):
                continue
            height, width = results[name].shape[:2]
            results[name] = field.zoom(
                results[name], width / widths[name], height / heights[name])
        pad_to_image(results)
        for sides, axis in ((widths, 1), (heights, 0)):
            for name in sides:
                if name in results:
                    sides[name] = results[name].shape[axis]
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(mark_only={self.mark_only}, '
                f'zoom_depth={self.zoom_depth})')
