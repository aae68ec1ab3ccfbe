"""--out: the files of a frame."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.structures import InstanceData, LabelData, PixelData
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


def with_instances():
    s = sample()
    s.pred_sem_seg = PixelData(data=torch.tensor([[[1, 0, 0, 0], [1, 0, 1, 1]]]))
    s.pred_instance_map = PixelData(data=torch.tensor([[[2, 0, 0, 0], [2, 0, 300, 300]]]).int())
    s.pred_instances = InstanceData(
        ids=torch.tensor([2, 300, 7]).int(), labels=torch.tensor([1, 1, 1]),
        scores=torch.tensor([0.5, 0.25, 1.]))
    s.pred_panoptic_map = PixelData(
        data=torch.tensor([[[70_001, 0, 0, -1], [70_001, 0, 1002, 1002]]]).int())
    return s


def read(path):
    return np.array(Image.open(path)).astype(int)


def test_instances(tmp_path):
    hook = PredictionWriterHook(tmp_path)
    dataset = SimpleNamespace(metainfo={'classes': ('road', 'car')})
    hook.before_test(SimpleNamespace(test_dataloader=SimpleNamespace(dataset=dataset)))
    hook.after_test_iter(None, 0, outputs=[with_instances()])
    stem = f'{tmp_path}/frankfurt_000_leftImg8bit'
    assert read(f'{stem}_instances.png').tolist() == [[2, 0, 0, 0], [2, 0, 300, 300]]
    with open(f'{stem}_instances.json') as file:  # 7 has no pixel
        assert json.load(file) == [
            {'id': 2, 'class': 1, 'name': 'car', 'score': 0.5, 'area': 2, 'box': [0, 0, 1, 2]},
            {'id': 300, 'class': 1, 'name': 'car', 'score': 0.25, 'area': 2, 'box': [2, 1, 2, 1]}]
    assert len(list(tmp_path.iterdir())) == 5  # no npz: nothing is left for it


def test_panoptic(tmp_path):
    PredictionWriterHook(tmp_path).after_test_iter(None, 0, outputs=[with_instances()])
    stem = f'{tmp_path}/frankfurt_000_leftImg8bit'
    ids = read(f'{stem}_panoptic.png') @ (1, 256, 65536)
    assert ids.tolist() == [[70_002, 1, 1, 0], [70_002, 1, 1003, 1003]]
    with open(f'{stem}_panoptic.json') as file:
        segments = {entry.pop('id'): entry for entry in json.load(file)}
    assert set(segments) == {1, 1003, 70_002}
    assert segments[1] == {'class': 0, 'isthing': 0, 'iscrowd': 0, 'area': 3, 'box': [1, 0, 2, 2]}
    assert segments[70_002]['class'] == 70 and segments[70_002]['isthing'] == 1


def test_no_instance(tmp_path):
    s = with_instances()
    s.pred_instance_map.data.zero_()
    s.pred_instances = s.pred_instances[torch.zeros(3, dtype=torch.bool)]
    PredictionWriterHook(tmp_path).after_test_iter(None, 0, outputs=[s])
    assert json.loads(next(tmp_path.glob('*_instances.json')).read_text()) == []


def test_more_ids_than_16_bits_hold(tmp_path):
    s = with_instances()
    s.pred_instance_map.data[0, 0, 0] = 65536
    with pytest.raises(ValueError, match='ids from 0 to 65536'):
        PredictionWriterHook(tmp_path).after_test_iter(None, 0, outputs=[s])


class Frames(list):
    metainfo = {}

    def get_data_info(self, index):
        return dict(img_path=self[index])


def named(path):
    s = sample()
    s.set_metainfo(dict(img_path=path))
    return s


def test_frames_of_one_name_in_several_folders(tmp_path):
    paths = [f'/data/images/{folder}/0001.png' for folder in 'ab']
    hook = PredictionWriterHook(tmp_path)
    hook.before_test(SimpleNamespace(test_dataloader=SimpleNamespace(dataset=Frames(paths))))
    for _ in range(2):  # ranks see some frames twice
        hook.after_test_iter(None, 0, outputs=[named(path) for path in paths])
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob('*.png')) == [
        'a/0001.png', 'b/0001.png']


def test_names_that_tell_frames_apart_need_no_folders(tmp_path):
    paths = ['/data/images/a/0001.png', '/data/images/b/0002.png']
    hook = PredictionWriterHook(tmp_path)
    hook.before_test(SimpleNamespace(test_dataloader=SimpleNamespace(dataset=Frames(paths))))
    hook.after_test_iter(None, 0, outputs=[named(path) for path in paths])
    assert sorted(p.name for p in tmp_path.iterdir()) == ['0001.png', '0002.png']


def test_nothing_is_overwritten(tmp_path):
    hook = PredictionWriterHook(tmp_path)
    hook.after_test_iter(None, 0, outputs=[named('/a/0001.png')])
    with pytest.raises(ValueError, match='of /a/0001.png would be overwritten by those of /b/0001'):
        hook.after_test_iter(None, 1, outputs=[named('/b/0001.png')])


def test_answers_for_the_whole_image(tmp_path):
    s = SegDataSample(metainfo=dict(img_path='a/face.jpg'))
    s.pred_age = LabelData(item=torch.tensor([31.5]))
    s.pred_breed = LabelData(item=torch.tensor([1]), scores=torch.tensor([0.25, 0.75]))
    s.gt_age = LabelData(item=torch.tensor([30.0]))
    PredictionWriterHook(tmp_path).after_test_iter(None, 0, outputs=[s])
    file, = tmp_path.iterdir()
    assert file.name == 'face_image.json' and json.loads(file.read_text()) == {
        'pred_age': {'item': [31.5]}, 'pred_breed': {'item': [1], 'scores': [0.25, 0.75]}}
