"""Tell the segmentor which classes are things, and compile before the first frame."""

from collections.abc import Mapping
from typing import Any

from mmengine.logging import print_log
from mmengine.runner import Runner
from torch import nn

from mmmtl.registry import HOOKS

from .learned_classes import LearnedClasses, meta_of_predictions


@HOOKS.register_module()
class InstanceClusteringHook(LearnedClasses):
    """Hand the data set's meta information to the segmentor before it is judged.

    Classes are those that the head learned, by the checkpoint or the training set, also where the
    set that is judged numbers its own differently (:func:`meta_of_predictions`). The clustering
    is prepared with it: parameters that lack a class are refused, and kernels compiled, before the
    first frame is predicted — before training even, where a model is validated in between.
    ``tools/train.py`` and ``tools/test.py`` add this hook.
    """

    priority = 'HIGH'

    def before_train(self, runner: Runner) -> None:
        """Prepare for validation."""
        super().before_train(runner)
        if runner.val_loop is not None:
            prepare(runner.model, runner.val_loop.dataloader.dataset, self.learned)

    def before_val_epoch(self, runner: Runner) -> None:
        """Prepare, if nothing did."""
        prepare(runner.model, runner.val_dataloader.dataset, self.learned)

    def before_test_epoch(self, runner: Runner) -> None:
        """Prepare."""
        prepare(runner.model, runner.test_dataloader.dataset, self.learned)


def prepare(model: nn.Module, dataset: Any,
            learned: Mapping[str, Any] | None = None) -> None:
    """Prepare clustering in the segmentor within wrappers (DDP, TTA)."""
    while isinstance(getattr(model, 'module', None), nn.Module):
        model = model.module
    judged = getattr(dataset, 'metainfo', None)
    if getattr(model, 'instance_clustering', None) is None or not judged:
        return
    meta = meta_of_predictions(judged, learned or {})
    if meta != judged and meta != getattr(model, 'dataset_meta', None):
        print_log('instances are found by the classes that the head learned, '
                  f'{meta["classes"]}; the data set has {judged.get("classes")}',
                  logger='current')
    model.prepare_clustering(meta)
