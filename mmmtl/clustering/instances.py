"""From votes to instances: pixels of things, clusters of their votes, numbers for those."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from .backend import why_no_numba

#: ``votes -> labels``: float32 (n, 2) votes, n > 0, all finite, to (n,) labels, -1 for noise
Clusterer = Callable[[np.ndarray], np.ndarray]
#: ``(label, pixels) -> probability``: (n,) float32 of a class at (n,) flat indices
Probability = Callable[[int, np.ndarray], np.ndarray]
_FEW_CLUSTERS = 200  # up to here it is faster to try all of them than to build a tree
_BLOCK = 4096  # pixels whose scores of all classes fit in the cache


class Instances(NamedTuple):
    """Instances of one frame.

    Attributes:
        instance_map: (H, W) int32, 0 where there is no instance, else an id from 1 to K.
        labels: (K,) int64, the class of each id.
        scores: (K,) float32 in [0, 1], mean probability of its class over its pixels.
    """

    instance_map: np.ndarray
    labels: np.ndarray
    scores: np.ndarray


class Grouping(NamedTuple):
    """How the pixels of one thing class become instances.

    Attributes:
        cluster: see :data:`Clusterer`.
        noise_bound: pixels, see :func:`adopt_noise`.
        min_area: fewest pixels of an instance.
    """

    cluster: Clusterer
    noise_bound: float
    min_area: int


def find_instances(semantic: np.ndarray, vectors: np.ndarray, things: Mapping[int, Grouping],
                   probability: Probability) -> Instances:
    """Find the instances of one frame.

    Args:
        semantic: (H, W) classes, none negative.
        vectors: (2, H, W) float, x and y of centre - pixel, in pixels.
        things: by class, for all thing classes.
        probability: see :data:`Probability`; it is asked once for each class that occurs.
    """
    size = semantic.shape
    pixels = thing_pixels(semantic, list(things))
    clusters, probabilities = {}, {}
    for label, index in pixels.items():
        thing = things[label]
        clusters[label] = cluster_votes(
            votes_of(vectors, index), size, thing.cluster, thing.noise_bound)
        probabilities[label] = probability(label, index)
    return assemble_instances(size, pixels, clusters, probabilities,
                              {label: thing.min_area for label, thing in things.items()})


def thing_pixels(semantic: np.ndarray, thing_classes: Sequence[int]) -> dict[int, np.ndarray]:
    """Pixels of each thing class that occurs.

    Args:
        semantic: (H, W) classes, none negative.
        thing_classes: the classes whose pixels are wanted.

    Returns:
        By class, in ascending order: (n,) flat indices of its pixels, ascending, row by row.
    """
    if not len(thing_classes) or not semantic.size:
        return {}
    wanted = np.zeros(max(thing_classes) + 2, bool)
    wanted[list(thing_classes)] = True
    index = np.flatnonzero(wanted.take(semantic.reshape(-1), mode='clip'))
    classes = semantic.reshape(-1).take(index).astype(np.uint16)
    index = index.take(np.argsort(classes, kind='stable'))
    counts = np.bincount(classes, minlength=1)
    parts = np.split(index, np.cumsum(counts)[:-1])
    return {int(c): parts[c] for c in np.flatnonzero(counts)}


def votes_of(vectors: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Votes (pixel + vector) for the centre of the instance.

    Args:
        vectors: (2, H, W) float, x and y of centre - pixel, in pixels.
        pixels: (n,) flat indices.

    Returns:
        (n, 2) float32, x and y.
    """
    y, x = np.divmod(pixels, vectors.shape[2])
    votes = np.empty((len(pixels), 2), np.float32)
    np.add(vectors[0].reshape(-1).take(pixels), x, out=votes[:, 0], casting='same_kind')
    np.add(vectors[1].reshape(-1).take(pixels), y, out=votes[:, 1], casting='same_kind')
    return votes


def class_probability(logits: np.ndarray, label: int, pixels: np.ndarray) -> np.ndarray:
    """Softmax of one class at some pixels.

    Args:
        logits: (C, HW) float scores of all classes.
        label: the class.
        pixels: (n,) flat indices.

    Returns:
        (n,) float32; 0 where the class's own score is not finite, or any is NaN.
    """
    probability = np.empty(len(pixels), np.float32)
    kernels = _kernels()
    if kernels is not None and logits.dtype == np.float32 and logits.flags.c_contiguous:
        kernels.class_probability(logits, label, pixels, probability)
        return probability
    for start in range(0, len(pixels), _BLOCK):
        block = slice(start, start + _BLOCK)
        scores = logits.take(pixels[block], axis=1)
        with np.errstate(over='ignore', invalid='ignore'):
            probability[block] = 1 / np.exp(scores - scores[label]).sum(0)
    return np.nan_to_num(probability, copy=False, nan=0.0)


