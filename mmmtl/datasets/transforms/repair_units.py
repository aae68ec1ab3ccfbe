"""Repair of units after a change of the image's size."""

from __future__ import annotations

from mmcv.transforms import BaseTransform

from mmmtl.fields import MAP_FIELDS, MapField
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
        if not self.mark_only:
            repair_units(results, None, self.zoom_depth)
        pad_to_image(results)
        note_sizes(results)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(mark_only={self.mark_only}, '
                f'zoom_depth={self.zoom_depth})')


def repair_units(results: dict, size: tuple[int, int] | None, zoom_depth: bool) -> None:
    """Multiply what depends on the image's size, in place; see :class:`RepairUnits`.

    Args:
        results: with ``units_width`` and ``units_height``, what the sizes of maps were.
        size: (width, height) to which they were resized; ``None``: that of each map, of which
            nothing was cut away since.
        zoom_depth: whether what is measured in the scene changes too.

    Raises:
        ValueError: for a map that was not loaded by this package's loaders.
    """
    widths, heights = results.get('units_width', {}), results.get('units_height', {})
    for name, field in _with_units(results):
        if name not in widths or name not in heights:
            raise ValueError(
                f'RepairUnits: the size of {name} when it was loaded is not known '
                f'({results.get("img_path")}). Load it with mmmtl.{field.loaders[0]}')
        if field.of_scene and not zoom_depth:
            continue
        width, height = size or results[name].shape[1::-1]
        results[name] = field.zoom(results[name], width / widths[name], height / heights[name])


def note_sizes(results: dict, size: tuple[int, int] | None = None) -> None:
    """Remember the size at which maps have the right units: theirs, or ``size``.

    Args:
        results: changed in place.
        size: (width, height).
    """
    for key, axis in (('units_width', 0), ('units_height', 1)):
        sides = results.setdefault(key, {})
        for name in sides.keys() & results.keys():
            sides[name] = (size or results[name].shape[1::-1])[axis]


def _with_units(results: dict) -> list[tuple[str, MapField]]:
    return [(name, field) for name, field in MAP_FIELDS.items()
            if name in results and field.zoom is not None]
