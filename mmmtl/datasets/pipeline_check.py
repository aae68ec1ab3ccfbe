"""Refuse pipelines that would spoil a map, when they are built, with the reason and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import Any

from .orientation import turns_images

MAP_LOADERS = ('LoadInstanceIds', 'LoadDisparity', 'LoadDepth', 'LoadNormals')
UNIT_LOADERS = ('LoadDisparity', 'LoadDepth', 'LoadNormals')
RESIZERS = ('Resize', 'RandomResize', 'RandomChoiceResize', 'ResizeToMultiple',
            'ResizeShortestEdge')
LABEL_LOADERS = (*MAP_LOADERS, 'LoadSemanticLabels')
GEOMETRIC = (*RESIZERS, 'RandomCrop', 'RandomFlip', 'Pad')
_IMAGE_AND_LABELS = ('it moves the image and gt_seg_map and leaves the other maps where they were. '
                     'Use RandomResize, RandomCrop, RandomFlip or Pad instead')
REFUSED = {
    'RandomRotate': 'it fills the corners of every map with the one value seg_pad_val: an instance '
                    'id and a disparity of 255. Remove it',
    'RandomRotFlip': 'it fills the corners of every map with 0 (a disparity of 0 is a valid '
                     'measurement) and mixes values by interpolation. Use RandomFlip',
    'RandomMosaic': 'it fills every map with the one value seg_pad_val, joins instances of equal '
                    'id from different images and changes scales without units. Remove it',
    'SegRescale': 'it changes the size of the maps but not of the image. Remove it',
    'RandomDepthMix': 'it writes the depth into the image, where unmeasured pixels are NaN. '
                      'Remove it',
    'LoadDepthAnnotation': 'it keeps unmeasured pixels as 0 metres. Use mmmtl.LoadDepth',
    'Albu': _IMAGE_AND_LABELS,
    'CenterCrop': _IMAGE_AND_LABELS,
    'MultiScaleFlipAug': 'it resizes and flips inside, where units cannot be repaired. Use '
                         'TestTimeAug with the labels loaded after it',
    'BioMedical3DRandomCrop': _IMAGE_AND_LABELS,
    'BioMedical3DPad': _IMAGE_AND_LABELS,
    'BioMedical3DRandomFlip': _IMAGE_AND_LABELS,
}
_WRAPPERS = ('Compose', 'KeyMapper', 'TransformBroadcaster')
_MOST_PATHS = 4096

Transform = dict | Callable


class Step:
    """One transform, given as config or as object: its name, its arguments, what it wraps."""

    def __init__(self, transform: Transform) -> None:
        self.transform = transform
        self.tested = False  # whether it stands in TestTimeAug
        if isinstance(transform, dict):
            kind = transform.get('type')
            self.name = kind.rpartition('.')[2] if isinstance(kind, str) else kind.__name__
            self.names: tuple[str, ...] = (self.name, ) if isinstance(kind, str) else tuple(
                base.__name__ for base in kind.__mro__)
        else:
            self.name = type(transform).__name__
            self.names = tuple(kind.__name__ for kind in type(transform).__mro__)

    def get(self, key: str, default: Any = None) -> Any:
        """An argument of the config, or an attribute of the object."""
        if isinstance(self.transform, dict):
            return self.transform.get(key, default)
        return getattr(self.transform, key, default)

    def is_a(self, *names: str) -> bool:
        """Whether it is one of these transforms or, for objects, of a class derived from one."""
        return any(name in names for name in self.names)

    def does_as(self, name: str) -> bool:
        """Whether it is a transform of this name, or derived from it without a way of its own."""
        if isinstance(self.transform, dict):
            return self.name == name
        return next((kind.__name__ == name for kind in type(self.transform).__mro__
                     if 'transform' in vars(kind)), False)

    def moves_labels_only(self) -> bool:
        """Whether it is mmcv's own transform, which knows of no map but gt_seg_map."""
        inner = self.get('resize', self.transform)
        for kind in type(inner).__mro__:
            if kind.__name__ in ('Resize', 'RandomFlip'):  # a derived class: whose it derives from
                return kind.__module__.startswith('mmcv.')
        return False

    def mixes(self) -> bool:
        """Whether it asks a wrapper for other frames (mmseg's and mmdet's names for it)."""
        return any(hasattr(self.transform, name) for name in ('get_indices', 'get_indexes'))

    def moves_at_random(self) -> bool:
        """Whether nobody can undo what it did to the image (test pipelines resize and may flip)."""
        if self.is_a('RandomFlip'):
            return self.flips() and self.get('prob') != 1
        return self.is_a('RandomCrop', 'RandomResize', 'RandomChoiceResize')

    def flips(self) -> bool:
        """Whether it may mirror the image."""
        return self.is_a('RandomFlip') and self.get('prob') != 0

    def branches(self) -> list[Sequence[Transform]] | None:
        """The sequences of which a wrapper runs one; ``None`` if this is not a wrapper."""
        if self.name in _WRAPPERS:
            return [_as_list(self.get('transforms', []))]
        if self.name == 'RandomApply':
            return [_as_list(self.get('transforms', [])), []]
        if self.name == 'RandomChoice':
            return [_as_list(branch) for branch in self.get('transforms', [])]
        if self.name == 'TestTimeAug':
            if isinstance(self.transform, dict):
                return [list(branch) for branch in product(*self.get('transforms', []))]
            return [_as_list(branch) for branch in self.get('subroutines', [])]
        return None


