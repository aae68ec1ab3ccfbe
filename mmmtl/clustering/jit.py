"""numba's ``njit`` as the kernels use it. Only modules of kernels import this: it imports numba."""

from collections.abc import Callable

import numba


def jit(function: Callable) -> Callable:
    """Compile on first call and keep the result on disk, where there is a place to keep it."""
    options = dict(nogil=True, error_model='numpy')
    try:
        return numba.njit(function, cache=True, **options)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written
        return numba.njit(function, **options)
