"""Runs without GPUs."""

import pytest
from mmengine.config import Config

from mmmtl.apis import devices
from mmmtl.testing.ranks import run_ranks


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


@pytest.mark.parametrize('first', [0, 7, 19_990, 4_294_967_200])
def test_ports_of_slurm_jobs_are_valid_and_differ(first):
    ports = [devices.slurm_port(str(first + step)) for step in range(20_000)]
    assert len(set(ports)) == 20_000
    assert min(ports) > 1023
    assert max(ports) < 32_768  # from here Linux hands out ports of its own


@pytest.mark.parametrize('job_id', ['', '12_3', '-4', 'x'])
def test_slurm_job_id_that_is_no_number(job_id):
    with pytest.raises(ValueError, match='SLURM_JOB_ID.*set MASTER_PORT'):
        devices.slurm_port(job_id)


@pytest.mark.parametrize(('launcher', 'given', 'expected'), [
    ('slurm', None, '10041'), ('slurm', '1234', '1234'), ('pytorch', None, None)])
def test_slurm_port_is_set_unless_there_is_one(monkeypatch, launcher, given, expected):
    monkeypatch.setattr(devices, 'get_device', lambda: 'cuda')
    # a copy: what is set here must not reach other tests
    environment = {'SLURM_JOB_ID': '41', **({'MASTER_PORT': given} if given else {})}
    monkeypatch.setattr(devices.os, 'environ', environment)
    devices.prepare_device(Config(dict(model=dict())), launcher)
    assert environment.get('MASTER_PORT') == expected


RANKS = '''
from torch import distributed
from mmmtl.apis.devices import leave_group
from mmmtl.testing.ranks import join
leave_group()  # there is none yet
join()
leave_group()
assert not distributed.is_initialized()
'''


def test_all_leave_the_group_together(tmp_path):
    run_ranks(RANKS, 2, tmp_path, timeout=40)