def check_pipeline(pipeline: Sequence[Transform], test_mode: bool = False) -> None:
    """Check that no transform of a pipeline can spoil a map of this package.

    Wrappers (``RandomApply``, ``RandomChoice``, ``TestTimeAug`` ...) are looked into; every way
    through them is checked. What has no labels but semantics loaded before it is mmseg's business
    and passes.

    Args:
        pipeline: transforms, as configs or as objects. Only objects tell mmcv's ``Resize`` and
            ``RandomFlip`` (which move no map but ``gt_seg_map``) from mmseg's.
        test_mode: labels may be loaded after a flip that happens always, which is undone in the
            prediction; in ``TestTimeAug`` they may anyway.

    Raises:
        ValueError: with the transform, the reason and the remedy.
    """
    for path in islice(_paths(list(pipeline)), _MOST_PATHS):
        _check_path(path, test_mode)


def turns_images_in(pipeline: Sequence[Transform]) -> bool:
    """Whether the images are turned as their EXIF says when a pipeline loads them."""
    for path in islice(_paths(list(pipeline)), 1):
        for step in path:
            if step.get('color_type') or step.is_a('LoadImageFromFile'):
                return turns_images(step.get('color_type', 'color'),
                                    step.get('imdecode_backend', 'cv2'))
    return True


def _as_list(transforms: Any) -> list[Transform]:
    inner = getattr(transforms, 'transforms', transforms)  # a Compose object
    return list(inner) if isinstance(inner, (list, tuple)) else [inner]


def _paths(transforms: Sequence[Transform]) -> Iterator[list[Step]]:
    """All straight sequences of steps through a pipeline with wrappers."""
    if not transforms:
        yield []
        return
    step = Step(transforms[0])
    branches = step.branches()
    for rest in _paths(transforms[1:]):
        if branches is None:
            yield [step, *rest]
            continue
        for branch in branches:
            for inner in _paths(branch):
                for nested in inner:
                    nested.tested = nested.tested or step.name == 'TestTimeAug'
                yield inner + rest


