"""What a frame goes through: its data set's own pipeline, then those of the wrappers around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .pipeline_check import check_pipeline


class Chain(NamedTuple):
    """A data set that reads frames, and all transforms up to the network; ``None``: not known."""

    dataset: Any
    transforms: list[Callable] | None


def chains_of(dataset: Any) -> Iterator[Chain]:
    """One chain for each data set in wrappers such as ``ConcatDataset`` and ``RepeatDataset``.

    Wrappers with a pipeline of their own (mmseg's ``MultiImageMixDataset``) go on with it, but for
    what they are told to skip.
    """
    inner = [child for child in _children(dataset) if _is_dataset(child)]
    if not inner:
        yield Chain(dataset, _transforms(dataset))
        return
    outer = _transforms(dataset) or []
    for child in inner:
        for chain in chains_of(child):
            yield Chain(chain.dataset, chain.transforms and [*chain.transforms, *outer])


def wrappers_of(dataset: Any) -> Iterator[Any]:
    """The data sets around those of :func:`chains_of`, outer ones first."""
    inner = [child for child in _children(dataset) if _is_dataset(child)]
    if inner:
        yield dataset
    for child in inner:
        yield from wrappers_of(child)


def check_wrapped(dataset: Any) -> None:
    """:func:`check_pipeline` of every chain: data sets know nothing of the wrappers around them.

    Raises:
        ValueError: with the transform, the reason and the remedy.
    """
    for chain in chains_of(dataset):
        if chain.transforms:
            check_pipeline(chain.transforms, bool(getattr(chain.dataset, 'test_mode', False)))


def _children(dataset: Any) -> list[Any]:
    several = getattr(dataset, 'datasets', None)
    if isinstance(several, (list, tuple)):
        return list(several)
    return [getattr(dataset, 'dataset', None)]


def _is_dataset(thing: Any) -> bool:
    return any(hasattr(thing, name) for name in ('pipeline', 'dataset', 'datasets'))


def _transforms(dataset: Any) -> list[Callable] | None:
    pipeline = getattr(dataset, 'pipeline', None)
    transforms = getattr(pipeline, 'transforms', pipeline)
    if not isinstance(transforms, (list, tuple)):
        return None
    skipped = getattr(dataset, '_skip_type_keys', None) or ()
    kinds = getattr(dataset, 'pipeline_types', None) or [None] * len(transforms)
    return [transform for transform, kind in zip(transforms, kinds, strict=True)
            if kind is None or kind not in skipped]