def adopt_noise(votes: np.ndarray, labels: np.ndarray, bound: float) -> np.ndarray:
    """Give noise to the cluster with the nearest centre (mean vote), where within a bound.

    So do Kendall et al. (CVPR 2018, section 3.2) with the votes that OPTICS leaves over.

    Args:
        votes: (n, 2) finite float32 votes.
        labels: (n,) clusters from 0, -1 for noise.
        bound: the distance to the centre must be less, pixels; other votes stay noise.

    Returns:
        (n,) int64 labels.
    """
    count = int(labels.max(initial=-1)) + 1
    if not count or bound <= 0:
        return labels
    labels = labels.astype(np.int64)
    kernels = _kernels()
    if kernels is not None and count <= _FEW_CLUSTERS:
        kernels.adopt_noise(np.ascontiguousarray(votes, np.float32), labels, count, float(bound))
        return labels
    noise = np.flatnonzero(labels < 0)
    members = np.bincount(labels + 1, minlength=count + 1)[1:]
    sums = [np.bincount(labels + 1, votes[:, i], count + 1)[1:] for i in (0, 1)]
    used = np.flatnonzero(members)
    centres = np.stack(sums, 1)[used] / members[used, None]
    _, nearest = cKDTree(centres).query(votes[noise], distance_upper_bound=bound)
    labels[noise] = np.append(used, -1)[nearest]  # the tree says len(used) for none
    return labels


def warm_up() -> None:
    """Load (or compile) the loops, where numba is installed."""
    votes, labels = np.zeros((2, 2), np.float32), np.array([0, -1])
    adopt_noise(votes, labels, 1.0)
    class_probability(votes, 0, labels[:1])


@cache
def _kernels() -> ModuleType | None:
    if why_no_numba() is not None:
        return None
    from .kernels import vote_kernels
    return vote_kernels


def cluster_votes(votes: np.ndarray, size: tuple[int, int], cluster: Clusterer,
                  noise_bound: float) -> np.ndarray:
    """Cluster the votes of one class; strange votes are noise.

    Votes that are not finite, or farther outside of the image than it is large, are kept from
    the clusterer: no visible object has its centre there.

    Args:
        votes: (n, 2).
        size: height and width of the image.
        cluster: see :data:`Clusterer`.
        noise_bound: see :func:`adopt_noise`.

    Returns:
        (n,) int64 labels.
    """
    if not len(votes):
        return np.empty(0, np.int64)
    reach = float(max(size))
    sane = slice(None)
    # A comparison with NaN is false: then, too, votes are looked at one by one.
    if not all(column.min() >= -reach and column.max() <= side + reach
               for column, side in zip(votes.T, size[::-1], strict=True)):
        limit = np.array(size[::-1], np.float32) + reach
        sane = ((votes >= -reach) & (votes <= limit)).all(1)
    labels = np.full(len(votes), -1, np.int64)
    kept = votes[sane]
    if len(kept):
        labels[sane] = adopt_noise(kept, np.asarray(cluster(kept)), noise_bound)
    return labels


def assemble_instances(size: tuple[int, int],
                       pixels: Mapping[int, np.ndarray],
                       clusters: Mapping[int, np.ndarray],
                       probabilities: Mapping[int, np.ndarray],
                       min_area: int | Mapping[int, int] = 1) -> Instances:
    """Number the clusters of all classes.

    Args:
        size: height and width of the image.
        pixels: by class, (n,) flat indices.
        clusters: by class, (n,) cluster of each pixel, -1 for none.
        probabilities: by class, (n,) probability of that class at each pixel.
        min_area: fewest pixels of an instance, for all classes or by class.

    Returns:
        Instances with ids in the order of classes and clusters.
    """
    instance_map = np.zeros(size[0] * size[1], np.int32)
    labels: list[np.ndarray] = []
    scores: list[np.ndarray] = []
    count = 0
    for label, index in pixels.items():
        shifted = clusters[label] + 1
        areas = np.bincount(shifted, minlength=1)[1:]
        sums = np.bincount(shifted, probabilities[label], len(areas) + 1)[1:]
        least = min_area[label] if isinstance(min_area, Mapping) else min_area
        kept = np.flatnonzero(areas >= max(least, 1))
        ids = np.zeros(len(areas) + 1, np.int32)
        ids[kept + 1] = np.arange(count + 1, count + 1 + len(kept))
        instance_map[index] = ids[shifted]
        labels.append(np.full(len(kept), label, np.int64))
        scores.append((sums[kept] / areas[kept]).clip(0, 1).astype(np.float32))
        count += len(kept)
    return Instances(
        instance_map.reshape(size),
        np.concatenate(labels) if labels else np.empty(0, np.int64),
        np.concatenate(scores) if scores else np.empty(0, np.float32))
