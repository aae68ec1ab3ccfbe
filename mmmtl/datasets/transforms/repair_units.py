"""Repair of units after a change of the image's size."""

from __future__ import annotations

from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS

from ..fields import MAP_FIELDS
from .align import pad_to_image
from .units import zoom_values


@TRANSFORMS.register_module()
class RepairUnits(BaseTransform):
    """Scale the values of maps whose units depend on the image's size.

    Put it **directly after** every transform that resizes: mmseg's transforms resample the maps
    that are in ``seg_fields``, and leave their values alone. With s = width now / width at loading
    or at the last repair, inverse depth is multiplied by s and metric depth divided by s. Maps
    loaded after the resizing (test pipelines) have s = 1. After ``Pad`` it also pads the maps
    which mmcv's ``Pad`` forgets.

    Args:
        mark_only: only remember the width. For a crop that is followed by another resizing:
            resize, ``RepairUnits()``, crop, ``RepairUnits(mark_only=True)``, resize,
            ``RepairUnits()``.
        zoom_depth: ``False`` leaves metric depth alone, for pipelines that bring every frame to
            one size; say ``DepthHead(zoom=False)`` too.

    Raises:
        ValueError: for a map that was not loaded by this package's loaders.
    """

    def __init__(self, mark_only: bool = False, zoom_depth: bool = True) -> None:
        self.mark_only = mark_only
        self.zoom_depth = zoom_depth

    def transform(self, results: dict) -> dict:
        """Repair ``gt_inverse_depth_map`` and ``gt_depth_map`` where present."""
        widths = results.setdefault('units_width', {})
        for name, field in MAP_FIELDS.items():
            if not field.zoom_power or name not in results:
                continue
            if name not in widths:
                raise ValueError(
                    f'RepairUnits: the width of {name} when it was loaded is not known '
                    f'({results.get("img_path")}). Load it with mmmtl.LoadDisparity or '
                    'mmmtl.LoadDepth')
            zoom = results[name].shape[1] / widths[name]
            keep = self.mark_only or (name == 'gt_depth_map' and not self.zoom_depth)
            if not keep:
                results[name] = zoom_values(results[name], zoom, field.zoom_power)
        pad_to_image(results)
        for name in widths:
            if name in results:
                widths[name] = results[name].shape[1]
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(mark_only={self.mark_only}, '
                f'zoom_depth={self.zoom_depth})')
