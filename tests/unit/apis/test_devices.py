"""Runs without GPUs."""

import pytest
from mmengine.config import Config

from mmmtl.apis import devices


def test_sync_bn_becomes_bn_anywhere():
    model = dict(
        norm_cfg=dict(type='SyncBN', requires_grad=True),
        heads=[dict(norm_cfg=dict(type='SyncBN')), dict(type='LN')])
    devices.replace_sync_bn(model)
    assert model == dict(
        norm_cfg=dict(type='BN', requires_grad=True),
        heads=[dict(norm_cfg=dict(type='BN')), dict(type='LN')])


def test_gpus_need_nothing(monkeypatch):
    monkeypatch.setattr(devices, 'get_device', lambda: 'cuda')
    cfg = Config(dict(model=dict(norm_cfg=dict(type='SyncBN'))))
    devices.prepare_device(cfg, 'slurm')
    assert cfg.launcher == 'slurm' and cfg.model.norm_cfg.type == 'SyncBN'


def test_one_process_takes_the_free_cores(monkeypatch):
    called = []
    monkeypatch.setattr(devices, 'get_device', lambda: 'cpu')
    monkeypatch.setattr(devices, 'use_free_cores', lambda processes=1: called.append(processes))
    devices.prepare_device(Config(dict(model=dict())), 'none')
    assert called == [1]


def test_several_processes_use_gloo(monkeypatch):
    called = []
    monkeypatch.setattr(devices, 'get_device', lambda: 'cpu')
    monkeypatch.setattr(devices, 'use_free_cores', lambda processes=1: called.append(processes))
    monkeypatch.setattr(devices.dist, 'is_initialized', lambda: False)
    monkeypatch.setattr(
        devices.dist, 'init_process_group', lambda backend, **kwargs: called.append(backend))
    monkeypatch.setenv('LOCAL_WORLD_SIZE', '2')
    cfg = Config(dict(
        model=dict(norm_cfg=dict(type='SyncBN')), find_unused_parameters=True,
        env_cfg=dict(dist_cfg=dict(backend='nccl'))))
    devices.prepare_device(cfg, 'pytorch')
    assert called == [2, 'gloo']
    assert cfg.env_cfg.dist_cfg.backend == 'gloo'
    assert cfg.model.norm_cfg.type == 'BN'
    assert cfg.model_wrapper_cfg == dict(
        type='MMDistributedDataParallel', broadcast_buffers=False, find_unused_parameters=True,
        device_ids=None)


def test_other_launchers_need_gpus(monkeypatch):
    monkeypatch.setattr(devices, 'get_device', lambda: 'cpu')
    with pytest.raises(ValueError, match='--launcher slurm: without GPUs only `pytorch` works'):
        devices.prepare_device(Config(dict(model=dict())), 'slurm')
