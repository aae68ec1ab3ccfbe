"""A score that no metric gives is refused before the first step."""

from types import SimpleNamespace

import pytest
from mmengine.hooks import CheckpointHook, EarlyStoppingHook

from mmmtl.engine import ScoreCheckHook
from mmmtl.evaluation import DepthMetric


def run(*hooks, validates=True):
    evaluator = SimpleNamespace(metrics=[DepthMetric('inverse')])
    loop = SimpleNamespace(evaluator=evaluator) if validates else None
    ScoreCheckHook().before_train(SimpleNamespace(hooks=hooks, val_loop=loop))


def test_what_is_given_passes():
    run(CheckpointHook(save_best=['depth/mae', 'depth/rmse']), CheckpointHook(save_best='auto'),
        CheckpointHook(), EarlyStoppingHook(monitor='last10/depth/mae'))
    run(CheckpointHook(save_best='depth/odd', rule='less'), validates=False)


@pytest.mark.parametrize(('hook', 'text'), [
    (CheckpointHook(save_best='depth/rmsee'),
     "save_best names 'depth/rmsee', but no metric of val_evaluator gives it; did you mean "
     "'depth/rmse'"),
    (CheckpointHook(save_best='depth/abs_rel'), "save_best names 'depth/abs_rel'"),
    (EarlyStoppingHook(monitor='depth/rms', rule='less'), "monitor names 'depth/rms'"),
    (CheckpointHook(save_best='last10/depth/mae'), "Name the score of an epoch: save_best='depth")])
def test_what_is_not_given(hook, text):
    with pytest.raises(KeyError, match=text):
        run(hook)
