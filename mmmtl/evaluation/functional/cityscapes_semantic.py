"""The four semantic scores of the Cityscapes benchmark.

Source: Cordts et al., The Cityscapes Dataset, CVPR 2016, section 4.1; cityscapesScripts,
evaluation/evalPixelLevelSemanticLabeling.py.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from mmmtl.datasets.cityscapes_labels import AVERAGE_INSTANCE_SIZES, CATEGORIES

from .overlaps import count_overlaps
from .things_in_use import things_in_use
from .truth_segments import classes_of_instances


@dataclass(frozen=True)
class ScoredClasses:
    """What is scored: build it with :meth:`of`.

    Attributes:
        names: of the classes.
        sizes: thing class (index) -> average area of its instances, pixels.
        categories: name -> indices of its classes.
        thing_categories: those of them that have thing classes only.
    """

    names: tuple[str, ...]
    sizes: Mapping[int, float]
    categories: Mapping[str, tuple[int, ...]]
    thing_categories: tuple[str, ...]

    @classmethod
    def of(cls,
           names: Sequence[str],
           things: Collection[str],
           categories: Mapping[str, Sequence[str]] | None = None,
           average_sizes: Mapping[str, float] | None = None) -> 'ScoredClasses':
        """Look the classes up in the tables of Cityscapes, or in others.

        Args:
            names: of the classes, some or all of Cityscapes' 19. A category has those of its
                classes that are among them.
            things: names of the thing classes; those not among the classes are skipped.
            categories: name -> names of its classes.
            average_sizes: thing class -> average area of its instances, pixels.

        Raises:
            ValueError: a class without category, or a thing class without average size.
        """
        categories = CATEGORIES if categories is None else categories
        average_sizes = AVERAGE_INSTANCE_SIZES if average_sizes is None else average_sizes
        used = things_in_use(names, things)
        _check_all_among('categories', names, {*chain.from_iterable(categories.values())})
        _check_all_among('average_sizes', used.values(), average_sizes)
        found = {category: indices for category, members in categories.items()
                 if (indices := _indices(names, members))}
        sizes = {i: float(average_sizes[name]) for i, name in used.items()}
        return cls(tuple(names), sizes, found, tuple(
            category for category, members in found.items() if set(members) <= set(sizes)))

    @property
    def groups(self) -> list[tuple[str, tuple[int, ...]]]:
        """What has an iIoU: name and classes, first the thing classes, then the categories."""
        return [*((self.names[i], (i, )) for i in self.sizes),
                *((name, self.categories[name]) for name in self.thing_categories)]


def _check_all_among(what: str, names: Iterable[str], known: Collection[str]) -> None:
    strange = [name for name in names if name not in known]
    if strange:
        raise ValueError(f'{what}: nothing for {strange}, which Cityscapes does not have '
                         f'as such; give {what}=dict(...) for the classes of this data set')


def _indices(names: Sequence[str], members: Collection[str]) -> tuple[int, ...]:
    return tuple(i for i, name in enumerate(names) if name in members)


def semantic_sums(pred: np.ndarray,
                  semantic: np.ndarray,
                  instance: np.ndarray | None,
                  scored: ScoredClasses,
                  ignore_index: int = 255) -> tuple[np.ndarray, np.ndarray]:
    """Sums of one image for :func:`compute_semantic_scores`.

    Args:
        pred: (H, W) classes; ``ignore_index`` is a prediction of none of them.
        semantic: (H, W) classes, ``ignore_index`` = not counted.
        instance: (H, W) ids, 0 = none; ``None`` if unknown. The class of an instance is that of
            most of its pixels.
        scored: classes, categories and sizes.
        ignore_index: see above.

    Returns:
        Confusion matrix (C, C + 1) int64, truth by prediction, the last column for none; and
        (G, 3) float64 for ``scored.groups``: weighted right and missed instance pixels, and pixels
        of other classes taken for the group, all 0 without ``instance``.

    Raises:
        ValueError: a class that does not exist.
    """
    number = len(scored.names)
    maps = (semantic, np.zeros_like(semantic) if instance is None else instance, pred)
    rows, counts = count_overlaps(*maps)
    for name, column in (('the truth', 0), ('the prediction', 2)):
        labels = rows[:, column][rows[:, column] != ignore_index]
        if labels.size and (labels.min() < 0 or labels.max() >= number):
            raise ValueError(f'{name} has classes from {labels.min()} to {labels.max()}, but the '
                             f'data set has {number} classes (and {ignore_index} for none)')
    matrix = np.zeros((number, number + 1), np.int64)
    known = rows[:, 0] != ignore_index
    columns = np.where(rows[:, 2] == ignore_index, number, rows[:, 2])
    np.add.at(matrix, (rows[known, 0], columns[known]), counts[known])
    weighted = np.zeros((len(scored.groups), 3))
    if instance is not None:
        _add_instances(weighted, rows, counts, matrix, scored)
    return matrix, weighted


def _add_instances(weighted: np.ndarray, rows: np.ndarray, counts: np.ndarray, matrix: np.ndarray,
                   scored: ScoredClasses) -> None:
    groups = [members for _, members in scored.groups]
    shares: list[tuple[list, list]] = [([], []) for _ in groups]
    for instance, label in classes_of_instances(rows, counts).items():
        if label not in scored.sizes:
            continue
        own = rows[:, 1] == instance
        size = int(counts[own].sum())
        weight = scored.sizes[label] / size
        for members, (right, missed) in zip(groups, shares, strict=True):
            if label in members:
                hits = int(counts[own & np.isin(rows[:, 2], members)].sum())
                right.append(hits * weight)
                missed.append((size - hits) * weight)
    for row, members, (right, missed) in zip(weighted, groups, shares, strict=True):
        others = np.setdiff1d(np.arange(len(matrix)), members)
        row[:] = math.fsum(right), math.fsum(missed), matrix[np.ix_(others, members)].sum()


def compute_semantic_scores(matrix: np.ndarray, weighted: np.ndarray,
                            scored: ScoredClasses) -> dict[str, dict[str, float]]:
    """Scores of the set from its sums, in percent, higher is better; NaN where nothing is.

    IoU = TP / (TP + FP + FN) over pixels. iIoU = wTP / (wTP + FP + wFN), where each pixel of an
    instance weighs average area of its class / area of the instance.

    Returns:
        'IoU_class', 'iIoU_class', 'IoU_category', 'iIoU_category' -> name -> score. iIoU: thing
        classes, and categories of things alone.
    """
    instance_wise = [_ratio(right, missed + wrong) for right, missed, wrong in weighted.tolist()]
    things = [scored.names[i] for i in scored.sizes]
    return {
        'IoU_class': {name: _iou(matrix, [i]) for i, name in enumerate(scored.names)},
        'iIoU_class': dict(zip(things, instance_wise, strict=False)),
        'IoU_category': {
            name: _iou(matrix, members) for name, members in scored.categories.items()},
        'iIoU_category': dict(
            zip(scored.thing_categories, instance_wise[len(things):], strict=True)),
    }


def _iou(matrix: np.ndarray, members: Sequence[int]) -> float:
    """IoU of classes taken as one."""
    members = list(members)
    right = int(matrix[np.ix_(members, members)].sum())
    return _ratio(right, int(matrix[members].sum() + matrix[:, members].sum()) - 2 * right)


def _ratio(right: float, wrong: float) -> float:
    return 100 * right / (right + wrong) if right + wrong else math.nan
