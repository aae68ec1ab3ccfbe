"""Tell the segmentor how long an epoch is."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap

from .epoch_steps import epoch_steps


@HOOKS.register_module()
class LabelWatchHook(Hook):
    """Let a task that saw no label in an epoch be an error then, in runs by iterations too.

    The segmentor alone notices it after 500 steps, or when mmengine counts a second epoch, which
    it does not with an endless sampler or in the last epoch. ``tools/train.py`` adds this hook.
    """

    def before_train(self, runner: Runner) -> None:
        """Lower the patience of the model's label watch to the steps of an epoch."""
        model = unwrap(runner.model)
        watch = getattr(model, 'label_watch', None)
        if watch is not None:
            steps = epoch_steps(runner)
            batches = getattr(runner.train_dataloader, 'batch_sampler', None)
            alternates = getattr(batches, 'alternates', False)
            # where each batch has one task only, the last one may come at the end of an epoch
            watch.expect_within(steps if alternates else min(watch.patience, steps))
