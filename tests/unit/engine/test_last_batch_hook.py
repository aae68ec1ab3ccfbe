"""A batch of one frame is foreseen where batch normalisation would stop at it."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler
from torch.utils.data import BatchSampler, DataLoader

from mmmtl.engine import LastBatchHook
from mmmtl.engine.last_batch_hook import last_batch_sizes, layer_without_spread
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

BN = dict(type='BN')
ASPP = dict(type='ASPPHead', in_channels=8, in_index=-1, channels=8, dilations=(1, 2),
            num_classes=19, norm_cfg=BN)
PSP = dict(type='PSPHead', in_channels=8, in_index=-1, channels=8, num_classes=19, norm_cfg=BN)
FCN = dict(type='FCNHead', in_channels=8, in_index=-1, channels=8, num_classes=19, norm_cfg=BN)


def model(head, **options):
    cfg = toy_model_cfg(task_heads=None, **options)
    cfg.decode_head = dict(head, dropout_ratio=0.1)
    return MODELS.build(cfg)


@pytest.fixture(scope='module')
def aspp():
    return model(ASPP)


def loader(frames=9, batch=4, sampler=DefaultSampler, **options):
    data = list(range(frames))
    return DataLoader(data, batch, sampler=sampler(data), **options)


def run(network, data, max_iters=100):
    LastBatchHook().before_train(SimpleNamespace(
        model=network, train_dataloader=data, max_iters=max_iters, iter=0, world_size=1))


def test_nine_frames_in_batches_of_four_are_refused_with_the_remedy(aspp):
    with pytest.raises(ValueError, match=(
            r'last batch of an epoch has one frame: 9 frames, batches of 4\. The batch '
            r'normalisation decode_head\.image_pool\.1\.bn .*drop_last=True')):
        run(aspp, loader())
    with pytest.raises(ValueError, match=r'every batch has one frame.*batch_size to 2 or more'):
        run(aspp, loader(batch=1))


def test_and_really_fails_there(aspp):
    with pytest.raises(ValueError, match='more than 1 value per channel'):
        aspp.train()(torch.zeros(1, 3, 64, 64), mode='tensor')


def test_images_of_other_channels():
    network = model(ASPP, backbone=dict(
        type='ResNet', depth=18, base_channels=8, in_channels=4, norm_cfg=BN, out_indices=(0, 3)),
        neck=dict(type='mmmtl.TopDownFPN', in_channels=[8, 64], channels=8))
    assert layer_without_spread(network) == 'decode_head.image_pool.1.bn'


@pytest.mark.parametrize(('data', 'max_iters'), [
    (loader(frames=8), 100), (loader(frames=10), 100), (loader(drop_last=True), 100),
    (loader(sampler=InfiniteSampler), 100),
    (loader(), 2),  # stops before it comes
    (DataLoader(range(9), batch_sampler=type('Own', (BatchSampler, ), {})(range(9), 4, False)), 9),
])
def test_no_batch_of_one_is_coming(data, max_iters, aspp):
    run(aspp, data, max_iters)


@pytest.mark.parametrize(('head', 'layer'), [
    (PSP, 'decode_head.psp_modules.0.1.bn'), (FCN, None),
    (dict(ASPP, norm_cfg=dict(type='GN', num_groups=2)), None)])
def test_only_where_a_layer_sees_one_value(head, layer):
    assert layer_without_spread(model(head)) == layer


def test_auxiliary_and_task_heads_are_tried():
    found = layer_without_spread(model(FCN, auxiliary_head=ASPP))
    assert found == 'auxiliary_head.image_pool.1.bn'
    cfg = toy_model_cfg(task_heads=dict(depth=dict(type='mmmtl.DepthHead', body=ASPP)))
    assert layer_without_spread(MODELS.build(cfg)) == 'task_heads.depth.body.image_pool.1.bn'


def test_networks_that_cannot_be_tried_are_left_alone():
    assert layer_without_spread(torch.nn.Linear(2, 2)) is None


def test_nothing_changes(aspp):
    before = {key: value.clone() for key, value in aspp.state_dict().items()}
    aspp.eval()
    random = torch.get_rng_state()
    assert layer_without_spread(aspp)
    assert all(torch.equal(value, before[key]) for key, value in aspp.state_dict().items())
    assert not aspp.training and torch.equal(random, torch.get_rng_state())


def test_sizes_of_a_rank():
    assert last_batch_sizes(loader()) == (4, 1) and last_batch_sizes(loader(frames=1)) == (1, 1)
    with patch('mmengine.dataset.sampler.get_dist_info', return_value=(0, 2)):
        assert last_batch_sizes(loader(frames=9)) == (4, 1)  # 5 frames a rank
        assert last_batch_sizes(loader(frames=13)) == (4, 3)
