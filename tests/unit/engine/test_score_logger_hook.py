"""The file of scores is written by one rank, with what mmengine's hook writes."""

import json
import logging
from types import SimpleNamespace

import pytest
from mmengine.hooks import LoggerHook

from mmmtl.engine import ScoreLoggerHook
from mmmtl.registry import HOOKS


def written(hook, folder, rank, monkeypatch):
    monkeypatch.setattr('mmengine.dist.utils.get_rank', lambda group=None: rank)
    folder.mkdir()
    scores = SimpleNamespace(get_log_after_epoch=lambda *_, **__: (dict(mIoU=.5), 'mIoU: 0.5'))
    runner = SimpleNamespace(log_processor=scores, test_dataloader=[1], log_dir=str(folder),
                             logger=logging.getLogger('x'))
    hook.json_log_path = 'scores.json'
    hook.after_test_epoch(runner, dict(mIoU=.5))
    return [json.loads(path.read_text()) for path in folder.iterdir()]


@pytest.mark.parametrize(('cls', 'rank', 'expected'), [
    (ScoreLoggerHook, 0, [dict(mIoU=.5)]), (ScoreLoggerHook, 1, []),
    (LoggerHook, 0, [dict(mIoU=.5)]), (LoggerHook, 1, [dict(mIoU=.5)])])  # mmengine's: every rank
def test_one_rank_writes(cls, rank, expected, tmp_path, monkeypatch):
    assert written(cls(), tmp_path / 'x', rank, monkeypatch) == expected


def test_arguments_are_mmengines():
    assert HOOKS.build(dict(type='mmmtl.ScoreLoggerHook', interval=7)).interval == 7
