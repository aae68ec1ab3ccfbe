"""Random numbers go on after a resume as if the run had not been stopped.

mmengine brings back the seed and the order of the frames, but neither what transforms have drawn
nor dropout.
"""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from mmengine.dist import all_gather_object, get_rank
from mmengine.runner import IterBasedTrainLoop, Runner


def random_state() -> dict[str, Any]:
    """State of the generators of Python, numpy and torch in this process.

    Returns:
        Tensors and numbers only, as ``torch.load(weights_only=True)`` reads them.
    """
    version, words, gauss = random.getstate()
    _, keys, position, has_gauss, cached = np.random.get_state()
    return dict(
        python=[version, list(words), gauss],
        numpy=[torch.from_numpy(keys.astype(np.int64)), int(position), int(has_gauss),
               float(cached)],
        torch=torch.get_rng_state(),
        cuda=torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [])


def set_random_state(state: dict[str, Any]) -> None:
    """Go on from :func:`random_state`."""
    version, words, gauss = state['python']
    random.setstate((version, tuple(words), gauss))
    keys, position, has_gauss, cached = state['numpy']
    np.random.set_state(
        ('MT19937', keys.cpu().numpy().astype(np.uint32), position, has_gauss, cached))
    set_torch_state(state)


def set_torch_state(state: dict[str, Any]) -> None:
    """The part that the network draws from (dropout)."""
    torch.set_rng_state(state['torch'].cpu())
    if state['cuda'] and torch.cuda.device_count() == len(state['cuda']):
        torch.cuda.set_rng_state_all([part.cpu() for part in state['cuda']])


class RandomState:
    """The random state of all ranks in checkpoints, and back; for a checkpoint hook.

    Exact where transforms run in the training process (``num_workers=0``). Worker processes are
    seeded anew by mmengine, so that after a resume they draw other crops and colours.
    """

    def __init__(self) -> None:
        self._of_ranks: list[dict] | None = None
        self._resumed: dict[str, Any] | None = None
        self._before_val: dict[str, Any] | None = None

    def gather(self) -> None:
        """Before a checkpoint is written, on all ranks.

        A validation may come before the resumed state is set, and write a best checkpoint: what
        training goes on with is the resumed state then, too.
        """
        self._of_ranks = all_gather_object(self._resumed or self._before_val or random_state())

    def save(self, checkpoint: dict) -> None:
        """Put what was gathered into the checkpoint, on the first rank."""
        if self._of_ranks is not None:
            checkpoint['random_state'], self._of_ranks = self._of_ranks, None

    def load(self, runner: Runner, checkpoint: dict) -> None:
        """Remember this rank's state of a checkpoint that is resumed from."""
        states = checkpoint.get('random_state', [])
        if runner._resume and get_rank() < len(states):
            self._resumed = states[get_rank()]

    def before_train(self, runner: Runner) -> None:
        """In runs by iterations, wait for the first batch that is not skipped."""
        loop = runner.train_loop
        if self._resumed is not None and isinstance(loop, IterBasedTrainLoop):
            loop.dataloader_iterator = _RestoreAt(
                loop.dataloader_iterator, loop.iter, self._resumed)
            self._resumed = None

    def before_epoch(self) -> None:
        """In runs by epochs, go on at the first one."""
        if self._resumed is not None:
            set_random_state(self._resumed)
            self._resumed = None

    def before_val(self) -> None:
        """Validation draws nothing from what training goes on with: it does not run again."""
        self._before_val = random_state()

    def after_val(self) -> None:
        """See :meth:`before_val`."""
        if self._before_val is not None:
            set_random_state(self._before_val)
            self._before_val = None


class _RestoreAt:
    """A data loader's iterator that brings a random state back before one of its batches.

    Args:
        batches: mmengine's iterator.
        position: number of the batch, from 0.
        state: of :func:`random_state`.
    """

    def __init__(self, batches: Any, position: int, state: dict[str, Any]) -> None:
        self._batches, self._position, self._state = batches, position, state
        self._count = 0

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        if self._count != self._position:
            self._count += 1
            return next(self._batches)
        self._count += 1
        set_random_state(self._state)
        batch = next(self._batches)
        set_torch_state(self._state)  # a new data loader's iterator has drawn a seed
        return batch

    def skip_iter(self, number: int) -> None:
        """Of the maintained continuation of mmengine: skip batches without loading them."""
        self._count += number
        self._batches.skip_iter(number)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batches, name)
