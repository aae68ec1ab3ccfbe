"""Which classes are things, and what the clusterer's parameters are for each of them."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple

#: one number for all thing classes, or one per class name
PerClass = float | Mapping[str, float]

_WHOLE = frozenset({'min_samples', 'min_area', 'min_stuff_area'})  # they count pixels

#: scaling down to a small image does not take ``min_samples`` below this
FEWEST = 5


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
            # Fewer than some would make clusters of chance, thousands in a frame.
            min_samples=max(min(self.min_samples, FEWEST), round(self.min_samples * length**2)),
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
    for option, value in (('classes', classes), ('classes', meta.get('classes')),
                          ('thing_classes', thing_classes),
                          ('thing_classes', meta.get('thing_classes'))):
        if isinstance(value, str):
            raise ValueError(f'instance_clustering: {option} is the text {value!r}, not a list of '
                             f'names; write {option}=[{value!r}]')
    names = list(classes or meta.get('classes') or [])
    given = thing_classes if thing_classes is not None else meta.get('thing_classes')
    if given is None:
        raise ValueError(
            'instance_clustering does not know which classes are things: the data set says '
            f'{"nothing" if not meta else f"only {sorted(meta)}"}. Set instance_clustering='
            "dict(..., thing_classes=['car', ...]), or give the data set's METAINFO "
            'thing_classes and custom_hooks=[dict(type="mmmtl.InstanceClusteringHook")], which '
            'tools/train.py and tools/test.py add')
    found = {}
    for thing in given:
        number = _number(thing, names)
        if number is not None:
            found[number] = names[number] if names else str(number)
        elif thing_classes is not None:
            raise ValueError(f'instance_clustering: thing_classes has {thing!r}, which is none of '
                             f'the classes {names}')
    return dict(sorted(found.items()))


def _number(thing: Any, names: Sequence[str]) -> int | None:
    """Number of a thing class; ``None`` for the name of no class.

    Args:
        thing: a name or a number.
        names: of all classes; empty where they are not known.

    Raises:
        ValueError: it is neither, or cannot be a class.
    """
    if isinstance(thing, Integral) and not isinstance(thing, bool):
        number = int(thing)
        if number < 0 or (names and number >= len(names)):
            raise ValueError(
                f'instance_clustering: thing_classes has the number {number}, but numbers of '
                + (f'the classes go from 0 to {len(names) - 1}: {names}' if names
                   else 'classes start at 0'))
        return number
    if not isinstance(thing, str):
        raise ValueError(f'instance_clustering: thing_classes has {thing!r}, which is neither '
                         'the name of a class nor its number')
    if not names:
        raise ValueError(
            f'instance_clustering: thing_classes has the name {thing!r}, but the names of '
            'the classes are not known; set classes=[...] beside it, or give numbers')
    return names.index(thing) if thing in names else None


def check_parameters(reference_size: Sequence[int] | None,
                     **parameters: tuple[PerClass, float]) -> None:
    """Refuse parameters that cannot be; each with the smallest value it may have.

    Raises:
        ValueError: with the option, its value and the rule.
    """
    for option, (value, least) in parameters.items():
        whole = option in _WHOLE
        rule = f'a {"whole" if whole else "finite"} number from {least:g}'
        if isinstance(value, Mapping) and not value:
            raise ValueError(f'instance_clustering: {option} is {{}}, without any class; it must '
                             f'be {rule}, or a dict of such by class name')
        for v in value.values() if isinstance(value, Mapping) else [value]:
            if not _is_number(v) or v < max(least, 0) or (whole and v != int(v)):
                raise ValueError(f'instance_clustering: {option} is {v!r}; it must be {rule}')
    if reference_size is not None:
        sides = list(reference_size) if isinstance(reference_size, Iterable) else []
        if len(sides) != 2 or not all(_is_number(side) and side > 0 for side in sides):
            raise ValueError(
                f'instance_clustering: reference_size is {reference_size!r}; it must be '
                '(height, width) of the images for which the parameters are meant, or None')


def check_names(things: Collection[str], **options: PerClass) -> None:
    """Refuse options with a value for what is no thing class, such as a misspelt one.

    Raises:
        ValueError: with the option and the names there are.
    """
    for option, value in options.items():
        unknown = [key for key in value if key not in things] if isinstance(value, Mapping) else []
        if unknown:
            raise ValueError(f'instance_clustering: {option} has values for {unknown}, which are '
                             f'no thing classes; these are {list(things)}')


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


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
