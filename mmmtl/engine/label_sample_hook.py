"""Read a few label files of each data set before the first step."""

from collections.abc import Mapping
from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from torch import nn

from mmmtl.datasets.label_sample import check_label_sample, classes_in
from mmmtl.fields import IGNORED
from mmmtl.models.decode_heads.labelled import count_classes
from mmmtl.models.tasks.frames import SEMANTICS
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap


@HOOKS.register_module()
class LabelSampleHook(Hook):
    """Refuse labels outside the classes before training, as far as a sample of the files shows it.

    The log says in which unit depth and disparity were read. ``tools/train.py`` and
    ``tools/test.py`` add this hook. Other models than our segmentor are left alone.
    """

    def before_train(self, runner: Runner) -> None:
        """Look at the training set, and at the one that is validated on.

        Raises:
            ValueError: see :func:`check_label_sample`.
        """
        model = unwrap(runner.model)
        if not hasattr(model, 'tasks'):
            return
        _check('train_dataloader', runner.train_dataloader.dataset, classes_of_heads(model))
        if runner.val_loop is not None:
            dataset = runner.val_loop.dataloader.dataset
            _check('val_dataloader', dataset, classes_in(getattr(dataset, 'metainfo', None)))

    def before_test(self, runner: Runner) -> None:
        """Look at the test set; see :meth:`before_train`."""
        if hasattr(unwrap(runner.model), 'tasks'):
            dataset = runner.test_loop.dataloader.dataset
            _check('test_dataloader', dataset, classes_in(getattr(dataset, 'metainfo', None)))


def classes_of_heads(model: nn.Module) -> dict[str, tuple[int, int]]:
    """How many classes each semantic head of our segmentor has, and which label it ignores."""
    return {f'the head of task {name!r}': (
                count_classes(task.head), getattr(task.head, 'ignore_index', IGNORED))
            for name, task in model.tasks.items() if task.target_field == SEMANTICS}


def _check(name: str, dataset: Any, classes: Mapping[str, tuple[int, int]]) -> None:
    for unit in check_label_sample(name, dataset, classes):
        print_log(f'{name}: {unit}', logger='current')
