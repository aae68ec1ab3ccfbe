"""Steps of an epoch."""

from types import SimpleNamespace

import pytest

from mmmtl.engine.epoch_steps import epoch_steps


@pytest.mark.parametrize('frames, batch, world, steps', [
    (8, 4, 1, 2), (795, 8, 1, 100), (7, 4, 2, 1), (9, 4, 2, 2), (3, None, 1, 3)])
def test_all_ranks_together_see_all_frames(frames, batch, world, steps):
    loader = SimpleNamespace(dataset=[0] * frames, batch_size=batch)
    assert epoch_steps(SimpleNamespace(train_dataloader=loader, world_size=world)) == steps


def test_a_batch_sampler_of_the_config_counts_itself():
    loader = SimpleNamespace(dataset=[0] * 9, batch_size=None, batch_sampler=[[0]] * 5)
    assert epoch_steps(SimpleNamespace(train_dataloader=loader, world_size=2)) == 5
