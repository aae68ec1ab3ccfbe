"""State of aggregators, as checkpoints hold it."""

import numpy as np
import torch
from torch import nn

from mmmtl.torchjd.state import changes, restore, snapshot

CPU = torch.device('cpu')


class Counter(nn.Module):

    def __init__(self):
        super().__init__()
        self.register_buffer('average', None)
        self.step, self.rate, self.array = 0, 0.5, np.zeros(2)
        self._key = None

    def move(self):
        self.average = torch.ones(2) if self.average is None else self.average + 1
        self.step += 1
        self.array = self.array + 1
        self._key = (2, torch.float32, CPU)


def test_only_what_moved_is_kept_and_comes_back():
    module = Counter()
    built = snapshot(module)
    assert changes(module, built) == {}
    module.move()
    state = changes(module, built)
    assert set(state['']) == {'average', 'step', 'array', '_key'}
    other = Counter()
    other.rate = 0.9  # an option that a new config changed
    restore(other, state, CPU)
    assert other.rate == 0.9 and other.step == 1 and other._key == (2, torch.float32, CPU)
    assert other.average.tolist() == [1, 1] and other.array.tolist() == [1, 1]
    module.move()
    assert other.average.tolist() == [1, 1]  # no memory in common
