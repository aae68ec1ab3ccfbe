"""The challenge's score by hand and by what is published."""

import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation.functional import decathlon_points, decathlon_score

BASELINE = {name: domain.baseline_error for name, domain in DOMAINS.items()}


def test_points_by_hand():
    assert decathlon_points(0.0, 0.2) == 1000
    assert decathlon_points(0.2, 0.2) == pytest.approx(250)  # (0.4 - 0.2)² / 0.4²
    assert decathlon_points(0.1, 0.2) == pytest.approx(562.5)
    assert decathlon_points(0.4, 0.2) == decathlon_points(0.9, 0.2) == 0
    assert decathlon_points(0.1, 0.2, gamma=1) == pytest.approx(750)


def test_perfect_baseline_and_hopeless():
    assert decathlon_score(dict.fromkeys(BASELINE, 0.0), BASELINE) == pytest.approx(10_000)
    assert decathlon_score(BASELINE, BASELINE) == pytest.approx(2500)
    assert decathlon_score({n: 2 * e for n, e in BASELINE.items()}, BASELINE) == 0


@pytest.mark.parametrize(('accuracies', 'published'), [
    # Rebuffi et al., "residual adapters, fine-tuned": published 2643
    ((59.23, 63.73, 81.31, 93.30, 57.02, 97.47, 89.82, 96.17, 50.28, 83.43), 2643),
])
def test_published_accuracies_give_the_published_score(accuracies, published):
    errors = {name: 1 - value / 100 for name, value in zip(DOMAINS, accuracies, strict=True)}
    assert decathlon_score(errors, BASELINE) == pytest.approx(published, abs=2)


def test_errors():
    with pytest.raises(KeyError, match="no error rate of .*'svhn'"):
        decathlon_score({n: e for n, e in BASELINE.items() if n != 'svhn'}, BASELINE)
    with pytest.raises(ValueError, match='error=1.5'):
        decathlon_points(1.5, 0.2)
    with pytest.raises(ValueError, match='baseline_error=0'):
        decathlon_points(0.5, 0)
