"""Checkpoints that appear whole or not at all, whenever the process is killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmengine.fileio import LocalBackend, register_backend
from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from mmmtl.registry import HOOKS

from .random_state import RandomState

_BACKEND = 'mmmtl_atomic'


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """mmengine's hook, safe against a kill at any moment; the same arguments and files.

    mmengine writes over the target (a kill leaves half a file under a checkpoint's name) and,
    with ``max_keep_ckpts`` or ``save_best``, removes the old file before it writes the new one.
    Here a checkpoint is written beside its target and then renamed, and old ones go last.
    The state of the random generators goes with it, so that a resumed run draws what the run that
    was not stopped would have drawn (:class:`~mmmtl.engine.random_state.RandomState`).
    ``tools/train.py`` takes this hook instead of ``CheckpointHook``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        local = '://' not in str(kwargs.get('out_dir') or '')
        if local and not kwargs.get('backend_args') and not kwargs.get('file_client_args'):
            kwargs['backend_args'] = dict(backend=_BACKEND)
        super().__init__(*args, **kwargs)
        self._random = RandomState()

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        self._random.gather()
        with self._removals_last():
            super()._save_checkpoint_with_step(runner, step, meta)

    def before_train(self, runner: Runner) -> None:
        """Refuse a ``save_best`` without the prefix that every metric puts before its scores.

        Raises:
            KeyError: naming the score and the prefixes.
        """
        super().before_train(runner)
        self._random.before_train(runner)
        metrics = runner.val_loop.evaluator.metrics if runner.val_loop else []
        prefixes = [metric.prefix for metric in metrics]
        for key in self.save_best or ():
            if key != 'auto' and '/' not in key and prefixes and all(prefixes):
                raise KeyError(f'save_best={key!r} has no prefix, and the scores are called '
                               f'{[f"{prefix}/..." for prefix in prefixes]}; '
                               f"write for example save_best='{prefixes[0]}/{key}'")

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        missing = [key for key in getattr(self, 'key_indicators', ())
                   if key != 'auto' and key not in metrics]
        if missing:
            raise KeyError(f'save_best names {missing}, but the scores are {list(metrics)}')
        self._random.gather()
        with self._removals_last():
            super()._save_best_checkpoint(runner, metrics)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Add the random state."""
        self._random.save(checkpoint)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Take the random state, if the run is resumed."""
        self._random.load(runner, checkpoint)

    def before_train_epoch(self, runner: Runner) -> None:
        """Go on with the random state."""
        self._random.before_epoch()

    def before_val(self, runner: Runner) -> None:
        """Keep the random state of training."""
        self._random.before_val()

    def after_val(self, runner: Runner) -> None:
        """Go on with it."""
        self._random.after_val()

    @contextmanager
    def _removals_last(self) -> Iterator[None]:
        """Put off what the hook removes until what it saves is there."""
        backend = self.file_backend
        self.file_backend = deferred = _DeferredRemovals(backend)
        try:
            yield
        finally:
            self.file_backend = backend
        current = {self.last_ckpt, getattr(self, 'best_ckpt_path', None),
                   *getattr(self, 'best_ckpt_path_dict', {}).values()}
        for remove, path in deferred.removals:
            if path not in current:  # saved again under the same name
                getattr(backend, remove)(path)


class _DeferredRemovals:
    """A file backend that only notes what to remove, and does all else."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.removals: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)

    def remove(self, path: str) -> None:
        self.removals.append(('remove', path))

    def rmtree(self, path: str) -> None:
        self.removals.append(('rmtree', path))


class AtomicLocalBackend(LocalBackend):
    """mmengine's local files, with ``put`` by way of a file ``NAME.partial`` and a rename."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write ``obj`` to ``filepath``, which has its old content until all is on the disk."""
        filepath = Path(filepath)
        filepath.parent.mkdir(parents=True, exist_ok=True)
        partial = filepath.with_name(filepath.name + '.partial')
        try:
            with open(partial, 'wb') as file:
                file.write(obj)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, filepath)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


register_backend(_BACKEND, AtomicLocalBackend, force=True)
