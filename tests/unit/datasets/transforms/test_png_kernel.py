"""Row filters by the formulas of the PNG specification."""

import numpy as np
import pytest

from mmmtl.datasets.transforms.png_kernel import NUM_FILTERS, undo_filters


def predicted(kind, left, up, corner):
    """What a filter subtracts, in whole numbers."""
    paeth = min((left, up, corner), key=lambda one: abs(one - (left + up - corner)))
    return (0, left, up, (left + up) // 2, paeth)[kind]


@pytest.mark.parametrize('step', [1, 2])
@pytest.mark.parametrize('kind', range(NUM_FILTERS))
def test_filters(kind, step):
    values = np.random.RandomState(kind).randint(0, 256, (6, 10)).astype(np.uint8)
    padded = np.zeros((7, 10 + step), int)
    padded[1:, step:] = values
    raw = np.full((6, 11), kind, np.uint8)
    for y in range(6):
        for x in range(10):
            minus = predicted(kind, padded[y + 1, x], padded[y, x + step], padded[y, x])
            raw[y, x + 1] = (int(values[y, x]) - minus) % 256
    out = np.empty_like(values)
    undo_filters(raw, step, out)
    assert np.array_equal(out, values)
