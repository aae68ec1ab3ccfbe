"""Which classes are things, and what the clusterer's parameters are for each of them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

#: one number for all thing classes, or one per class name
PerClass = float | Mapping[str, float]


class ThingClass(NamedTuple):
    """A thing class and its parameters, at the size at which votes are clustered."""

    label: int
    name: str
    eps: float
    min_samples: int
    min_area: int
    noise_bound: float

    def scaled(self, length: float) -> 'ThingClass':
        """Parameters for an image whose lengths are ``length`` times as large."""
        return self._replace(
            eps=self.eps * length,
            min_samples=max(2, round(self.min_samples * length**2)),
            min_area=max(1, round(self.min_area * length**2)),
            noise_bound=self.noise_bound * length)


def find_things(dataset_meta: Mapping[str, Any] | None,
                classes: Sequence[str] | None = None,
                thing_classes: Sequence[str | int] | None = None) -> dict[int, str]:
    """Find the thing classes.

    Args:
        dataset_meta: ``classes`` and ``thing_classes`` of the data set, if known. Things that
            are not among the classes (``metainfo=dict(classes=...)`` leaves some out) are none.
        classes: names of all classes, which override the data set's.
        thing_classes: names or numbers, which override the data set's.

    Returns:
        Names by class number, ascending.

    Raises:
        ValueError: if they are not known, or not among the classes; it says what to set.
    """
    meta = dataset_meta or {}
    names = list(classes or meta.get('classes') or [])
    given = thing_classes if thing_classes is not None else meta.get('thing_classes')
    if given is None:
        raise ValueError(
            'instance_clustering does not know which classes are things: the data set says '
            f'{"nothing" if not meta else f"only {sorted(meta)}"}. Set instance_clustering='
            "dict(..., thing_classes=['car', ...]), or give the data set's METAINFO "
            'thing_classes and custom_hooks=[dict(type="mmmtl.InstanceClusteringHook")], which '
            'tools/train.py and tools/test.py add')
    found: dict[int, str] = {}
    for thing in given:
        if isinstance(thing, int):
            found[thing] = names[thing] if 0 <= thing < len(names) else str(thing)
        elif not names:
            raise ValueError(
                f'instance_clustering: thing_classes has the name {thing!r}, but the names of '
                'the classes are not known; set classes=[...] beside it, or give numbers')
        elif thing in names:
            found[names.index(thing)] = thing
        elif thing_classes is not None:
            raise ValueError(f'instance_clustering: thing_classes has {thing!r}, which is none of '
                             f'the classes {names}')
    return dict(sorted(found.items()))


def check_parameters(reference_size: Sequence[int] | None,
                     **parameters: tuple[PerClass, float]) -> None:
    """Refuse parameters that cannot be; each with the smallest value it may have."""
    for option, (value, least) in parameters.items():
        values = value.values() if isinstance(value, Mapping) else [value]
        wrong = [v for v in values if not (math.isfinite(v) and v >= least and v >= 0)]
        if wrong:
            raise ValueError(f'instance_clustering: {option} is {wrong[0]}; it must be a finite '
                             f'number from {least:g}')
    if reference_size is not None and not (
            len(reference_size) == 2 and all(side > 0 for side in reference_size)):
        raise ValueError(f'instance_clustering: reference_size is {reference_size}; it must be '
                         '(height, width) of the images for which the parameters are meant')


def of_class(option: str, value: PerClass, name: str) -> float:
    """Value of an option for a class.

    Raises:
        KeyError: if the option is by class and this one is missing.
    """
    if not isinstance(value, Mapping):
        return value
    if name not in value:
        raise KeyError(f'instance_clustering: {option} has no value for the thing class '
                       f'{name!r}, only for {sorted(value)}; add it, or give one number for all')
    return value[name]
