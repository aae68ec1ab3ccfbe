"""Objects of a frame: their classes and scores, and which were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmmtl.utils.colours import distinct_colours

#: written on the tile of a row without any object
NO_OBJECT = {'gt': 'no object in this frame', 'pred': 'no object predicted'}


@dataclass
class Thing:
    """What is known of an object besides its pixels.

    Args:
        label: Index of its class; None = unknown.
        score: 0 to 1; None for truth.
    """

    label: int | None = None
    score: float | None = None


def find_things(ids: np.ndarray, labels: np.ndarray | None,
                known: Mapping[int, Thing] | None = None) -> dict[int, Thing]:
    """The objects of a map, from left to right.

    Args:
        ids: (h, w), 0 = no object.
        labels: (h, w) class indices, of which an object takes the most frequent, 255 left out.
        known: What is known of an object by its id, in place of ``labels``.
    """
    inside = ids != 0
    names, inverse, counts = np.unique(ids[inside], return_inverse=True, return_counts=True)
    inverse = inverse.ravel()
    places = np.bincount(inverse, np.nonzero(inside)[1], len(names)) / counts.clip(1)
    things = {}
    for i in np.argsort(places, kind='stable'):
        thing = (known or {}).get(int(names[i]))
        if thing is None:
            votes = labels[inside][inverse == i] if labels is not None else np.empty(0, int)
            votes = votes[(votes >= 0) & (votes != 255)].astype(int)
            thing = Thing(int(np.bincount(votes).argmax()) if votes.size else None)
        things[int(names[i])] = thing
    return things


def match_things(truth: np.ndarray, pred: np.ndarray, truth_things: Mapping[int, Thing],
                 pred_things: Mapping[int, Thing]) -> dict[int, int]:
    """Predicted to true id where they share more than half of their union and the class."""
    both = (truth != 0) & (pred != 0)
    # pairs as complex numbers, which sort faster than columns
    pairs, shared = np.unique(truth[both] + 1j * pred[both], return_counts=True)
    areas = [dict(zip(*np.unique(ids, return_counts=True), strict=True)) for ids in (truth, pred)]
    matches = {}
    for pair, count in zip(pairs, shared, strict=True):
        old, new = int(pair.real), int(pair.imag)
        a, b = truth_things[old].label, pred_things[new].label
        same = a is None or b is None or a == b
        if same and 2 * count > areas[0][old] + areas[1][new] - count:
            matches[new] = old
    return matches


def as_in(things: Mapping[int, Thing], own: Sequence[str],
          other: Sequence[str]) -> dict[int, Thing]:
    """Objects with the label that their class's name has in another list; -1 where it has none.

    Args:
        things: by id.
        own: names of the classes that their labels count.
        other: the other list.
    """
    numbers = {i: other.index(name) if name in other else -1 for i, name in enumerate(own)}
    return {i: replace(thing, label=numbers.get(thing.label, thing.label))
            for i, thing in things.items()}


def colour_things(truth: Mapping[int, Thing], pred: Mapping[int, Thing],
                  matches: Mapping[int, int]) -> tuple[dict[int, np.ndarray], ...]:
    """RGB of each object of truth and prediction; a match takes its partner's colour."""
    missed = [i for i in pred if i not in matches]
    colours = distinct_colours(len(truth) + len(missed))
    of_truth = dict(zip(truth, colours, strict=False))
    rest = dict(zip(missed, colours[len(truth):], strict=True))
    return of_truth, {i: of_truth[matches[i]] if i in matches else rest[i] for i in pred}
