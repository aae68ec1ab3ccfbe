"""Labels of votes: clusters as scikit-learn's OPTICS finds them, without its ordering."""

import numpy as np

from .backend import choose_backend
from .preparation import ready
from .sklearn_optics import sklearn_labels
from .vote_checks import (
    check_min_samples,
    check_quantise,
    check_radius,
    check_votes,
    near_votes,
    round_votes,
)


def optics_labels(votes: np.ndarray, eps: float, min_samples: int, *,
                  quantise: int | None = None, backend: str = 'auto') -> np.ndarray:
    """Labels of ``sklearn.cluster.OPTICS(cluster_method='dbscan', max_eps=eps, eps=eps)``.

    Equal to scikit-learn's (``algorithm='kd_tree'``) element for element. Unlike it, votes that
    are NaN, infinite or farther than 2**24 pixels from 0 are noise and nobody's neighbour, and
    fewer votes than ``min_samples`` (or none) are all noise: no such input is an error.

    Args:
        votes: (N, 2) real numbers, pixels.
        eps: radius of a vote's neighbourhood, pixels.
        min_samples: votes in a neighbourhood, itself counted, from which on it is dense.
        quantise: None, or a power of two q: scikit-learn's result on the votes rounded to 1/q
            pixel, two to five times faster where many votes share such places.
        backend: 'numba', 'sklearn', or 'auto': numba where it can be imported.

    Returns:
        (N,) int64: labels from 0 on, -1 is noise.

    Raises:
        ValueError: An argument is not as described above.
    """
    votes = check_votes(votes)
    eps = check_radius('eps', eps)
    min_samples = check_min_samples(min_samples)
    quantise = check_quantise(quantise)
    backend = choose_backend(backend)
    near = near_votes(votes)
    if near is not None:
        labels = np.full(len(votes), -1, np.int64)
        labels[near] = _labels(votes[near], eps, min_samples, quantise, backend)
        return labels
    return _labels(votes, eps, min_samples, quantise, backend)


def _labels(votes: np.ndarray, eps: float, min_samples: int, quantise: int | None,
            backend: str) -> np.ndarray:
    """Labels of votes that are all near."""
    if len(votes) < min_samples:
        return np.full(len(votes), -1, np.int64)
    if backend == 'sklearn':
        return sklearn_labels(round_votes(votes, quantise), eps, min_samples)
    ready('labels')
    from .kernels.float_labels import float_labels  # imports numba
    from .kernels.graph import graph_labels
    from .kernels.lattice_labels import lattice_labels

    labels = None
    if quantise is not None:
        labels = lattice_labels(votes, eps, min_samples, quantise)
        votes = votes if labels is not None else round_votes(votes, quantise)
    if labels is None:
        labels = float_labels(votes, eps, min_samples)
    if labels is None:
        ready('ordering')
        labels = graph_labels(votes, eps, min_samples)
    return labels
