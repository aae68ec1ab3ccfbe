"""The maps that a data sample may hold: one row a field, which all that handles maps reads.

A field has the same name in the pipeline's ``results`` (numpy, ``(H, W)`` or ``(H, W, C)``) and in
the data sample (:obj:`PixelData` with ``data`` of shape ``(C, H, W)``); its prediction is called
``pred_x`` where the truth is ``gt_x``. A new kind of map is a row here, and the transforms, the
head, the metric and the painter that the row names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from mmmtl.utils.units import flip_normals, zoom_normals, zoom_values

#: (values, width after / before, height after / before) -> values
Zoom = Callable[[np.ndarray, float, float], np.ndarray]
#: (values already mirrored in place, direction) -> values
Flip = Callable[[np.ndarray, str], np.ndarray]


@dataclass(frozen=True)
class PngType:
    """PNG types a label may have: grey of one of ``bits``, or also a palette of 8 bits or less.

    With ``colour``, RGB (and an alpha that is not looked at) of one of ``bits`` instead.
    """

    what: str
    bits: tuple[int, ...]
    palette: bool = False
    colour: bool = False


@dataclass(frozen=True)
class Made:
    """How a map is made of another one, where it is not loaded.

    Attributes:
        by: the transform that makes it.
        of: the field that it is made of.
        last: whether it is made of the finished frame, after all geometry; else directly after
            loading.
        why: what would be wrong with it elsewhere, for a message that begins '... comes after X, '
            (made directly after loading) or 'X comes after ..., ' (made last).
    """

    by: str
    of: str
    last: bool
    why: str


@dataclass(frozen=True)
class MapField:
    """What a ground-truth map means, and who handles it.

    Attributes:
        dtype: type of the values, in numpy's words.
        fill: value of a pixel of which nothing is known (padding): 0 = no instance; NaN = nothing
            measured.
        noun: what the map holds, in the plural, for messages.
        zoom: repairs the values of a map that was resized with its image; ``None``: they have no
            unit that depends on it.
        of_scene: whether what ``zoom`` repairs is measured in the scene and not in the image.
        flip: repairs the values of a map that was mirrored with its image; ``None``: nothing to do.
        path_keys: keys of a frame's dict that lead to its file: ours, and then those of others.
        loaders: transforms that load it: ours, and then those of others.
        made: how it is made of another map.
        png: what a PNG file of it may be.
        painters: ``'module.function'`` of the columns that show it, below ``mmmtl.visualization``.
        packed_by_host: whether mmseg's own packing hands it on.
    """

    dtype: str
    fill: float
    noun: str
    zoom: Zoom | None = None
    of_scene: bool = False
    flip: Flip | None = None
    path_keys: tuple[str, ...] = ()
    loaders: tuple[str, ...] = ()
    made: Made | None = None
    png: PngType | None = None
    painters: tuple[str, ...] = ()
    packed_by_host: bool = False


def _by_width(values: np.ndarray, zoom_x: float, zoom_y: float, power: int) -> np.ndarray:
    return zoom_values(values, zoom_x, power)


MAP_FIELDS: Mapping[str, MapField] = MappingProxyType({
    # centroid of the visible instance - pixel, pixels, channels (x, y)
    'gt_instance_vector': MapField(
        'float32', np.nan, 'vectors',
        made=Made('GenerateInstanceVectors', 'gt_instance_map', last=True,
                  why='whose vectors point at centroids of the finished image'),
        painters=('instance_vector.instance_vector_column', )),
    # instance ids, 0 = no instance
    'gt_instance_map': MapField(
        'int32', 0, 'instance ids',
        path_keys=('instance_path', ), loaders=('LoadInstanceIds', ),
        png=PngType('a map of instance ids (class id * 1000 + number)', (16, )),
        painters=('instance_map.instance_map_column', 'panoptic.panoptic_column')),
    # disparity in pixels at the current image size, 0 = infinitely far
    'gt_inverse_depth_map': MapField(
        'float32', np.nan, 'disparity', zoom=partial(_by_width, power=1),
        path_keys=('disparity_path', ), loaders=('LoadDisparity', ),
        png=PngType('disparity ((p - 1) / 256 pixels)', (16, )),
        painters=('depth.inverse_depth_column', )),
    # metres, seen by a camera of fixed focal length: an enlarged image looks nearer
    'gt_depth_map': MapField(
        'float32', np.nan, 'depth', zoom=partial(_by_width, power=-1), of_scene=True,
        path_keys=('depth_path', 'depth_map_path'), loaders=('LoadDepth', 'LoadDepthAnnotation'),
        png=PngType('depth', (8, 16)), painters=('depth.depth_column', ), packed_by_host=True),
    # unit vectors (x right, y down, z away from the camera)
    'gt_normal_map': MapField(
        'float32', np.nan, 'normals', zoom=zoom_normals, of_scene=True, flip=flip_normals,
        path_keys=('normal_path', ), loaders=('LoadNormals', ),
        made=Made('GenerateNormals', 'gt_depth_map', last=False,
                  why='so that the intrinsics do not fit the depth any more'),
        png=PngType('a normal map', (8, ), colour=True), painters=('normals.normals_column', )),
    # 1 where the class changes, 0 elsewhere
    'gt_boundary_map': MapField(
        'float32', np.nan, 'boundaries',
        path_keys=('boundary_path', ), loaders=('LoadBoundaries', ),
        made=Made('GenerateBoundaries', 'gt_sem_seg', last=True,
                  why='whose lines are one pixel wide in the finished image'),
        png=PngType('a map of boundaries', (1, 8), palette=True),
        painters=('boundaries.boundary_column', )),
})
"""Fields by name that this package adds to mmseg's."""

