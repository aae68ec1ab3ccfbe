"""The transforms of a pipeline one by one, along every way through its wrappers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from mmmtl.fields import FIELDS, MAP_FIELDS

MAP_LOADERS = tuple(field.loaders[0] for field in MAP_FIELDS.values() if field.loaders)
UNIT_LOADERS = tuple(field.loaders[0] for field in MAP_FIELDS.values() if field.zoom)
RESIZERS = ('Resize', 'RandomResize', 'RandomChoiceResize', 'ResizeToMultiple',
            'ResizeShortestEdge')
LABEL_LOADERS = (*MAP_LOADERS, FIELDS['gt_sem_seg'].loaders[0])
GEOMETRIC = (*RESIZERS, 'RandomCrop', 'RandomFlip', 'Pad')
_WRAPPERS = ('Compose', 'KeyMapper', 'TransformBroadcaster', 'ResizeAndCrop')

Transform = dict | Callable


class Step:
    """One transform, given as config or as object: its name, its arguments, what it wraps.

    Args:
        transform: config or object.
        tested: whether it stands in ``TestTimeAug``.
    """

    def __init__(self, transform: Transform, tested: bool = False) -> None:
        self.transform = transform
        self.tested = tested
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


def _as_list(transforms: Any) -> list[Transform]:
    inner = getattr(transforms, 'transforms', transforms)  # a Compose object
    return list(inner) if isinstance(inner, (list, tuple)) else [inner]


def paths_of(transforms: Sequence[Transform], tested: bool = False) -> Iterator[list[Step]]:
    """All straight sequences of steps through a pipeline with wrappers.

    Args:
        transforms: of the pipeline.
        tested: whether they stand in ``TestTimeAug``.
    """
    if not transforms:
        yield []
        return
    step = Step(transforms[0], tested)
    branches = step.branches()
    for rest in paths_of(transforms[1:], tested):
        if branches is None:
            yield [step, *rest]
            continue
        for branch in branches:
            for inner in paths_of(branch, tested or step.name == 'TestTimeAug'):
                yield inner + rest
