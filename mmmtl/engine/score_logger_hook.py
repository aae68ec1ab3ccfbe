"""Scores of a test in one file, which one process writes."""

from typing import Any

from mmengine.dist import master_only
from mmengine.hooks import LoggerHook
from mmengine.runner import Runner

from mmmtl.registry import HOOKS


@HOOKS.register_module()
class ScoreLoggerHook(LoggerHook):
    """mmengine's hook, with a file of scores that is whole on several ranks, too.

    There every rank writes the scores of a test to the same file, at the same time: where the texts
    differ in length (they hold the rank's seconds), the end of the longer one may stay behind the
    shorter one, and the file is no JSON. ``tools/test.py`` takes this hook instead of
    ``LoggerHook``.
    """

    @master_only
    def after_test_epoch(self, runner: Runner, metrics: dict[str, Any] | None = None) -> None:
        """Log and write the scores, on the first rank; no other says anything of them."""
        super().after_test_epoch(runner, metrics)
