"""Configs of the paper's comparison: networks, tasks, classes and scores belong together.

The SegNet networks are built without memory here (a step of each takes minutes on a CPU); narrow
ones train in ``tests/unit/models/backbones/segnet``.
"""

import re
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmmtl.apis import load_config
from mmmtl.datasets.pipeline_check import check_pipeline
from mmmtl.registry import DATASETS, METRICS, MODELS

FOLDER = Path(__file__).parents[2] / 'configs' / 'mtan'
SEGNET = sorted(FOLDER.glob('*_segnet_*.py'))
NETWORKS = ('single', 'stan', 'split', 'split-wide', 'split-deep', 'dense', 'cross-stitch', 'mtan')
THREE_TASKS = ('nyuv2-13-288x384', 'nyuv2-13-3tasks')
# Published, for NYUv2 with 13 classes; ours have no log-variances with equal weights.
COUNTS = {
    'single': 24_981_069, 'stan': 38_185_805, 'split': 25_055_188 - 3,
    'split-wide': 43_934_164 - 3, 'split-deep': 50_807_764 - 3, 'dense': 123_743_995 - 3,
    'cross-stitch': 74_941_807 - 3, 'mtan': 44_229_076 - 3}


def build(path: Path) -> torch.nn.Module:
    with torch.device('meta'):
        return MODELS.build(Config.fromfile(path).model)


def count(path: Path) -> int:
    return sum(p.numel() for p in build(path).parameters())


def test_every_cell_of_the_tables_has_a_config():
    names = {path.stem for path in SEGNET}
    for network in NETWORKS:
        assert f'{network}_segnet_nyuv2-13-288x384' in names
        assert f'{network}_segnet_cityscapes-7-128x256' in names
    for classes in (2, 19):  # of the other networks by options: the next tests
        assert f'mtan_segnet_cityscapes-{classes}-128x256' in names
    for network in ('single', 'stan'):
        for task in ('depth', 'normal'):
            assert f'{network}_segnet_nyuv2-13-288x384_{task}' in names
        assert f'{network}_segnet_cityscapes-7-128x256_depth' in names


def class_options(classes: int) -> dict[str, int]:
    """The options of the README for another number of classes."""
    text = (FOLDER / 'README.md').read_text(encoding='utf-8')
    words = re.search(r"^CLASSES='([^']*)'", text, re.MULTILINE).group(1).split()
    return {key: classes for key, _, _ in (word.partition('=') for word in words)}


@pytest.mark.parametrize('classes', [2, 19])
@pytest.mark.parametrize('network', NETWORKS)
def test_options_of_the_readme_set_the_classes_of_head_data_and_scores(network, classes):
    path = FOLDER / f'{network}_segnet_cityscapes-7-128x256.py'
    cfg = load_config(str(path), class_options(classes))
    with torch.device('meta'):
        head = MODELS.build(cfg.model).heads['semantic']
    assert head.out_channels == head.body.num_classes == classes
    assert head.body.conv_seg.weight.shape == (classes, 64, 1, 1)
    assert head.body.conv_seg.bias.shape == (classes, )
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        dataset = DATASETS.build(dict(loader.dataset, lazy_init=True))
        assert len(dataset.metainfo['classes']) == classes
        check_areas(cfg.val_evaluator[0], dataset.metainfo, classes)


def check_areas(metric_cfg: dict, metainfo: dict, classes: int) -> None:
    """The metric counts the pixels of each class, of which each has one here."""
    metric = METRICS.build(metric_cfg)
    metric.dataset_meta = metainfo
    labels = torch.arange(classes)[None]
    sample = dict(pred_sem_seg=dict(data=labels), gt_sem_seg=dict(data=labels))
    metric.process({}, [sample])
    for area in metric.results[0]:
        assert area.tolist() == [1] * classes


@pytest.mark.parametrize('classes', [2, 19])
def test_a_config_of_other_classes_is_what_the_options_make(classes):
    file = Config.fromfile(FOLDER / f'mtan_segnet_cityscapes-{classes}-128x256.py')
    made = load_config(
        str(FOLDER / 'mtan_segnet_cityscapes-7-128x256.py'), class_options(classes))
    for key in ('model', 'train_dataloader', 'val_dataloader', 'test_dataloader'):
        assert made[key] == file[key]


@pytest.mark.parametrize('network', NETWORKS)
def test_published_parameters(network):
    assert count(FOLDER / f'{network}_segnet_nyuv2-13-288x384.py') == COUNTS[network]


def test_published_parameters_of_the_resnet_form_and_of_single_tasks():
    assert count(FOLDER / 'mtan_r50-d8_nyuv2-13-288x384.py') == 92_347_921
    semantic = COUNTS['single']
    assert count(FOLDER / 'single_segnet_nyuv2-13-288x384_depth.py') == semantic - 780
    assert count(FOLDER / 'single_segnet_nyuv2-13-288x384_normal.py') == semantic - 650


@pytest.mark.parametrize('path', SEGNET, ids=lambda path: path.stem)
def test_network_tasks_classes_and_scores_agree(path):
    cfg, model = Config.fromfile(path), build(path)
    network, data = path.stem.split('_segnet_')
    single = network in ('single', 'stan')
    tasks = list(model.heads)
    if single:
        wanted = data.partition('_')[2] or 'semantic'
        assert tasks == [wanted]
    else:
        wanted = ['semantic', 'depth', *(['normal'] if data.startswith(THREE_TASKS) else [])]
        assert tasks == wanted
    assert getattr(model.backbone, 'tasks', tuple(tasks)) == tuple(tasks)
    assert [metric.prefix for metric in cfg.val_evaluator] == tasks
    assert cfg.test_evaluator == cfg.val_evaluator
    for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        dataset = cfg[loader].dataset
        check_pipeline(dataset.pipeline)
        assert DATASETS.get(dataset.type) is not None
        if 'semantic' in tasks:
            assert dataset.get('num_classes', 13) == model.heads['semantic'].out_channels
    assert cfg.optim_wrapper.optimizer == dict(type='Adam', lr=1e-4)


@pytest.mark.parametrize('weighting', ['UncertaintyWeighting', 'DynamicWeightAverage'])
def test_a_weighting_is_one_option(weighting):
    cfg = Config.fromfile(FOLDER / 'mtan_segnet_nyuv2-13-288x384.py')
    cfg.merge_from_dict({'model.loss_weighting.type': f'mmmtl.{weighting}'})
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    assert type(model.loss_weighting).__name__ == weighting
    assert list(model.loss_weighting.tasks) == ['semantic', 'depth', 'normal']
