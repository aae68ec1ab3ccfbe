"""Compile the kernels, or load them compiled, before they are needed."""

import time
from functools import cache

import numpy as np

from .backend import why_no_numba


def warm_up(ordering: bool = True) -> None:
    """Make the kernels of labels, and those of the ordering, ready: once in a process.

    Labels alone hardly ever need the ordering (only where distances are within rounding of
    ``eps``); with ``ordering=False`` its kernels are made ready when that happens. The first time
    after an installation each half is compiled, for about a quarter of a minute; the result is
    kept beside the package (or in ``NUMBA_CACHE_DIR``), from where later processes load it in
    less than a second. Without it the first call of a function that needs kernels does the same.
    Without numba there is nothing to do.
    """
    if why_no_numba() is None:
        ready('labels')
        if ordering:
            ready('ordering')


@cache
def ready(kernels: str) -> None:
    """Run the kernels for ``'labels'`` or the ``'ordering'`` once, on a few votes."""
    from mmengine.logging import print_log

    print_log(f'Preparing clustering ({kernels}): at the first use of an installation it is '
              'compiled, for up to half a minute', 'current')
    start = time.perf_counter()
    votes = np.random.default_rng(0).normal(size=(200, 2))
    if kernels == 'labels':
        from .kernels.float_labels import float_labels
        from .kernels.lattice_labels import lattice_labels
        float_labels(votes, 0.3, 4)
        lattice_labels(votes, 0.5, 4, 4, np.inf)
    else:
        from .kernels.graph import numba_optics
        numba_optics(votes, 4, 0.3)
    print_log(f'Clustering ({kernels}) is ready after {time.perf_counter() - start:.1f} s',
              'current')
