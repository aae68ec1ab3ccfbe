"""Suffixes of the files in a folder."""

import pytest
from PIL import Image

from mmmtl.datasets.suffixes import describe_suffixes, lossy_labels, suffixes_of


@pytest.mark.parametrize(('paths', 'names', 'found'), [
    (['a.PNG', 'b.png', 'c.txt', 'plain'], (), {'.png': 2, '.txt': 1, '': 1}),
    (['x/a_d.png', 'x/b_d.png', 'x/a.json', 'other.tif'], {'x/a', 'x/b'},
     {'_d.png': 2, '.json': 1, '.tif': 1}),
    (['1_d.png', '12_d.png', '123.npy'], {'1', '12'}, {'_d.png': 2, '.npy': 1}),
])
def test_suffixes(paths, names, found):
    assert {suffix: len(files) for suffix, files in suffixes_of(paths, names).items()} == found
    assert list(suffixes_of(paths, names))[0] == next(iter(found))


def test_description():
    assert describe_suffixes([]) == 'There is no file at all'
    assert describe_suffixes(['a.png', 'b.png', 'c']) == (
        "There are 2 with '.png', 1 without any suffix")
    assert describe_suffixes([f'a.{k}' for k in range(8)]).endswith("'.4' and 3 other suffixes")


def test_lossy_labels(tmp_path):
    def lossy(*paths):
        for path in paths:
            if not path.endswith('.txt'):
                Image.new('L', (2, 2)).save(tmp_path / path)
        return lossy_labels(str(tmp_path), paths, {'a', 'b'})

    assert lossy('a.txt') is None and lossy('stray.jpg') is None and lossy('a.png') is None
    assert lossy('a.jpg', 'b.jpg', 'a.txt') == (
        str(tmp_path / 'a.jpg'), 'JPEG, which changes values')
    assert lossy('a.jpg', 'b.jpg', 'b_l.png') is None


def test_a_link_to_nothing(tmp_path):
    (tmp_path / 'a_x.png').symlink_to('/nonexistent/a.png')
    with pytest.raises(FileNotFoundError, match=r'a_x.png: a link to /nonexistent/a.png, which does'
                                                ' not exist. Link it to where'):
        lossy_labels(str(tmp_path), ['a_x.png'], {'a', 'b'})
