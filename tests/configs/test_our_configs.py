"""Every config of this package builds, takes a step and predicts; its pipelines are accepted."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmmtl.datasets.pipeline_check import check_pipeline
from mmmtl.models.decode_heads import DepthHead
from mmmtl.registry import DATASETS, MODELS, WEIGHTINGS
from mmmtl.testing.mix_in import load_model_cfg
from mmmtl.testing.samples import toy_sample
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes
from mmmtl.testing.training_step import training_step

ROOT = Path(__file__).parents[2]
CONFIGS = sorted(path for path in (ROOT / 'configs').glob('[!_]*/*.py')
                 if 'decathlon' not in path.stem  # image-level: test_decathlon.py
                 and '_segnet_' not in path.stem)  # large: test_mtan_configs.py
HEIGHT, WIDTH = 64, 128


def test_configs_are_found():
    assert len(CONFIGS) >= 10
    assert {path.parent.name for path in CONFIGS} >= {'demo', 'kendall', 'mix_in', 'nyuv2'}


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_builds_takes_a_step_and_predicts(path):
    init_default_scope('mmseg')
    cfg, _ = load_model_cfg(path)
    cfg.pop('data_preprocessor', None)  # tested by itself; samples here are made ready
    if cfg.backbone.get('depth') == 101:
        cfg.backbone.depth = 50  # the same network but shorter
    model = MODELS.build(cfg)
    tasks = ['semantic', 'instance', 'depth', 'metric_depth']
    samples = [toy_sample(HEIGHT, WIDTH, tasks, num_classes=13, seed=i) for i in range(2)]
    for sample in samples:  # PIDNet's boundaries
        if 'pidnet' in path.stem:  # MMSegmentation 1.2.2: class weights stop at ignored pixels
            sample.gt_sem_seg.data[sample.gt_sem_seg.data == 255] = 0
        sample.gt_edge_map = sample.gt_sem_seg.clone()
        sample.gt_edge_map.data = (sample.gt_sem_seg.data % 2).long()
    assert not training_step(model, torch.randn(2, 3, HEIGHT, WIDTH), samples)
    model.eval()
    dataset = Config.fromfile(path).test_dataloader.dataset  # InstanceClusteringHook says this
    model.dataset_meta = DATASETS.get(dataset.type)._load_metainfo(dataset.get('metainfo'))
    with torch.no_grad():
        predicted = model.predict(torch.randn(1, 3, HEIGHT, WIDTH), samples[:1])[0]
    for head in model.heads.values():
        field = getattr(head, 'pred_field', 'pred_sem_seg')
        assert predicted.get(field).data.shape[-2:] == (HEIGHT, WIDTH)


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_pipelines_are_accepted_and_every_task_is_scored(path):
    cfg = Config.fromfile(path)
    for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        check_pipeline(cfg[loader].dataset.pipeline)
    evaluators = cfg.val_evaluator if isinstance(cfg.val_evaluator, list) else [cfg.val_evaluator]
    prefixes = {evaluator.get('prefix') for evaluator in evaluators}
    assert set(cfg.model.get('task_heads') or {}) <= prefixes


def test_the_weightings_of_the_configs_are_what_their_names_say():
    kinds = {path.stem: Config.fromfile(path).model.loss_weighting['type'] for path in CONFIGS
             if 'loss_weighting' in Config.fromfile(path).model
             and path.parent.name != 'mtan'  # there the weighting is an option
             and not path.stem.startswith('lw-refinenet-mbv2')}  # the paper's weights
    assert kinds
    for name, kind in kinds.items():
        single = '_equal_' in name or '_semantic_' in name or '_depth_' in name
        assert kind == ('mmmtl.FixedWeighting' if single else 'mmmtl.UncertaintyWeighting'), name
        assert kind.rpartition('.')[2] in WEIGHTINGS.module_dict


def test_single_task_depth_has_the_same_body_as_the_multi_task_model():
    folder = ROOT / 'configs' / 'nyuv2'
    both, _ = load_model_cfg(folder / 'lite0-fpn_nyuv2-13_1xb8-5e_144x192.py')
    depth, _ = load_model_cfg(folder / 'lite0-fpn_nyuv2-13_depth_1xb8-5e_144x192.py')
    single = MODELS.build(depth)
    assert isinstance(single.decode_head, DepthHead)
    twin = MODELS.build(both).task_heads['depth']
    assert {k: v.shape for k, v in single.decode_head.state_dict().items()} == {
        k: v.shape for k, v in twin.state_dict().items()}


CITYSCAPES = [path for path in CONFIGS if 'cityscapes' in path.name or 'street' in path.name]
LABELS = dict(
    gt_sem_seg='gtFine/train/{}_gtFine_labelIds.png',
    gt_instance_vector='gtFine/train/{}_gtFine_instanceIds.png',
    gt_inverse_depth_map='disparity/train/{}_disparity.png')


@pytest.mark.parametrize('path', CITYSCAPES, ids=lambda path: path.stem)
def test_a_frame_may_lack_any_label(path, tmp_path):
    init_default_scope('mmseg')
    frames = make_toy_cityscapes(tmp_path, frames=4, size=(64, 128), splits=('train', ))['train']
    for frame, file in zip(frames, LABELS.values(), strict=False):
        (tmp_path / file.format(frame.name)).unlink()
    dataset = Config.fromfile(path).train_dataloader.dataset
    dataset = DATASETS.build(dict(dataset, data_root=str(tmp_path), cache=False))
    assert len(dataset) == 4
    complete = set(dataset[3]['data_samples'].keys())
    for i, field in enumerate(LABELS):
        assert set(dataset[i]['data_samples'].keys()) == complete - {field} - (
            {'gt_edge_map'} if field == 'gt_sem_seg' else
            {'gt_instance_map'} if field == 'gt_instance_vector' else set())
    assert set(LABELS) <= complete
