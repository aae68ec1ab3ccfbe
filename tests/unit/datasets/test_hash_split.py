"""Which names are held out: exact numbers, no overlap, the same everywhere."""

import hashlib
import math

import pytest

from mmmtl.datasets.hash_split import names_between, position_of

NAMES = [f'scene/{k}' for k in range(997)]


def test_position_by_hand() -> None:
    """SHA-256 of 'abc' begins with ba7816bf 8f01cfea (FIPS 180-2, appendix B.1)."""
    first = 0xba7816bf8f01cfea
    assert hashlib.sha256(b'abc').hexdigest().startswith(f'{first:x}')
    assert position_of('abc') == (first >> 11) / 2**53


@pytest.mark.parametrize('share', [0.1, 0.2, 1 / 3, 0.5])
def test_parts_are_exact_and_share_nothing(share: float) -> None:
    held_out, rest = names_between(NAMES, 0, share), names_between(NAMES, share, 1)
    assert len(held_out) == math.floor(share * len(NAMES) + 0.5)
    assert not set(held_out) & set(rest) and {*held_out, *rest} == {*NAMES}
    assert held_out == sorted(held_out, key=NAMES.index)
    assert max(map(position_of, held_out)) < min(map(position_of, rest))


def test_the_order_of_names_does_not_matter() -> None:
    assert set(names_between(NAMES[::-1], 0, 0.3)) == set(names_between(NAMES, 0, 0.3))


def test_few_names_change_sides_when_some_are_added() -> None:
    before, after = (set(names_between(NAMES[:count], 0, 0.2)) for count in (900, 997))
    moved = (before ^ after) & set(NAMES[:900])
    assert len(moved) <= 9  # of 180


def test_evenly_spread() -> None:
    """Each tenth of [0, 1) has its share: five standard deviations of a binomial."""
    counts = [0] * 10
    for name in NAMES:
        counts[int(position_of(name) * 10)] += 1
    assert all(abs(count - 99.7) < 5 * math.sqrt(997 * .1 * .9) for count in counts)


def test_none_of_few() -> None:
    assert names_between(['a', 'b'], 0, 0.2) == [] and names_between([], 0, 1) == []


def test_a_name_twice_is_in_one_part() -> None:
    names = [name for name in 'abcdefgh' for _ in range(2)]
    for cut in (.1, .3, .45, .55):
        assert not set(names_between(names, 0, cut)) & set(names_between(names, cut, 1))
