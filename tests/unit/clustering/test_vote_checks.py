"""What is asked of votes and parameters."""

import numpy as np
import pytest

from mmmtl.clustering.vote_checks import (
    FARTHEST,
    check_min_samples,
    check_quantise,
    check_radius,
    check_votes,
    near_votes,
    round_votes,
)


def test_kernels_get_what_they_were_compiled_for() -> None:
    """Otherwise numba compiles them anew in the middle of an evaluation."""
    given = np.asfortranarray(np.arange(6, dtype='>i2').reshape(3, 2))
    given.setflags(write=False)
    for votes in (check_votes(given), check_votes(given.astype(float).T.copy().T)):
        assert votes.dtype == np.float64 and votes.dtype.isnative
        assert votes.flags.c_contiguous and votes.flags.writeable
        np.testing.assert_array_equal(votes, given)


def test_near_votes() -> None:
    votes = np.array([[FARTHEST, -FARTHEST], [0, 0]])
    assert near_votes(votes) is None and near_votes(votes[:0]) is None
    for odd in (np.nan, np.inf, -np.inf, np.nextafter(FARTHEST, np.inf)):
        np.testing.assert_array_equal(near_votes(np.insert(votes, 1, [odd, 0], axis=0)), [0, 2])


def test_votes_are_rounded_half_to_even() -> None:
    votes = np.array([[0.25, 0.75], [-0.25, 1.3]])
    np.testing.assert_array_equal(round_votes(votes, 2), [[0, 1], [0, 1.5]])
    assert round_votes(votes, None) is votes


def test_numbers_of_numpy_are_numbers() -> None:
    assert check_radius('eps', np.float32(2)) == 2
    assert check_radius('eps', np.inf, allow_infinite=True) == np.inf
    assert check_min_samples(np.int64(5)) == 5
    assert check_quantise(np.uint8(8)) == 8


@pytest.mark.parametrize('value', (True, 2.0, -2, 2048))
def test_no_steps_per_pixel(value: object) -> None:
    with pytest.raises(ValueError, match=f'quantise must be None or a power .* found {value}'):
        check_quantise(value)


def test_no_radius_whose_square_is_denormal() -> None:
    assert check_radius('eps', 1e-150) == 1e-150
    for value in (9e-151, 5e-324, 0, -1., np.nan, '2', None):
        with pytest.raises(ValueError, match='eps must be a number of at least 1e-150 and finite'):
            check_radius('eps', value)
