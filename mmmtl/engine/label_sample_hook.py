"""Read a few label files of each data set before the first step."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import BaseLoop, Runner
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

    The log says of how many frames labels were read, and in which unit depth and disparity were;
    depth that is nearer or farther than cameras see is asked about.
    A label that a head, a metric or the data set ignores is not refused. ``tools/train.py`` and
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
            _check_scored('val_dataloader', runner.val_loop, model)

    def before_test(self, runner: Runner) -> None:
        """Look at the test set; see :meth:`before_train`."""
        model = unwrap(runner.model)
        if hasattr(model, 'tasks'):
            _check_scored('test_dataloader', runner.test_loop, model)


def classes_of_heads(model: nn.Module) -> dict[str, tuple[int, int]]:
    """How many classes each semantic head of our segmentor has, and which label it ignores."""
    return {f'the head of task {name!r}': (
                count_classes(task.head), getattr(task.head, 'ignore_index', IGNORED))
            for name, task in model.tasks.items() if task.target_field == SEMANTICS}


def _check_scored(name: str, loop: BaseLoop, model: nn.Module) -> None:
    dataset = loop.dataloader.dataset
    metrics = getattr(loop.evaluator, 'metrics', ())
    ignored = {ignored for _, ignored in classes_of_heads(model).values()}
    ignored |= {getattr(metric, 'ignore_index', IGNORED) for metric in metrics}
    _check(name, dataset, classes_in(dataset), ignored)


def _check(name: str, dataset: Any, classes: Mapping[str, tuple[int, int]],
           ignored: Collection[int] = ()) -> None:
    sample = check_label_sample(name, dataset, classes, ignored)
    print_log(f'{name}: labels of {sample.read} of {sample.frames} frames were read',
              logger='current')
    for unit in sample.units:
        print_log(f'{name}: {unit}', logger='current')
    for doubt in sample.doubts:
        print_log(f'{name}: {doubt}', logger='current', level=logging.WARNING)
