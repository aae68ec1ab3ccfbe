"""Rules that mmengine would have to guess."""

import pytest
from mmengine.config import Config
from mmengine.hooks import CheckpointHook

from mmmtl.apis import score_rules
from mmmtl.apis.score_rules import use_score_rules


def config(**checkpoint):
    return Config(dict(default_hooks=dict(checkpoint=dict(type='CheckpointHook', **checkpoint))))


@pytest.mark.parametrize(('save_best', 'rule'), [
    ('depth_map/rmse', 'less'), ('landmap/delta_m_metrics', 'less'), ('depth/d1', 'greater'),
    (['semantic/mIoU', 'accuracy/mae'], ['greater', 'less'])])
def test_a_rule_is_written(save_best, rule):
    cfg = config(save_best=save_best)
    use_score_rules(cfg)
    options = cfg.default_hooks.checkpoint
    assert options.rule == rule
    options.pop('type')
    assert CheckpointHook(**options).rules == ([rule] if isinstance(rule, str) else rule)


@pytest.mark.parametrize('save_best', ['auto', None, 'depth/odd', ['depth/odd', 'depth/mae']])
def test_what_is_not_stated_is_left_alone(save_best):
    cfg = config(save_best=save_best)
    use_score_rules(cfg)
    assert 'rule' not in cfg.default_hooks.checkpoint


def test_hooks_and_schedulers():
    cfg = Config(dict(
        custom_hooks=[dict(type='EarlyStoppingHook', monitor='age_map/mae')],
        param_scheduler=[dict(type='ReduceOnPlateauLR', monitor='semantic/mIoU'),
                         dict(type='PolyLR')]))
    use_score_rules(cfg)
    assert cfg.custom_hooks[0].rule == 'less'
    assert cfg.param_scheduler[0].rule == 'greater' and 'rule' not in cfg.param_scheduler[1]


def test_a_rule_that_keeps_the_worst(monkeypatch):
    said = []
    monkeypatch.setattr(score_rules, 'print_log', lambda text, **_: said.append(text))
    for rule, number in (('less', 0), ('greater', 1)):
        cfg = config(save_best='depth/rmse', rule=rule)
        use_score_rules(cfg)
        assert cfg.default_hooks.checkpoint.rule == rule and len(said) == number
    assert "save_best='depth/rmse' has rule='greater', but depth/rmse is better when lo" in said[0]
