"""``tools/test.py --format-only``: submission files of a network, without any ground truth."""

import itertools
import json

import numpy as np
import pytest
import torch
from mmengine.config import Config
from PIL import Image

from mmmtl.apis import build_test_runner
from mmmtl.datasets.cityscapes_labels import TRAIN_CLASS_IDS
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes
from tools import test as test_tool

LABELS = [dict(type=f'mmmtl.{name}')
          for name in ('LoadSemanticLabels', 'LoadInstanceIds', 'LoadDisparity')]
SIZE = (64, 128)
_count = itertools.count()


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Writes toy.py and its checkpoint beside the images of a test split."""
    frames = make_toy_cityscapes(tmp_path / 'data', frames=2, size=SIZE, splits=['val'])
    (tmp_path / 'data/leftImg8bit/val').rename(tmp_path / 'data/leftImg8bit/test')
    for folder in ('gtFine', 'disparity'):
        (tmp_path / 'data' / folder).rename(tmp_path / folder)
    monkeypatch.chdir(tmp_path)

    def write(resize=(), dataset=None, **model):
        model = toy_model_cfg(
            data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor', size=SIZE), **model)
        torch.manual_seed(0)
        torch.save(MODELS.build(model).state_dict(), 'toy.pth')
        pipeline = [dict(type='LoadImageFromFile'), *resize, *LABELS,
                    dict(type='mmmtl.GenerateInstanceVectors'),
                    dict(type='mmmtl.PackMultiTaskInputs')]
        data = dict(type='mmmtl.CityscapesMultiTaskDataset', data_root='data', split='test',
                    pipeline=pipeline, **(dataset or {}))
        Config(dict(
            default_scope='mmseg', model=model,
            test_dataloader=dict(batch_size=2, num_workers=0, dataset=data,
                                 sampler=dict(type='DefaultSampler', shuffle=False)),
            test_evaluator=dict(type='mmmtl.SemanticIoUMetric'),
            test_cfg=dict(type='TestLoop'))).dump('toy.py')
        return frames['val']

    return write


def submit(*words):
    arguments = ['toy.py', 'toy.pth', '--format-only', *words, '--cfg-options',
                 f'experiment_name=format{next(_count)}']
    return build_test_runner(test_tool.parse_args(arguments)).test()


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file())


def test_of_a_split_without_labels(config, tmp_path):
    frames = config()
    assert submit('--work-dir', 'work') == {}
    out = tmp_path / 'work/submission'
    assert files(out) == sorted(f'semantic/{frame.name.split("/")[1]}.png' for frame in frames)
    for path in out.glob('semantic/*'):
        labels = np.array(Image.open(path))
        assert labels.shape == SIZE and set(np.unique(labels)) <= set(TRAIN_CLASS_IDS.values())


def test_all_that_is_predicted_at_the_size_of_the_file(config, tmp_path):
    """The network's frame is half as large, and counts as the original one."""
    config(resize=[dict(type='Resize', scale=(64, 32)), dict(type='mmmtl.ScoreAtInputSize')],
           instance_clustering=dict(type='mmmtl.DBSCANClustering', eps=20., min_samples=2))
    submit('--out', 'out')
    found = json.loads((tmp_path / 'out/cityscapes_panoptic_test.json').read_text())
    assert len(found['annotations']) == 2
    written = files(tmp_path / 'out')
    assert len([name for name in written if name.startswith('cityscapes_panoptic_test/')]) == 2
    assert len([name for name in written if name.endswith('.txt')]) == 2
    for name in written:
        if name.endswith('.png'):
            with Image.open(tmp_path / 'out' / name) as image:
                assert image.size == SIZE[::-1]
    with pytest.raises(FileExistsError, match='out has a submission already'):
        submit('--out', 'out')


def test_official_scripts_take_it(config, tmp_path):
    official = pytest.importorskip('mmmtl.testing.cityscapes_official')
    pytest.importorskip('cityscapesscripts')
    config(instance_clustering=dict(type='mmmtl.DBSCANClustering', eps=20., min_samples=2))
    submit('--out', 'out')
    scores = official.official_scores(tmp_path / 'out', tmp_path / 'gtFine/val')
    assert list(scores) == ['semantic', 'instances', 'panoptic']
    for name in ('leftImg8bit', 'gtFine'):
        (tmp_path / 'data' / name).mkdir(exist_ok=True)
    (tmp_path / 'data/leftImg8bit/test').rename(tmp_path / 'data/leftImg8bit/val')
    (tmp_path / 'gtFine/val').rename(tmp_path / 'data/gtFine/val')
    cfg = Config.fromfile('toy.py')
    cfg.test_dataloader.dataset.split = 'val'
    cfg.test_evaluator = [dict(type=f'mmmtl.{name}') for name in (
        'PanopticQualityMetric', 'CityscapesSemanticMetric')]
    cfg.dump('toy.py')
    ours = build_test_runner(test_tool.parse_args([
        'toy.py', 'toy.pth', '--cfg-options', f'experiment_name=format{next(_count)}'])).test()
    assert ours['panoptic/PQ'] == pytest.approx(100 * scores['panoptic']['All']['pq'], rel=1e-12)
    assert ours['semantic/IoU_class'] == pytest.approx(
        100 * scores['semantic']['averageScoreClasses'], rel=1e-12)
    assert ours['semantic/IoU_class'] > 0  # of an untrained network, whose PQ is 0


def test_a_subset_of_classes(config, tmp_path):
    config(dataset=dict(metainfo=dict(classes=['sky', 'car'])),
           decode_head=dict(toy_model_cfg()['decode_head'], num_classes=2, out_channels=2))
    submit('--out', 'out')
    for path in (tmp_path / 'out/semantic').iterdir():
        assert set(np.unique(np.array(Image.open(path)))) <= {23, 26}


def test_a_data_set_without_label_ids_is_refused(config):
    config(dataset=dict(metainfo=dict(classes=['sky', 'car'], label_ids=dict(sky=23))),
           decode_head=dict(toy_model_cfg()['decode_head'], num_classes=2, out_channels=2))
    with pytest.raises(ValueError, match=r"no id for classes \['car'\]"):
        submit('--out', 'out')
