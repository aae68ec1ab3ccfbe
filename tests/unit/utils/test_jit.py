"""Compilation keeps its result where it can."""

import pytest

numba = pytest.importorskip('numba')
from mmmtl.utils.jit import jit  # noqa: E402


def test_no_place_for_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without a writable folder; exec'd code has no file to keep it beside."""
    scope: dict = {}
    exec('def double(x):\n    return 2 * x', scope)
    with pytest.raises(RuntimeError, match='cannot cache'):
        numba.njit(scope['double'], cache=True)
    assert jit(scope['double'])(4) == 8
