"""The score of the Visual Decathlon."""

from collections.abc import Mapping


def decathlon_points(error: float, baseline_error: float, gamma: float = 2.0) -> float:
    """Points of one data set, ``α max(0, E_max - E)^γ`` with ``E_max = 2 E_baseline``.

    ``α = 1000 E_max^-γ``: 1000 points for no error, 250 for the baseline's (γ = 2), none for
    twice that and more. Rebuffi, Bilen, Vedaldi (NeurIPS 2017), section 4.

    Args:
        error: error rate E, 0 to 1.
        baseline_error: of the baseline, 0 to 1.
        gamma: γ.

    Raises:
        ValueError: for an error outside [0, 1], or a baseline without errors.
    """
    if not 0 <= error <= 1 or not 0 < baseline_error <= 1:
        raise ValueError('decathlon_points: error rates must be from 0 to 1 (the baseline above '
                         f'0), got error={error!r}, baseline_error={baseline_error!r}')
    largest = 2 * baseline_error
    return 1000 * (max(0.0, largest - error) / largest)**gamma


def decathlon_score(errors: Mapping[str, float], baseline_errors: Mapping[str, float],
                    gamma: float = 2.0) -> float:
    """Sum of the points of all data sets: 10,000 at most, 2500 for the baseline.

    Args:
        errors: data set → error rate, of every one in ``baseline_errors``.
        baseline_errors: data set → error rate of the baseline.
        gamma: see :func:`decathlon_points`.

    Raises:
        KeyError: if a data set is missing; the challenge has no score of some.
    """
    missing = [name for name in baseline_errors if name not in errors]
    if missing:
        raise KeyError(f'decathlon_score: no error rate of {missing}; all of '
                       f'{list(baseline_errors)} count')
    return sum(decathlon_points(errors[name], baseline, gamma)
               for name, baseline in baseline_errors.items())
