"""Where tensors of other people's networks go, and what is refused."""

import pytest
import torch

from mmmtl.apis.foreign_state import place_all, without_prefix

WANTED = {'a': torch.zeros(2), 'b': torch.zeros(3)}
THEIRS = {'x': torch.ones(2), 'y': torch.ones(3)}
NAMES = {'x': 'a', 'y': 'b', 'z': 'a'}


def places(key: str, value: torch.Tensor) -> dict | None:
    if key == 'maybe':
        return None
    return {NAMES[key]: value} if key in NAMES else {}


def test_all_in_place() -> None:
    found = place_all({**THEIRS, 'maybe': torch.ones(9)}, places, WANTED, 'net')
    assert found.keys() == WANTED.keys() and found['a'] is THEIRS['x']


@pytest.mark.parametrize(('source', 'message'), [
    (dict(THEIRS, odd=torch.ones(1)), r"network \(net\): without a place .*\(1\): odd"),
    (dict(x=THEIRS['x']), r'missing from the file \(1\): b'),
    (dict(THEIRS, z=torch.ones(2)), 'x and z of the file both belong to a')])
def test_names(source: dict, message: str) -> None:
    with pytest.raises(KeyError, match=message):
        place_all(source, places, WANTED, 'net')


def test_a_place_that_the_model_lacks() -> None:
    with pytest.raises(KeyError, match=r'without a place .*\(1\): y'):
        place_all(THEIRS, places, dict(a=WANTED['a']), 'net')


def test_shapes() -> None:
    with pytest.raises(ValueError, match=r'b has shape \(4,\) in the file and \(3,\)'):
        place_all(dict(THEIRS, y=torch.ones(4)), places, WANTED, 'net')


def test_prefix() -> None:
    assert without_prefix({'module.x': 1, 'y': 2}) == {'x': 1, 'y': 2}
    with pytest.raises(KeyError, match='x and module.x of the file'):
        without_prefix({'x': 1, 'module.x': 2})
