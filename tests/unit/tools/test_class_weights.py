"""Class weights of training frames, of which some have no label."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from PIL import Image

from tools.analysis_tools import class_weights as tool

CONFIG = """
pipeline = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
            dict(type='mmmtl.PackMultiTaskInputs')]
train_dataloader = dict(dataset=dict(type='mmmtl.BaseMultiTaskDataset', data_root={root!r},
    data_prefix=dict(img_path='images', seg_map_path='labels'), pipeline=pipeline{more}))
"""


def write(root: Path, more: str = '') -> str:
    """Three frames of 4 pixels; the second one has no label, the others 0, 1, 1, ignored."""
    for folder in ('images', 'labels'):
        (root / folder).mkdir()
    for name in 'abc':
        Image.fromarray(np.zeros((2, 2, 3), np.uint8)).save(root / f'images/{name}.jpg')
        if name != 'b':
            Image.fromarray(np.array([[0, 1], [1, 255]], np.uint8)).save(
                root / f'labels/{name}.png')
    config = root / 'config.py'
    config.write_text(CONFIG.format(root=str(root), more=more))
    return str(config)


@pytest.mark.parametrize('more', ['', ", metainfo=dict(classes=('road', 'car'))"])
def test_counts_what_is_there(tmp_path, capsys, monkeypatch, more):
    monkeypatch.setattr('sys.argv', ['class_weights.py', write(tmp_path, more), '--power', '1'])
    tool.main()
    printed = capsys.readouterr().out
    assert '2 of 3 frames have a label' in printed
    assert 'class_weight = [1.5, 0.75]' in printed  # (1 / frequency) / 2
    assert ('road' if more else '\n0 ') in printed


def test_no_label_at_all_is_said(tmp_path, monkeypatch):
    config = write(tmp_path)
    for name in 'ac':
        Image.fromarray(np.full((2, 2), 255, np.uint8)).save(tmp_path / f'labels/{name}.png')
    monkeypatch.setattr('sys.argv', ['class_weights.py', config])
    with pytest.raises(SystemExit, match='none of the 3 training frames has a labelled pixel'):
        tool.main()


def test_labels_beyond_the_classes_name_the_file():
    sample = SegDataSample(metainfo=dict(seg_map_path='labels/a.png'))
    sample.set_data(dict(gt_sem_seg=PixelData(data=torch.tensor([[[0, 4, 255]]]))))
    frames = [dict(data_samples=sample)]
    with pytest.raises(ValueError, match=r'labels/a.png: label values \[4\] are beyond the 2 cl'):
        tool.count_pixels(frames, 2)
    assert tool.count_pixels(frames, None)[0].tolist() == [1, 0, 0, 0, 1]


def test_weights_by_hand():
    assert tool.class_weights(np.array([1, 0, 3]), 1).tolist() == [2, 0, 2 / 3]
    assert tool.class_weights(np.array([5, 1]), 0).tolist() == [1, 1]
