"""OPTICS with its ordering, as scikit-learn computes it."""

import numpy as np

from .backend import choose_backend
from .preparation import ready
from .result import OpticsResult, RoundedOpticsResult
from .sklearn_optics import sklearn_optics
from .vote_checks import (
    check_min_samples,
    check_quantise,
    check_radius,
    check_votes,
    near_votes,
    round_votes,
)


def optics(votes: np.ndarray, min_samples: int, max_eps: float, *,
           quantise: int | None = None, backend: str = 'auto') -> OpticsResult:
    """The arrays of ``sklearn.cluster.compute_optics_graph``, equal element for element.

    Equal to scikit-learn's with ``algorithm='kd_tree'``. Unlike it, a vote that is NaN, infinite
    or farther than 2**24 pixels from 0 counts as alone: farther than ``max_eps`` from all others.
    Fewer votes than ``min_samples`` (or none) have no core among them: no such input is an error.

    Args:
        votes: (N, 2) real numbers, pixels.
        min_samples: votes in a neighbourhood, itself counted, from which on it is dense.
        max_eps: largest radius of a neighbourhood, pixels; may be infinite.
        quantise: None, or a power of two q: the votes are rounded to 1/q pixel first.
        backend: 'numba', 'sklearn', or 'auto': numba where it can be imported.

    Returns:
        The four arrays, of N elements each.

    Raises:
        ValueError: An argument is not as described above.
    """
    votes = check_votes(votes)
    min_samples = check_min_samples(min_samples)
    max_eps = check_radius('max_eps', max_eps, allow_infinite=True)
    quantise = check_quantise(quantise)
    backend = choose_backend(backend)
    near = near_votes(votes)
    arrays = _graph(round_votes(votes if near is None else votes[near], quantise), min_samples,
                    max_eps, backend)
    if near is not None:
        arrays = _with_lone_votes(arrays, near, len(votes))
    return (OpticsResult if quantise is None else RoundedOpticsResult)(*arrays)


def _graph(votes: np.ndarray, min_samples: int, max_eps: float,
           backend: str) -> tuple[np.ndarray, ...]:
    """The four arrays of votes that are all near."""
    count = len(votes)
    if count < min_samples:
        return (np.arange(count), np.full(count, np.inf), np.full(count, np.inf),
                np.full(count, -1, np.int64))
    if backend == 'sklearn':
        return sklearn_optics(votes, min_samples, max_eps)
    ready('ordering')
    from .kernels.graph import numba_optics  # imports numba

    return numba_optics(votes, min_samples, max_eps)


def _with_lone_votes(arrays: tuple[np.ndarray, ...], near: np.ndarray,
                     count: int) -> tuple[np.ndarray, ...]:
    """Arrays of the votes ``near`` out of ``count``, extended by the others, each alone.

    OPTICS starts its components in the order of the votes, so a lone vote goes before the first
    component that starts at a later vote.
    """
    ordering, core, reach, predecessor = arrays
    ordering = near[ordering]
    all_core, all_reach = np.full(count, np.inf), np.full(count, np.inf)
    all_core[near], all_reach[near] = core, reach
    all_predecessor = np.full(count, -1, np.int64)
    all_predecessor[near] = np.where(predecessor < 0, -1, near[predecessor])
    lone = np.setdiff1d(np.arange(count), near, assume_unique=True)
    starts = np.flatnonzero(np.isinf(all_reach[ordering]))
    places = np.append(starts, len(ordering))[np.searchsorted(ordering[starts], lone)]
    return np.insert(ordering, places, lone), all_core, all_reach, all_predecessor
