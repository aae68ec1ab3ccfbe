"""Depth in a unit that nobody meant is asked about."""

import numpy as np
import pytest

from mmmtl.datasets.depth_range import doubts, middle_depth


def test_middle() -> None:
    depth = np.full((8, 12), np.nan, np.float32)
    assert middle_depth(depth) is None
    depth[0, 0], depth[4, 4], depth[4, 8] = 1, 3, 50
    assert middle_depth(depth) == 3
    depth[0, 4], depth[0, 8] = 0, np.inf  # neither is measured
    assert middle_depth(depth) == 3


@pytest.mark.parametrize(('values', 'asked'), [
    ([0.003, 0.004, 9.], '0.004 m'), ([3000.], '3e+03 m'), ([0.05], ''), ([1000.], ''),
    ([2.5, 0.001, 4000.], ''), ([], '')])
def test_doubts(values: list[float], asked: str) -> None:
    found = doubts(dict(folder=values))
    assert len(found) == bool(asked)
    assert not found or f'folder (depth_path): half of what {len(values)} frames' in found[0]
    assert not found or asked in found[0] and 'unit_16bit' in found[0]
