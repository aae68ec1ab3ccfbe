"""Tell the visualizer which classes the heads were trained for."""

from collections.abc import Mapping
from typing import Any

from mmengine.runner import Runner
from torch import nn

from mmmtl.models.decode_heads.labelled import count_classes
from mmmtl.models.tasks import tasks_of
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap
from mmmtl.visualization import MultiTaskLocalVisualizer
from mmmtl.visualization.class_table import ClassTable, meta_of_field, table_of_head

from .learned_classes import LearnedClasses, check_order
from .numbered_classes_hook import classes_of


@HOOKS.register_module()
class HeadClassesHook(LearnedClasses):
    """Let pictures show predictions with the names and colours of the head's data set.

    A set that is judged with the same classes in another order is refused (:func:`check_order`).

    mmengine tells a visualizer of the data set that is tested, whose classes may be others. What
    a head was trained for is in the checkpoint, and while training the training set's.
    ``tools/train.py`` and ``tools/test.py`` add this hook.
    """

    def before_train(self, runner: Runner) -> None:
        """Compare the classes that are learned with those that are validated on.

        Raises:
            ValueError: see :func:`check_order`.
        """
        super().before_train(runner)
        if runner.val_loop is not None:
            self._check(runner, runner.val_loop.dataloader.dataset, 'val_dataloader')

    def before_val(self, runner: Runner) -> None:
        """Tell the visualizer."""
        self._tell(runner, runner.val_dataloader.dataset)

    def before_test(self, runner: Runner) -> None:
        """Tell the visualizer.

        Raises:
            ValueError: see :func:`check_order`.
        """
        self._check(runner, runner.test_dataloader.dataset, 'test_dataloader')
        self._tell(runner, runner.test_dataloader.dataset)

    def _check(self, runner: Runner, dataset: Any, name: str) -> None:
        if classes_of(runner.model):
            check_order(getattr(dataset, 'metainfo', None) or {}, self.learned, name)

    def _tell(self, runner: Runner, dataset: Any) -> None:
        if isinstance(runner.visualizer, MultiTaskLocalVisualizer):
            runner.visualizer.set_head_classes(head_tables(
                runner.model, self.learned, getattr(dataset, 'metainfo', None) or {}))


def head_tables(model: nn.Module, trained: Mapping[str, Any],
                shown: Mapping[str, Any]) -> dict[str, ClassTable]:
    """Classes of each dense head of classes, by the field that it predicts.

    Args:
        model: any segmentor, also within wrappers.
        trained: meta information of the data set that the heads were trained for.
        shown: that of the data set that is predicted.
    """
    model = unwrap(model)
    heads = getattr(model, 'heads', None) or dict(semantic=getattr(model, 'decode_head', None))
    tables = {}
    for task in tasks_of(heads).values():
        if task.dense and task.kind == 'classification' and hasattr(task.head, 'num_classes'):
            name = task.target_field.removeprefix('gt_')
            tables[task.pred_field] = table_of_head(
                count_classes(task.head), meta_of_field(trained, name), meta_of_field(shown, name))
    return tables
