"""The visualizer with mmengine's backends and mmseg's hook, on either stack."""

from types import SimpleNamespace

import cv2
import matplotlib.pyplot as plt
import mmcv
import numpy as np
import pytest
import torch
from mmengine.structures import InstanceData, PixelData
from mmengine.visualization import Visualizer
from mmseg.engine import SegVisualizationHook

from mmmtl.registry import VISUALIZERS
from mmmtl.visualization import MultiTaskLocalVisualizer
from mmmtl.visualization.class_table import table_of


@pytest.fixture
def visualizer(meta, tmp_path):
    visualizer = MultiTaskLocalVisualizer(
        vis_backends=[{'type': 'LocalVisBackend'}], save_dir=str(tmp_path))
    visualizer.dataset_meta = meta
    return visualizer


def test_out_file_is_the_sheet(visualizer, image, data_sample, tmp_path):
    visualizer.add_datasample('a.png', image, data_sample, out_file=str(tmp_path / 'sheet.png'))
    written = cv2.imread(str(tmp_path / 'sheet.png'))[..., ::-1]
    assert (written == visualizer.draw(image, data_sample, name='a.png')).all()


def test_backends_and_options_of_mmseg(visualizer, image, data_sample, tmp_path):
    visualizer.add_datasample('frame', image, data_sample, step=3, with_labels=False)
    assert [path.name for path in tmp_path.rglob('*.png')] == ['frame_3.png']


def test_truth_or_prediction_only(visualizer, image, data_sample):
    both = visualizer.draw(image, data_sample)
    one = visualizer.draw(image, data_sample, draw_pred=False)
    assert one.shape[0] < both.shape[0]
    assert visualizer.draw(image, data_sample, draw_gt=False).shape[0] < both.shape[0]


def test_image_alone(visualizer, image):
    assert visualizer.draw(image, None).shape[1] < 600


def test_maps_of_another_size_than_the_image(visualizer, data_sample):
    assert visualizer.draw(np.zeros((64, 128, 3), np.uint8), data_sample).ndim == 3


def test_no_figure_stays_open(visualizer, image, data_sample):
    before = plt.get_fignums()
    for step in range(3):
        visualizer.add_datasample('frame', image, data_sample, step=step)
    assert plt.get_fignums() == before


def test_class_and_score_come_from_the_predicted_instances(visualizer, image, data_sample):
    def found(label, score):
        data_sample.pred_instances = InstanceData(
            ids=torch.tensor([26001], dtype=torch.int32), labels=torch.tensor([label]),
            scores=torch.tensor([score]))
        return visualizer.draw(image, data_sample)

    assert (found(1, 0.9) == found(1, 0.9)).all()
    assert (found(1, 0.9) != found(1, 0.1)).any() and (found(1, 0.9) != found(2, 0.9)).any()


def test_head_of_other_classes(visualizer, image, data_sample):
    as_data_set = visualizer.draw(image, data_sample)
    visualizer.set_head_classes({'pred_sem_seg': table_of({
        'classes': ('sofa', 'bed'), 'palette': [(1, 2, 3), (250, 9, 9)]})})
    sheet = visualizer.draw(image, data_sample)
    assert (sheet == (250, 9, 9)).all(axis=2).any()
    assert not (as_data_set == (250, 9, 9)).all(axis=2).any()
    assert (sheet == (0, 0, 142)).all(axis=2).any()  # the truth is a car still


@pytest.mark.parametrize(('channels', 'named'), [(3, True), (13, False), (2, False)])
def test_names_of_the_data_set_if_it_has_as_many_classes_as_there_are_logits(
        visualizer, image, data_sample, channels, named):
    data_sample.seg_logits = PixelData(data=torch.zeros(channels, 32, 64))
    sheet = visualizer.draw(image, data_sample, draw_gt=False)
    assert (sheet == (128, 64, 128)).all(axis=2).any() == named


def test_every_prediction_of_classes_is_drawn(visualizer, image, data_sample):
    before = visualizer.draw(image, data_sample)
    data_sample.set_data({
        'pred_part_seg': PixelData(data=torch.full((1, 32, 64), 7)),
        'part_seg_logits': PixelData(data=torch.zeros(13, 32, 64)),
        'pred_else': PixelData(data=torch.zeros(1, 32, 64, dtype=torch.bfloat16))})  # no classes
    after = visualizer.draw(image, data_sample)
    colour = table_of({}, 13).colours[7]
    assert (after == colour).all(axis=2).any() and not (before == colour).all(axis=2).any()


def test_bad_sizes():
    with pytest.raises(ValueError, match='smallest=9, largest=3'):
        MultiTaskLocalVisualizer(smallest=9, largest=3)


@pytest.mark.parametrize('kind', ['test', 'val'])
def test_hook_of_mmseg_writes_a_sheet(kind, meta, image, data_sample, tmp_path, monkeypatch):
    visualizer = VISUALIZERS.build({
        'type': 'mmmtl.MultiTaskLocalVisualizer', 'name': f'hook_{kind}',
        'vis_backends': [{'type': 'LocalVisBackend'}], 'save_dir': str(tmp_path)})
    visualizer.dataset_meta = meta
    monkeypatch.setattr(Visualizer, 'get_current_instance', lambda: visualizer)
    mmcv.imwrite(image, str(tmp_path / 'a.png'))
    data_sample.set_metainfo({'img_path': str(tmp_path / 'a.png')})
    hook = SegVisualizationHook(draw=True, interval=1)
    hook._visualizer = visualizer
    getattr(hook, f'after_{kind}_iter')(SimpleNamespace(iter=0), 0, {}, [data_sample])
    assert len(list(tmp_path.rglob(f'{kind}_a.png_*.png'))) == 1