FIELDS: Mapping[str, MapField] = MappingProxyType({
    # called gt_seg_map in the pipeline; mmseg pads and packs it, and the visualizer draws all maps
    # of classes
    'gt_sem_seg': MapField(
        'int64', 255, 'classes', path_keys=('seg_map_path', ),
        loaders=('LoadSemanticLabels', 'LoadAnnotations', 'LoadBiomedicalAnnotation',
                 'LoadBiomedicalData'),
        png=PngType('a map of label ids', (8, ), palette=True), packed_by_host=True),
    **MAP_FIELDS,
})
"""All fields by name, semantics too."""

#: class of pixels without one in ``gt_seg_map``, which becomes ``gt_sem_seg``
IGNORED = 255
#: key of a sample's meta information: field → whether its label has a value to learn from
HAS_VALUES = 'has_values'
#: key of a sample's meta information: the largest class in ``gt_sem_seg``
LARGEST_CLASS = 'largest_class'
#: key of a sample's meta information: field → numbers of a label of the whole image
LABEL_VALUES = 'label_values'


def logits_field(pred_field: str) -> str:
    """Where the logits of predicted classes are: ``seg_logits``, as mmseg has it, ``x_logits``.

    Args:
        pred_field: of the classes, ``pred_sem_seg``, ``pred_x``.
    """
    name = pred_field.removeprefix('pred_')
    return 'seg_logits' if name == 'sem_seg' else f'{name}_logits'


def largest_class(labels: np.ndarray) -> int:
    """The largest class in a map of classes, and -1 if no pixel has one."""
    if labels.dtype == np.uint8:  # 255 + 1 is 0: one pass, without a copy of what is not ignored
        return int((labels + np.uint8(1)).max(initial=0)) - 1
    return int(labels.max(initial=-1, where=labels != IGNORED))


def has_measurement(array: np.ndarray) -> bool:
    """Whether a map (H, W, ...) of measurements has any; NaN and infinity are none."""
    return bool(np.isfinite(array[::16]).any() or np.isfinite(array).any())  # often seen in a few


def pad_map(array: np.ndarray, shape: tuple[int, int], fill: float) -> np.ndarray:
    """Pad a map of shape (H, W, ...) at the bottom and the right to ``shape`` with ``fill``.

    Raises:
        ValueError: if the map is larger than ``shape``.
    """
    rows, columns = shape[0] - array.shape[0], shape[1] - array.shape[1]
    if rows == 0 and columns == 0:
        return array
    if rows < 0 or columns < 0:
        raise ValueError(f'a map of {array.shape[:2]} cannot be padded to the smaller {shape}')
    width = [(0, rows), (0, columns)] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, width, constant_values=fill)
