"""Simulated votes of one thing class of a street scene."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage


class SimulatedVotes(NamedTuple):
    """Votes and their truth.

    Attributes:
        votes: (N, 2) float32, (x, y) in pixels, of an object's pixels in the order of rows.
        truth: (N,) int32, the object of each, from 1 on.
        size: height and width of the scene.
    """

    votes: np.ndarray
    truth: np.ndarray
    size: tuple[int, int]


def simulate_votes(count: int, seed: int = 0, error: float = 2.0,
                   objects: int | None = None) -> SimulatedVotes:
    """Make votes as a network would: each pixel's centre of object, with errors.

    A quarter of the scene is objects, boxes and ellipses of very different sizes, near ones in
    front. Errors are smooth over the image, larger for larger objects, with some white noise; at
    an object's border votes bleed to the neighbour; one in 200 is anywhere.

    Args:
        count: number of votes.
        seed: of everything.
        error: mean distance of a vote from its centre, pixels.
        objects: how many; by default about 30 for 10,000 votes and 10 more for each factor of 10.
    """
    rng = np.random.default_rng(seed)
    objects = objects or max(4, int(4 + 10 * np.log10(max(count, 1000) / 100)))
    height = max(24, int(1.5 * np.sqrt(count)))
    inside = np.zeros(0)
    while len(inside) < count:
        height = int(1.1 * height) + 1
        scene = _paint(rng, height, 2 * height, objects, count)
        inside = np.flatnonzero(scene)
    inside = np.sort(rng.choice(inside, count, replace=False))
    truth = scene.ravel()[inside]
    y, x = np.nonzero(scene)
    numbers = scene[y, x]
    areas = np.maximum(np.bincount(numbers, minlength=objects + 1), 1)
    centres = np.stack([np.bincount(numbers, part, objects + 1) / areas for part in (x, y)], 1)
    noise = _smooth_noise(rng, inside, scene.shape)
    noise *= (0.4 + 0.6 * np.sqrt(np.bincount(truth)[truth] / (count / objects)))[:, None]
    noise += 0.5 * rng.normal(size=noise.shape)
    noise *= error / np.hypot(*noise.T).mean()
    neighbour = ndimage.maximum_filter(scene, 5).ravel()[inside]
    bleed = np.where(neighbour != truth, rng.uniform(0, 0.5, count), 0)[:, None]
    votes = (1 - bleed) * centres[truth] + bleed * centres[neighbour] + noise
    wild = rng.random(count) < 0.005
    votes[wild] = rng.uniform(0, (2 * height, height), (int(wild.sum()), 2))
    return SimulatedVotes(votes.astype(np.float32), truth, scene.shape)


AWKWARD = ('grid', 'duplicates', 'line', 'blobs', 'fine grid', 'scene')


def awkward_votes(kind: str, count: int, seed: int) -> np.ndarray:
    """(N, 2) float64 votes that clustering may stumble over, for comparisons with another's.

    Args:
        kind: one of ``AWKWARD``: whole pixels close together, so that most distances are equal;
            few places with many votes each; a line, as dense here as loose there; Gaussian
            blobs; steps of 0.1 pixel, not exact in binary; :func:`simulate_votes`.
        count: number of votes.
        seed: of everything.
    """
    rng = np.random.default_rng(seed)
    if kind == 'grid':
        side = max(2, int(np.sqrt(count * rng.uniform(0.3, 2))))
        return rng.integers(0, side, (count, 2)).astype(float)
    if kind == 'duplicates':
        places = rng.normal(0, 4, (max(1, count // 20), 2))
        return places[rng.integers(0, len(places), count)]
    if kind == 'line':
        return np.outer(np.cumsum(rng.exponential(0.5, count)), (3, 4))[rng.permutation(count)] / 5
    if kind == 'blobs':
        return (rng.uniform(0, 30, (4, 2))[rng.integers(0, 4, count)]
                + rng.normal(0, 1, (count, 2)) * rng.choice((0.2, 1, 3), (count, 1)))
    if kind == 'fine grid':
        return rng.integers(0, max(2, int(np.sqrt(count))), (count, 2)) * 0.1 + 100
    if kind == 'scene':
        return simulate_votes(count, seed, objects=5).votes.astype(float)
    raise ValueError(f'kind must be one of {AWKWARD}, found {kind!r}')


def _paint(rng: np.random.Generator, height: int, width: int, objects: int,
           area: int) -> np.ndarray:
    """(H, W) int32: objects of ``area`` pixels and some more altogether, small ones far away."""
    scene = np.zeros((height, width), np.int32)
    areas = np.sort(np.exp(rng.normal(size=objects)))
    for number, share in enumerate(areas / areas.sum(), 1):
        aspect = rng.uniform(0.4, 2.2)
        half = np.sqrt(1.6 * area * share / aspect) / 2
        left = int(rng.uniform(0.02, 0.98) * width - half * aspect)
        top = int(height * (0.45 + 0.35 * number / objects + rng.normal(0, 0.03)) - half)
        box = np.ones((int(2 * half) + 1, int(2 * half * aspect) + 1), bool)
        if rng.random() < 0.5:
            y, x = (np.linspace(-1, 1, side) for side in box.shape)
            box = x**2 + y[:, None]**2 <= 1
        box = box[max(0, -top):max(0, height - top), max(0, -left):max(0, width - left)]
        part = scene[max(0, top):, max(0, left):][:box.shape[0], :box.shape[1]]
        part[box] = number
    return scene


def _smooth_noise(rng: np.random.Generator, pixels: np.ndarray,
                  size: tuple[int, int]) -> np.ndarray:
    """(N, 2) noise at some pixels, of standard deviation 1; it changes over 1/20 of the height."""
    step = max(4.0, size[0] / 20)
    places = np.array(np.unravel_index(pixels, size)) / step
    grid = rng.normal(size=(2, *(int(side / step) + 2 for side in size)))
    noise = np.stack([ndimage.map_coordinates(part, places, order=1) for part in grid], axis=1)
    return noise / noise.std()
