"""How long an epoch is."""

import math

from mmengine.runner import Runner


def epoch_steps(runner: Runner) -> int:
    """Steps in which the ranks together see as many frames as the training set has.

    Also right for endless samplers, with which no epoch ends.
    """
    loader = runner.train_dataloader
    batches = getattr(loader, 'batch_sampler', None)
    if loader.batch_size is None and batches is not None:  # one that the config chose
        return len(batches)
    frames = len(loader.dataset) / runner.world_size / (loader.batch_size or 1)
    return max(1, math.ceil(frames))
