"""Which implementation runs: compiled by numba, or scikit-learn's."""

import warnings
from functools import cache

BACKENDS = ('auto', 'numba', 'sklearn')


@cache
def why_no_numba() -> str | None:
    """The reason why numba cannot be used; None where it can."""
    try:
        import numba  # noqa: F401
    except Exception as error:  # a numpy that is too new for it is an ImportError, or worse
        return f'{type(error).__name__}: {error}'
    return None


def choose_backend(backend: str) -> str:
    """'numba' or 'sklearn'; 'auto' is numba wherever it can be imported.

    Raises:
        ValueError: an unknown name.
        ImportError: 'numba' was asked for and is not there.
    """
    if backend not in BACKENDS:
        raise ValueError(f'backend must be one of {BACKENDS}, found {backend!r}')
    if backend == 'sklearn':
        return backend
    reason = why_no_numba()
    if reason is None:
        return 'numba'
    if backend == 'numba':
        raise ImportError(f"backend='numba' needs numba (pip install numba); found {reason}")
    _warn_of_fallback(reason)
    return 'sklearn'


@cache
def _warn_of_fallback(reason: str) -> None:
    """Say once that this is the slow way."""
    warnings.warn(
        'mmmtl.clustering falls back on scikit-learn: the same labels, but 50,000 votes take '
        f'most of a minute instead of milliseconds. pip install numba ({reason})', stacklevel=4)
