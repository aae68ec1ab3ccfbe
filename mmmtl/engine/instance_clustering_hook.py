"""Tell the segmentor which classes are things, and compile before the first frame."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

from mmmtl.registry import HOOKS


@HOOKS.register_module()
class InstanceClusteringHook(Hook):
    """Hand the data set's meta information to the segmentor before it is judged.

    ``model.dataset_meta`` is where mmseg's ``init_model`` puts it too. The clustering is prepared
    with it: parameters that lack a class are refused, and kernels compiled, before the first
    frame is predicted — before training even, where a model is validated in between.
    ``tools/train.py`` and ``tools/test.py`` add this hook.
    """

    priority = 'HIGH'

    def before_train(self, runner: Runner) -> None:
        """Prepare for validation."""
        if runner.val_loop is not None:
            prepare(runner.model, runner.val_loop.dataloader.dataset)

    def before_val_epoch(self, runner: Runner) -> None:
        """Prepare, if nothing did."""
        prepare(runner.model, runner.val_dataloader.dataset)

    def before_test_epoch(self, runner: Runner) -> None:
        """Prepare."""
        prepare(runner.model, runner.test_dataloader.dataset)


def prepare(model: nn.Module, dataset: Any) -> None:
    """Set ``dataset_meta`` of the segmentor within wrappers (DDP, TTA), and prepare clustering."""
    while isinstance(getattr(model, 'module', None), nn.Module):
        model = model.module
    clustering = getattr(model, 'instance_clustering', None)
    meta = getattr(dataset, 'metainfo', None)
    if clustering is None or not meta:
        return
    model.dataset_meta = meta
    clustering.prepare(meta)
