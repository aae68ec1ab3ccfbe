"""The oracle study on a toy data set."""

import json

import pytest

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes
from tools.analysis_tools import instance_oracle

pytest.importorskip('numba')


def test_study(tmp_path, capsys, monkeypatch):
    make_toy_cityscapes(tmp_path / 'data', frames=2, size=(64, 128), splits=('train', ))
    monkeypatch.setattr(instance_oracle, 'ERRORS', (0., 8.))
    monkeypatch.setattr(instance_oracle, 'GRID_ERRORS', (1., ))
    monkeypatch.setattr(instance_oracle, 'METHODS', {
        'OPTICS (dbscan)': (dict(type='mmmtl.OPTICSClustering'),
                            dict(eps=(1., 3.), min_samples=(5, 10))),
        'DBSCAN': (dict(type='mmmtl.DBSCANClustering'), {})})
    arguments = ['--cityscapes', str(tmp_path / 'data'), '--area', '0', '--draws', '1',
                 '--work-dir', str(tmp_path / 'work')]
    instance_oracle.main(arguments)
    tables = (tmp_path / 'work/tables.md').read_text()
    assert '| error, px | 0 | 8 |' in tables and '| eps \\ min_samples | 5 | 10 |' in tables
    assert '| OPTICS (dbscan) | 100 / 100 / 100 / 100 |' in tables
    assert (tmp_path / 'work/instance_oracle.png').stat().st_size > 5000
    rows = [json.loads(line) for line in (tmp_path / 'work/results.jsonl').read_text().splitlines()]
    assert len({row['key'] for row in rows}) == len(rows)
    perfect = [row['scores'] for row in rows if '"Cityscapes", "", 0.0' in row['key']]
    assert perfect and all(scores['PQ'] == 100 for scores in perfect)
    monkeypatch.setattr(instance_oracle.Study, '_run', None)  # everything is known
    instance_oracle.main(arguments)
    assert (tmp_path / 'work/tables.md').read_text() == tables


def test_frames_without_a_label_are_left_out(tmp_path, capsys):
    frames = make_toy_cityscapes(tmp_path, frames=3, size=(64, 128), splits=('train', ))['train']
    labels = tmp_path / 'gtFine/train'
    (labels / f'{frames[0].name}_gtFine_labelIds.png').unlink()
    (labels / f'{frames[1].name}_gtFine_instanceIds.png').unlink()
    pipeline = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadInstanceIds')]

    def dataset():
        return CityscapesMultiTaskDataset(
            data_root=str(tmp_path), split='train', pipeline=pipeline)

    assert len(instance_oracle.load(dataset(), 0).frames) == 1
    assert '1 of 3 frames have semantics and instances' in capsys.readouterr().out
    (labels / f'{frames[1].name}_gtFine_labelIds.png').unlink()
    (labels / f'{frames[0].name}_gtFine_labelIds.png').write_bytes(
        (labels / f'{frames[2].name}_gtFine_labelIds.png').read_bytes())
    (labels / f'{frames[0].name}_gtFine_instanceIds.png').unlink()
    (labels / f'{frames[2].name}_gtFine_labelIds.png').unlink()
    with pytest.raises(SystemExit, match='none of the 3 frames .* has semantics and instances'):
        instance_oracle.load(dataset(), 0)


def test_needs_frames(capsys):
    with pytest.raises(SystemExit):
        instance_oracle.parse_args([])
    assert 'give --cityscapes, --kitti or both' in capsys.readouterr().err
