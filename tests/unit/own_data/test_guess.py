"""Folders and suffixes as people name them."""

from pathlib import Path

import pytest

from mmmtl.own_data.guess import USUAL, guess_folders, guess_image_suffix, guess_label_suffix
from mmmtl.own_data.maps import LABEL_KINDS


def test_every_kind_of_label_has_names() -> None:
    assert set(USUAL) == {'images', *(kind.option for kind in LABEL_KINDS)}


def test_folders(tmp_path: Path) -> None:
    for name in ('img', 'masks', 'depth', 'other'):
        (tmp_path / name).mkdir()
    assert guess_folders(tmp_path, dict(labels=None, instances='other')) == dict(
        images='img', labels='masks', depth='depth', instances='other')


def test_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='does not exist'):
        guess_folders(tmp_path / 'none', {})
    with pytest.raises(FileNotFoundError, match='no folder of images .* there are no folders'):
        guess_folders(tmp_path, {})
    (tmp_path / 'images').mkdir()
    with pytest.raises(FileNotFoundError, match=r"no folder of labels .* are \['images'\]. Say"):
        guess_folders(tmp_path, {})


def test_suffixes(tmp_path: Path) -> None:
    for name in ('a.png', 'b.png', 'c.jpg', 'notes.txt', 'more.txt', 'third.txt'):
        (tmp_path / name).touch()
    assert guess_image_suffix(tmp_path) == '.png'
    labels = tmp_path / 'labels'
    labels.mkdir()
    assert guess_image_suffix(labels) == '.jpg' and guess_label_suffix(labels, ['a']) == '.png'
    for name in ('a_lab.tif', 'b_lab.tif', 'x.png', 'y.png', 'z.png'):
        (labels / name).touch()
    assert guess_label_suffix(labels, ['a', 'b']) == '_lab.tif'
