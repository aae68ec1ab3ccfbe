"""--out: one png and one npz a frame."""

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from PIL import Image

from mmmtl.engine import PredictionWriterHook


def sample(**meta):
    sample = SegDataSample(metainfo=dict(img_path='/data/frankfurt_000_leftImg8bit.png', **meta))
    sample.pred_sem_seg = PixelData(data=torch.tensor([[[1, 2]]]))
    sample.gt_sem_seg = PixelData(data=torch.tensor([[[1, 1]]]))
    return sample


def test_semantic_only_writes_a_png(tmp_path):
    PredictionWriterHook(tmp_path / 'a').after_test_iter(None, 0, outputs=[sample()])
    assert [p.name for p in (tmp_path / 'a').iterdir()] == ['frankfurt_000_leftImg8bit.png']
    png = np.array(Image.open(next((tmp_path / 'a').iterdir())))
    assert png.dtype == np.uint8 and png.tolist() == [[1, 2]]


def test_reduce_zero_label_is_undone(tmp_path):
    PredictionWriterHook(tmp_path).after_test_iter(
        None, 0, outputs=[sample(reduce_zero_label=True)])
    assert np.array(Image.open(next(tmp_path.iterdir()))).tolist() == [[2, 3]]


def test_other_tasks_keep_their_values(tmp_path):
    s = sample()
    s.pred_inverse_depth_map = PixelData(data=torch.tensor([[[0.5, 2.25]]]))
    s.pred_instance_vector = PixelData(data=torch.tensor([[[1., 2.]], [[-3., 4.]]]))
    PredictionWriterHook(tmp_path).after_test_iter(None, 0, outputs=[s])
    with np.load(tmp_path / 'frankfurt_000_leftImg8bit.npz') as maps:
        assert sorted(maps) == ['pred_instance_vector', 'pred_inverse_depth_map']
        assert maps['pred_inverse_depth_map'].tolist() == [[0.5, 2.25]]
        assert maps['pred_instance_vector'].shape == (2, 1, 2)
