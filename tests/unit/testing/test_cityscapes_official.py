"""The official scripts run without leaving anything behind; their numbers are used elsewhere
(tests/unit/evaluation/test_cityscapes_official.py)."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmmtl.testing.toy_cityscapes import make_toy_cityscapes

scripts = pytest.importorskip('cityscapesscripts', reason='cityscapesScripts is not installed')
official = pytest.importorskip('mmmtl.testing.cityscapes_official')


@pytest.fixture
def folders(tmp_path):
    """A perfect submission of one toy frame, and the truth."""
    [frame] = make_toy_cityscapes(tmp_path, frames=1, splits=['val'])['val']
    name = frame.name.split('/')[1]
    for kind in ('semantic', 'instances'):
        (tmp_path / 'out' / kind).mkdir(parents=True)
    Image.fromarray(frame.label_ids).save(tmp_path / 'out/semantic' / f'{name}.png')
    Image.fromarray((frame.instance_ids == 26001).astype(np.uint8)).save(
        tmp_path / 'out/instances/car.png')
    (tmp_path / f'out/instances/{name}.txt').write_text('car.png 26 1\n')
    return tmp_path / 'out', tmp_path / 'gtFine/val'


def test_relative_folders_and_nothing_left_behind(folders, monkeypatch):
    monkeypatch.chdir(folders[0].parent)
    installed = {*Path(scripts.__file__).parent.rglob('*.json')}
    before = {*Path.cwd().rglob('*')}
    scores = official.official_scores(Path('out'), Path('gtFine/val'))
    assert scores['semantic']['averageScoreClasses'] == 1
    assert scores['instances']['classes']['car']['ap'] > 0
    assert {*Path.cwd().rglob('*')} == before
    assert {*Path(scripts.__file__).parent.rglob('*.json')} == installed


@pytest.mark.parametrize('function', ['official_semantic_scores', 'official_instance_scores'])
def test_missing_folders_are_named(folders, function):
    with pytest.raises(FileNotFoundError, match='gone is no folder of predictions'):
        getattr(official, function)(folders[0] / 'gone', folders[1])
    with pytest.raises(FileNotFoundError, match='in the folders of .*gone'):
        getattr(official, function)(folders[0], folders[1] / 'gone')
