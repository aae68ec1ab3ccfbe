"""The Visual Decathlon's config on toy images: train, resume, score, submit; its full size."""

import json
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmengine.runner.checkpoint import _load_checkpoint

from mmmtl.apis.added_hooks import add_hooks
from mmmtl.apis.config import use_multi_task_defaults
from mmmtl.apis.submission import use_submission
from mmmtl.datasets.decathlon_domains import DOMAINS, TASKS
from mmmtl.registry import MODELS
from mmmtl.testing.toy_decathlon import make_toy_decathlon

pytestmark = pytest.mark.trains
FOLDER = Path(__file__).parents[2] / 'configs' / 'mtan'
NAMES = ['mtan_wrn28-4_decathlon_72x72', 'mtan_wrn28-4_decathlon_72x72_stage2']
TOY = {'imagenet12': 3, 'svhn': 2, 'vgg-flowers': 2}


@pytest.mark.parametrize('name', NAMES)
def test_heads_and_classes_are_those_of_the_table(name):
    cfg = Config.fromfile(FOLDER / f'{name}.py')
    model = MODELS.build(cfg.model)
    assert {task: head.num_classes for task, head in model.heads.items()} == {
        TASKS[domain]: entry.num_classes for domain, entry in DOMAINS.items()}
    assert model.backbone.tasks == list(model.heads)
    # 9,433,760 of the backbone (test_mtan_wide_resnet.py), 257 a class
    assert sum(p.numel() for p in model.parameters()) == 9_433_760 + 257 * 3128


def random_toy_config(root, work_dir, order='proportional', **changes):
    cfg = Config.fromfile(FOLDER / f'{NAMES[0]}.py')
    cfg.work_dir = str(work_dir)
    cfg.model.backbone.update(depth=10, widen_factor=1)
    cfg.model.decode_head.update(num_classes=3, in_channels=64)
    cfg.model.task_heads = {task: dict(cfg.model.task_heads[task], num_classes=2, in_channels=64)
                            for task in ('svhn', 'vgg_flowers')}
    cfg.model.loss_weighting = dict(type='UncertaintyWeighting')
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False, batch_size=4)
        loader.dataset.update(data_root=str(root), domains=dict(TOY))
        for key in ('pipeline', 'plain_pipeline'):
            for step in loader.dataset.get(key, ()):
                if step['type'] == 'Resize':
                    step['scale'] = (4096, 24)
                if 'crop_size' in step:
                    step['crop_size'] = (24, 24)
    cfg.train_dataloader.batch_sampler.order = order
    cfg.train_cfg.update(max_epochs=4, val_interval=4)
    cfg.randomness = dict(seed=0)
    cfg.default_hooks.checkpoint.update(interval=1, max_keep_ckpts=-1)
    cfg.visualizer = None
    cfg.env_cfg.dist_cfg = dict(backend='gloo')
    cfg.experiment_name = f'{work_dir.name}_{order}'
    cfg.merge_from_dict(changes)
    use_multi_task_defaults(cfg)
    add_hooks(cfg, 'train')
    return cfg


def train(cfg):
    runner = Runner.from_cfg(cfg)
    runner.train()
    return runner


def weights(runner):
    return {key: value.clone() for key, value in runner.model.state_dict().items()}


def test_trains_alternately_scores_resumes_and_writes_a_submission(tmp_path):
    root = make_toy_decathlon(tmp_path / 'data', TOY, dict(zip(TOY, (12, 8, 4), strict=True)))

    def toy_config(*args, **changes):  # mmengine does not keep the state of random transforms
        cfg = random_toy_config(*args, **changes)
        data = cfg.train_dataloader.dataset
        data.pipeline = data.plain_pipeline
        return cfg

    whole = train(toy_config(root, tmp_path / 'whole'))
    meta = whole.val_loop.evaluator.metrics[0].dataset_meta
    assert meta['domains']['vgg-flowers']['task'] == 'vgg_flowers'

    # the same run, broken off after two epochs
    train(toy_config(root, tmp_path / 'part', **{'train_cfg.max_epochs': 2}))
    resumed = train(toy_config(root, tmp_path / 'part', resume=True,
                               load_from=str(tmp_path / 'part' / 'epoch_2.pth')))
    assert resumed.epoch == 4
    expected, found = weights(whole), weights(resumed)
    for key, value in expected.items():
        torch.testing.assert_close(found[key], value, msg=key)

    cfg = toy_config(root, tmp_path / 'test', load_from=str(tmp_path / 'whole' / 'epoch_4.pth'))
    use_submission(cfg, str(tmp_path / 'sent'))
    Runner.from_cfg(cfg).test()
    results = json.loads((tmp_path / 'sent' / 'results.json').read_text())
    asked = {}
    for number, domain in enumerate(TOY, 1):
        content = json.loads((root / f'annotations/{domain}_test_stripped.json').read_text())
        asked |= {image['id']: number for image in content['images']}
    assert {r['image_id'] for r in results} == set(asked) and len(results) == len(asked) == 24
    for r in results:
        assert r['category_id'] // 1000 == asked[r['image_id']]


def test_each_data_set_has_its_own_statistics_and_moves_its_own_head(tmp_path):
    """What a training reaches depends on chance; whose batch moves what does not."""
    root = make_toy_decathlon(tmp_path / 'data', TOY, 12)
    runner = Runner.from_cfg(random_toy_config(root, tmp_path / 'run', order='round_robin', **{
        'train_cfg.max_epochs': 1, 'train_cfg.val_interval': 1}))
    model, layer, batches, running = runner.model, runner.model.backbone.trunk.bn1, [], {}

    def note(module, inputs):
        if module.training:
            mean = inputs[0].detach().mean((0, 2, 3))
            before = running.get(module.task, torch.zeros_like(mean))
            running[module.task] = (1 - module.momentum) * before + module.momentum * mean
            batches.append(module.task)

    layer.register_forward_pre_hook(note)
    begin = {key: value.clone() for key, value in model.named_parameters()}
    runner.train()
    assert set(batches) == {0, 1, 2} and len(batches) >= 9
    for task, mean in running.items():
        torch.testing.assert_close(layer.running_mean[task], mean, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(layer.running_mean[0], layer.running_mean[1])
    still = [key for key, value in model.named_parameters() if torch.equal(value, begin[key])]
    assert not still
    saved = _load_checkpoint(str(tmp_path / 'run' / 'epoch_1.pth'))['state_dict']
    assert torch.equal(saved['backbone.trunk.bn1.running_mean'], layer.running_mean)
    assert set(runner.val_loop.run()) == {f'decathlon/accuracy/{d}' for d in (*TOY, 'mean')}
