"""When a period ends."""

import pytest
import torch

from mmmtl.weighting import PeriodicWeighting


class Counts(PeriodicWeighting):
    ended = 0

    def weigh(self, losses):
        return dict(losses)

    def state(self):
        return {}

    def end_period(self):
        self.ended += 1


@pytest.mark.parametrize('interval, told, ends', [
    (None, None, 2), (None, 3, 3), (4, None, 2), (4, 3, 2)])
def test_interval_before_steps_of_an_epoch_before_its_end(interval, told, ends):
    """Ten steps, epochs of four and six; a period of steps ends when the next one begins."""
    counts = Counts(interval)
    assert counts.needs_epochs == (interval is None)
    counts.attach(told)
    for step in range(10):
        counts(dict(a=torch.tensor(1.0)))
        if step in (3, 9):
            counts.after_epoch()
    assert counts.ended == ends
    counts.eval()
    steps = counts.steps.value
    counts(dict(a=torch.tensor(1.0)))
    assert counts.steps.value == steps
