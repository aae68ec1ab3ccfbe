"""Number the classes of data sets that do not name them, by the outputs of the model."""

from typing import Any

from mmengine.evaluator import Evaluator
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

from mmmtl.datasets.base_multi_task import BaseMultiTaskDataset
from mmmtl.datasets.chains import chains_of
from mmmtl.datasets.numbered_classes import numbered_classes
from mmmtl.models.decode_heads.labelled import count_classes
from mmmtl.models.tasks import tasks_of
from mmmtl.models.tasks.frames import SEMANTICS
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap


@HOOKS.register_module()
class NumberedClassesHook(Hook):
    """Let a data set without ``metainfo=dict(classes=...)`` be trained on and scored.

    Its classes are called ``'0'`` to ``'<K - 1>'``, where K is the number of outputs of the
    semantic head.
    ``tools/train.py`` and ``tools/test.py`` add this hook.
    """

    priority = 'HIGH'

    def before_train(self, runner: Runner) -> None:
        """Number the classes of the training set, and of the one that is validated on."""
        number_dataset(runner.model, runner.train_dataloader.dataset)
        if runner.val_loop is not None:
            _number(runner.model, runner.val_loop.dataloader.dataset, runner.val_loop.evaluator)

    def before_val(self, runner: Runner) -> None:
        """Where nothing was trained."""
        _number(runner.model, runner.val_dataloader.dataset, runner.val_evaluator)

    def before_test(self, runner: Runner) -> None:
        """Number the classes of the test set."""
        _number(runner.model, runner.test_dataloader.dataset, runner.test_evaluator)


def number_dataset(model: nn.Module, dataset: Any) -> int | None:
    """Number the classes of those data sets within ``dataset`` that do not name them.

    Args:
        model: any segmentor, also within wrappers.
        dataset: built; wrappers are looked into.

    Returns:
        How many classes the semantic head has; ``None`` if there is no such head.
    """
    number = classes_of(model)
    for part, _ in chains_of(dataset) if number else ():
        if isinstance(part, BaseMultiTaskDataset):
            part.number_classes(number)
    return number


def classes_of(model: nn.Module) -> int | None:
    """Classes of the (first) semantic head; ``None`` without one."""
    model = unwrap(model)
    heads = getattr(model, 'heads', None) or dict(semantic=getattr(model, 'decode_head', None))
    counts = [count_classes(task.head) for task in tasks_of(heads).values()
              if task.target_field == SEMANTICS and hasattr(task.head, 'num_classes')]
    return counts[0] if counts else None


def _number(model: nn.Module, dataset: Any, evaluator: Evaluator) -> None:
    number = number_dataset(model, dataset)
    if number and isinstance(evaluator, Evaluator) and not (
            evaluator.dataset_meta or {}).get('classes'):
        evaluator.dataset_meta = numbered_classes(evaluator.dataset_meta, number)
