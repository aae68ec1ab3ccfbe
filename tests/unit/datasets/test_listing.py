"""Files by frame name."""

import pytest

from mmmtl.datasets.listing import files_by_name, files_under, left_out, misspelt_names, name_of


@pytest.mark.parametrize(('path', 'suffix', 'name'), [
    ('a.jpg', '.jpg', 'a'), ('a.JPG', '.jpg', 'a'), ('a.jpg', '.JPG', 'a'), ('a.JPEG', '.jpg', 'a'),
    ('x/b.jpeg', '.jpg', 'x/b'), ('b.jpg', '.jpeg', 'b'), ('c_depth.PNG', '_depth.png', 'c'),
    ('c.TIFF', '.tif', 'c'), ('İ.JPG', '.jpg', 'İ'), ('d.png.jpg', '.jpg', 'd.png'),
    ('a.png', '.jpg', None), ('a.jpg', '_x.jpg', None), ('plain', '', 'plain'),
    ('g', '.jpg', None)])
def test_name(path, suffix, name):
    assert name_of(path, suffix) == name


def test_two_files_of_one_frame():
    assert files_by_name(['b.JPG', 'a.jpg', 'c.png'], '.jpg') == {'a': 'a.jpg', 'b': 'b.JPG'}
    with pytest.raises(ValueError, match=r"a\.JPG and a\.jpeg are both the file of frame 'a'"):
        files_by_name(['a.jpeg', 'a.JPG'], '.jpg')


def test_left_out():
    paths = ['a.jpg', 'b.bmp', 'c.png', 'a.png', 'a_depth.PNG', 'notes.txt', 'Thumbs.db']
    assert left_out(paths, {'a': 0}, ('.jpg', '.png', '_depth.png')) == ['b.bmp', 'c.png']


def test_misspelt_names():
    labels = {'FRAME1': 'FRAME1.png', 'b': 'b.png', 'B': 'B.png'}
    assert misspelt_names({'frame1': 0, 'b': 0, 'c': 0}, labels) == [('frame1', 'FRAME1.png')]
    accent, letter = 'e\u0301', '\u00e9'
    assert misspelt_names({accent: 0}, {letter: f'{letter}.png'}) == [(accent, f'{letter}.png')]


@pytest.mark.parametrize('backend_args', [None, dict(backend='local')])
def test_files_under(tmp_path, backend_args):
    for name in ('a.jpg', '._a.jpg', '.DS_Store', 'x/b.jpg', '.ipynb_checkpoints/a-checkpoint.jpg',
                 '__MACOSX/img/a.jpg', 'y/.cache/c.jpg'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b'')
    (tmp_path / 'z').symlink_to(tmp_path / 'x')
    (tmp_path / 'gone.jpg').symlink_to(tmp_path / 'nowhere.jpg')
    assert sorted(files_under(str(tmp_path), backend_args)) == [
        'a.jpg', 'gone.jpg', 'x/b.jpg', 'z/b.jpg']
