"""Look at the batches of validation and test before they begin."""

from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.models import SegDataPreProcessor

from mmmtl.datasets.batch_shapes import check_batch_shapes
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap


@HOOKS.register_module()
class BatchShapeHook(Hook):
    """Refuse a validation or a test whose batches mix images of several sizes, before its start.

    ``tools/train.py`` and ``tools/test.py`` add this hook. Models with a data preprocessor that is
    not derived from mmseg's, which stacks images, are left alone.
    """

    def before_train(self, runner: Runner) -> None:
        """Look at the validation of a training; see :func:`check_batch_shapes` for errors."""
        if runner.val_loop is not None:
            self._check(runner, 'val_dataloader', runner.val_loop.dataloader)

    def before_test(self, runner: Runner) -> None:
        """Look at the test."""
        self._check(runner, 'test_dataloader', runner.test_loop.dataloader)

    @staticmethod
    def _check(runner: Runner, name: str, dataloader: object) -> None:
        preprocessor = getattr(unwrap(runner.model), 'data_preprocessor', None)
        if isinstance(preprocessor, SegDataPreProcessor):
            check_batch_shapes(name, dataloader)
