"""Sharding strategies that cannot work are refused by name."""

import pytest
from mmengine._strategy import FSDPStrategy
from mmengine.config import Config

from mmmtl.apis.strategies import check_strategy


def config(strategy, **optim_wrapper):
    cfg = Config(dict(optim_wrapper=optim_wrapper))
    if strategy:
        cfg.strategy = dict(type=strategy)
    return cfg


@pytest.mark.parametrize('strategy', [
    'FSDPStrategy', 'mmengine.FSDPStrategy', 'DeepSpeedStrategy', FSDPStrategy])
def test_balancer_beside_shards(strategy):
    with pytest.raises(ValueError, match='optim_wrapper.balancer needs'):
        check_strategy(config(strategy, balancer=dict(type='mmmtl.GradNorm')), 'cuda')


def test_fsdp_on_cpus():
    with pytest.raises(ValueError, match='needs an accelerator'):
        check_strategy(config('FSDPStrategy'), 'cpu')


@pytest.mark.parametrize(('strategy', 'device'), [
    (None, 'cpu'), ('DDPStrategy', 'cpu'), ('DeepSpeedStrategy', 'cpu'), ('FSDPStrategy', 'cuda')])
def test_others_pass(strategy, device):
    check_strategy(config(strategy), device)
    if strategy in (None, 'DDPStrategy'):
        check_strategy(config(strategy, balancer=dict(type='mmmtl.GradNorm')), device)
