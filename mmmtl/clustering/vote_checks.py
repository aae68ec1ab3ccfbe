"""What is asked of votes and parameters, and which votes stand alone."""

import math
from numbers import Integral, Real

import numpy as np

FARTHEST = 2.0**24  # pixels; float32 coordinates are whole numbers from here on
SMALLEST = 1e-150  # pixels; the square of a smaller radius has no longer all its digits


def check_votes(votes: np.ndarray) -> np.ndarray:
    """Votes as contiguous float64, which is what all distances are computed in.

    Raises:
        ValueError: not of shape (N, 2), or not numbers.
    """
    votes = np.asarray(votes)
    if votes.ndim != 2 or votes.shape[1] != 2:
        raise ValueError(f'votes must be of shape (N, 2), found shape {votes.shape}')
    if votes.dtype.kind not in 'fiu':
        raise ValueError(f'votes must be real numbers, found dtype {votes.dtype}')
    return np.require(votes, np.float64, ['C', 'W'])  # kernels are compiled for writable ones


def near_votes(votes: np.ndarray) -> np.ndarray | None:
    """Indices of the votes that are finite and at most ``FARTHEST`` from 0; None: all of them."""
    if len(votes) == 0 or (votes.min() >= -FARTHEST and votes.max() <= FARTHEST):
        return None  # a NaN makes both comparisons false
    with np.errstate(invalid='ignore'):
        return np.flatnonzero((np.abs(votes) <= FARTHEST).all(axis=1))


def check_radius(name: str, value: float, allow_infinite: bool = False) -> float:
    """A distance in pixels, at least ``SMALLEST``.

    Raises:
        ValueError: Anything else.
    """
    rule = f'a number of at least {SMALLEST:g}' + ('' if allow_infinite else ' and finite')
    if (not isinstance(value, Real) or not value >= SMALLEST
            or not (allow_infinite or math.isfinite(value))):
        raise ValueError(f'{name} must be {rule} (pixels), found {value!r}')
    return float(value)


def check_min_samples(value: int) -> int:
    """A number of votes, at least 2 (scikit-learn's fractions of all votes are not taken).

    Raises:
        ValueError: Anything else.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 2:
        raise ValueError(f'min_samples must be an integer >= 2, found {value!r}')
    return int(value)


def check_quantise(value: int | None) -> int | None:
    """Steps per pixel: a power of two, so that rounded votes are exact in binary.

    Raises:
        ValueError: Anything else but None.
    """
    if value is None:
        return None
    if (not isinstance(value, Integral) or isinstance(value, bool)
            or not 1 <= value <= 1024 or value & (value - 1)):
        raise ValueError('quantise must be None or a power of two from 1 to 1024 '
                         f'(steps per pixel), found {value!r}')
    return int(value)


def round_votes(votes: np.ndarray, quantise: int | None) -> np.ndarray:
    """Votes rounded to 1/``quantise`` pixel (halves to even), or as they are."""
    return votes if quantise is None else np.rint(votes * quantise) / quantise
