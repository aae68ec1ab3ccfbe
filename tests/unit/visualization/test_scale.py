"""Round numbers."""

import numpy as np
import pytest

from mmmtl.visualization.scale import label, nice_step, nice_ticks, upper_limit


@pytest.mark.parametrize(('low', 'high', 'ticks'), [
    (0, 120, [0, 50, 100]),
    (0, 1, [0, .2, .4, .6, .8, 1.]),
    (1, 5.3, [1, 2, 3, 4, 5]),
    (0, 0.03, [0, .01, .02, .03]),
])
def test_ticks(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


@pytest.mark.parametrize('span', [0., -1., float('nan')])
def test_empty_span(span):
    assert nice_step(span, 5) == 1.


def test_upper_limit_rounds_up_and_survives_nothing():
    assert upper_limit(np.array([1., 57.3, np.nan]), 100) == 58
    assert upper_limit(np.array([np.nan])) == upper_limit(np.zeros(3)) == 1.


def test_label():
    assert [label(x) for x in (0.5, 20., 0.30000000000000004)] == ['0.5', '20', '0.3']