def _check_path(path: list[Step], test_mode: bool) -> None:
    _check_host_loader(path)
    loaded: set[str] = set()
    width_changed_by = padded_by = vectors_made = moved_by = depth_changed_by = flipped = None
    for index, step in enumerate(path):
        where = f'pipeline step {index}, {step.name}'
        if moved_by and step.is_a(*LABEL_LOADERS):
            raise ValueError(f'{where}: loads labels after {moved_by}, which has moved the image '
                             f'without them. Put {step.name} before {moved_by}')
        if step.moves_at_random() or step.flips() and not (test_mode or step.tested):
            moved_by = step.name
        if step.is_a(*MAP_LOADERS):
            loaded.update(name for name in MAP_LOADERS if step.is_a(name))
        elif step.is_a('GenerateNormals'):
            if 'LoadDepth' not in loaded:
                raise ValueError(f'{where}: no LoadDepth before it, so there would be no normals. '
                                 'Put dict(type="mmmtl.LoadDepth") before it')
            if depth_changed_by:
                raise ValueError(f'{where}: comes after {depth_changed_by}, so that the intrinsics '
                                 'do not fit the depth any more. Put GenerateNormals directly '
                                 'after LoadDepth')
            loaded.add('LoadNormals')
        elif step.is_a('GenerateInstanceVectors'):
            vectors_made = step
            if 'LoadInstanceIds' not in loaded:
                raise ValueError(f'{where}: no LoadInstanceIds before it, so there would be no '
                                 'vectors. Put dict(type="mmmtl.LoadInstanceIds") after the image')
        elif not loaded:
            continue
        _check_alone(step, where)
        if not step.is_a(*GEOMETRIC, 'RepairUnits'):
            continue
        if 'LoadDepth' in loaded and step.is_a(*GEOMETRIC):
            depth_changed_by = depth_changed_by or step.name
        if step.is_a('RandomFlip') and 'LoadNormals' in loaded:
            if flipped:
                raise ValueError(f'{where}: is the second flip of normals, which are turned once, '
                                 'when packed. Use one RandomFlip, with a list of directions')
            flipped = True
        if step.is_a('RepairUnits'):
            width_changed_by = padded_by = None
            continue
        if vectors_made:
            raise ValueError(f'{where}: comes after GenerateInstanceVectors, whose vectors point '
                             'at centroids of the finished image. Put GenerateInstanceVectors last '
                             'before packing')
        if padded_by and not step.is_a('RandomCrop', 'Pad'):
            raise ValueError(f'{where}: comes after {padded_by}, which leaves all maps but '
                             'gt_seg_map unpadded. Put mmmtl.RepairUnits directly after '
                             f'{padded_by}, or {padded_by} last')
        if step.is_a(*RESIZERS) and loaded.intersection(UNIT_LOADERS):
            if width_changed_by:
                raise ValueError(f'{where}: comes after {width_changed_by}, so that RepairUnits '
                                 'would take the cut for a zoom. Put dict(type="mmmtl.RepairUnits",'
                                 f' mark_only=True) directly after {width_changed_by}')
            if index + 1 == len(path) or not path[index + 1].is_a('RepairUnits'):
                raise ValueError(f'{where}: changes the units of depth, disparity and '
                                 'normals. Put dict(type="mmmtl.RepairUnits") directly after it')
        if step.is_a('RandomCrop', 'Pad'):
            width_changed_by = step.name
        if step.is_a('Pad'):
            padded_by = step.name


def _check_host_loader(path: list[Step]) -> None:
    """Refuse mmseg's own loader of semantics among ours: it knows no partial labels, no checks."""
    ours = next((step.name for step in path if step.is_a(*LABEL_LOADERS, 'PackMultiTaskInputs')),
                None)
    for index, step in enumerate(path):
        if ours and step.name == 'LoadAnnotations':
            raise ValueError(f'pipeline step {index}, LoadAnnotations: with {ours}, use '
                             'mmmtl.LoadSemanticLabels, which also takes frames without semantic '
                             'labels, and refuses values outside the classes')


def _check_alone(step: Step, where: str) -> None:
    """What is wrong with a step wherever it stands behind a loader."""
    for name in step.names:
        if name in REFUSED:
            raise ValueError(f'{where}: {REFUSED[name]}')
    if step.mixes():
        raise ValueError(f'{where}: it mixes several frames: joins instances of equal id, depth '
                         'and disparity of different scales. Remove it')
    if step.get('seg_pad_val') is not None:
        raise ValueError(f'{where}: fills every map with seg_pad_val={step.get("seg_pad_val")}, '
                         'also instance ids and disparity. Remove it (a transform of your own that '
                         'fills gt_seg_map alone: call the argument otherwise)')
    if step.moves_labels_only():
        raise ValueError(f'{where}: uses mmcv\'s own Resize or RandomFlip, which moves no map but '
                         'gt_seg_map. Use mmseg\'s: default_scope = "mmseg" in the config, or '
                         'type="mmseg.Resize", resize_type="mmseg.Resize", type="mmseg.RandomFlip"')
    if step.does_as('PackSegInputs'):
        raise ValueError(f'{where}: drops every map but semantics. Use mmmtl.PackMultiTaskInputs')
    if step.get('seg_fill_in') is not None:
        raise ValueError(f'{where}: writes seg_fill_in={step.get("seg_fill_in")} into every map, '
                         'also as instance id and disparity. Leave seg_fill_in out')
    if step.get('swap_seg_labels'):
        raise ValueError(f'{where}: swap_seg_labels exchanges these values in every map, also in '
                         'ids and disparity. Leave swap_seg_labels out')
    if step.is_a('Pad') and step.get('padding_mode', 'constant') != 'constant':
        raise ValueError(f'{where}: padding_mode={step.get("padding_mode")!r} invents labels by '
                         'reflection. Use padding_mode="constant"')
