"""The hooks that ``tools/train.py`` and ``tools/test.py`` add to a config, in one table.

They are called in this order where mmengine's priorities do not say otherwise, after those of the
config. Besides, two default hooks of mmengine are exchanged for ours (``use_instead`` in
``config.py``): in training the one of checkpoints, so that its files are written atomically; in a
test the logger, so that one rank writes the scores.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from mmengine.config import Config

from mmmtl.apis.config import is_multi_task


class Run(NamedTuple):
    """What conditions and options of the table are made from.

    Attributes:
        cfg: Config of the run, complete but for the hooks; its model is not yet wrapped for TTA.
        out: Folder of ``tools/test.py --out``, where predictions are to be written.
    """

    cfg: Config
    out: str | None = None


class AddedHook(NamedTuple):
    """One row of the table.

    Attributes:
        name: Type of the hook, without ``mmmtl.``.
        when: Which tools add it: 'train', 'test' or both.
        why: What the hook is for.
        condition: Whether this run needs it.
        options: Its arguments in this run.
    """

    name: str
    when: tuple[str, ...]
    why: str
    condition: Callable[[Run], bool] = lambda run: True
    options: Callable[[Run], dict[str, Any]] = lambda run: {}


def _trains_tasks(run: Run) -> bool:
    return is_multi_task(run.cfg.model) and 'optim_wrapper' in run.cfg


def _is_named(run: Run, name: str) -> bool:
    return any(str(hook.get('type')).endswith(name) for hook in run.cfg.get('custom_hooks') or ())


def _watches_losses_not_yet(run: Run) -> bool:
    return _trains_tasks(run) and not _is_named(run, 'FiniteLossHook')


def _clusters_instances(run: Run) -> bool:
    return (is_multi_task(run.cfg.model) and bool(run.cfg.model.get('instance_clustering'))
            and not _is_named(run, 'InstanceClusteringHook'))


def _starts_from_pretrained(run: Run) -> bool:
    """A checkpoint overwrites pretrained weights."""
    return not (run.cfg.get('resume') or run.cfg.get('load_from'))


TRAIN, TEST, BOTH = ('train', ), ('test', ), ('train', 'test')

ADDED_HOOKS = (
    AddedHook('FiniteLossHook', TRAIN, 'stops at a loss that is NaN or infinite',
              _watches_losses_not_yet),
    AddedHook('TrainingCheckHook', TRAIN, 'refuses data that the model cannot learn from',
              _trains_tasks),
    AddedHook('LabelWatchHook', TRAIN, 'stops where a task saw no label in an epoch',
              _trains_tasks),
    AddedHook('LossWeightingHook', TRAIN, 'tells weightings of epochs and steps', _trains_tasks),
    AddedHook('InstanceClusteringHook', BOTH, 'tells the clusterer which classes are things',
              _clusters_instances),
    AddedHook('PredictionWriterHook', TEST, 'writes what --out asks for',
              lambda run: bool(run.out), lambda run: dict(out_dir=run.out)),
    AddedHook('ScoreCheckHook', TRAIN, 'refuses a save_best that no metric gives'),
    AddedHook('BatchShapeHook', BOTH, 'refuses batches of images of several sizes'),
    AddedHook('CheckpointCheckHook', TRAIN, 'refuses a checkpoint that does not fill the model',
              options=lambda run: dict(start=not run.cfg.get('resume'))),
    AddedHook('CheckpointCheckHook', TEST, 'the same; a test needs no state of the weighting',
              options=lambda run: dict(unused=['loss_weighting.'])),
    AddedHook('PretrainedReachHook', TRAIN, 'says what to do where weights cannot be reached'),
    AddedHook('PretrainedCheckHook', TRAIN, 'refuses weights of which nothing is loaded',
              _starts_from_pretrained),
    AddedHook('NumberedClassesHook', BOTH, 'numbers classes that a data set does not name'),
    AddedHook('HeadClassesHook', BOTH, 'tells pictures which classes the heads were trained for'),
    AddedHook('LabelSampleHook', BOTH, 'refuses labels outside the classes, by a sample of files'),
    AddedHook('LastBatchHook', TRAIN, 'foresees a last batch that normalisation cannot take'),
)


def add_hooks(cfg: Config, tool: str, out: str | None = None) -> None:
    """Add to ``custom_hooks`` what the table has for a tool.

    Args:
        cfg: Config of the run, changed in place: see :class:`Run`.
        tool: 'train' or 'test'.
        out: Folder for predictions, or none.
    """
    run = Run(cfg, out)
    cfg.custom_hooks = [
        *(cfg.get('custom_hooks') or []),
        *(dict(type=f'mmmtl.{hook.name}', **hook.options(run))
          for hook in ADDED_HOOKS if tool in hook.when and hook.condition(run))]
