"""Which loaders of a pipeline can be run by themselves: nothing before them is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .chains import wrappers_of
from .pipeline_steps import LABEL_LOADERS, Step
from .target_check import KNOWN, is_of, steps_of

#: what gives a frame to the pipeline
_WAYS = ('__getitem__', '__getitems__', 'prepare_data', 'get_data_info')


def known_loaders(transforms: Sequence[Any]) -> list[Step]:
    """Loaders of labels up to the first transform that may set what later ones read.

    These are transforms of other packages and mmcv's ``KeyMapper``. Loaders of the same class with
    the same options, as ``TestTimeAug`` has them, are one.

    Args:
        transforms: built.
    """
    loaders: list[Step] = []
    for step in steps_of(transforms, wrappers=True):
        if not _is_known(type(step.transform)) or step.is_a('KeyMapper'):
            break
        if step.is_a('LoadAnnotations', *LABEL_LOADERS) and not any(
                _is_same(step, other) for other in loaders):
            loaders.append(step)
    return loaders


def has_unknown_wrapper(dataset: Any) -> bool:
    """Whether a wrapper of other packages, such as torch's ``Subset``, may leave frames out."""
    return not all(_is_known(type(wrapper)) for wrapper in wrappers_of(dataset))


def hands_frames_on(dataset: Any) -> bool:
    """Whether the pipeline gets what ``get_data_info`` says: no other package has a way of its own.

    Args:
        dataset: not a wrapper.
    """
    return all(_is_known(kind) for name in _WAYS
               for kind in [_where_defined(type(dataset), name)] if kind)


def _is_same(step: Step, other: Step) -> bool:
    return (type(step.transform) is type(other.transform)
            and vars(step.transform) == vars(other.transform))


def _where_defined(kind: type, name: str) -> type | None:
    return next((base for base in kind.__mro__ if name in vars(base)), None)


def _is_known(kind: type) -> bool:
    return is_of(kind, (*KNOWN, 'mmengine'))
