"""Python attributes of a module, through a file and back."""

import io

import torch
from torch import nn

from mmmtl.weighting.library_state import LibraryState


class Learner(nn.Module):
    """Keeps state as libraries do."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate
        self.weight = nn.Parameter(torch.ones(2))
        self._history = [torch.ones(1), (2, None)]
        self._seen = {}
        self._optimizer = None

    def move(self):
        if self._optimizer is None:
            self._optimizer = torch.optim.Adam([self.weight], lr=self.rate)
        self.weight.grad = self.weight.detach() + 1
        self._optimizer.step()
        self._history = [*self._history, self.weight.detach().clone()]
        self._seen['last'] = len(self._history)


def test_only_what_is_no_argument_counts():
    assert set(LibraryState(Learner(0.1)).attributes) == {'_history', '_seen', '_optimizer'}


def test_through_a_file():
    one, other = Learner(0.1), Learner(0.3)
    one.move()
    file = io.BytesIO()
    torch.save([one.state_dict(), LibraryState(one).state_dict()], file)
    one.move()
    file.seek(0)
    parameters, state = torch.load(file, weights_only=True)
    other.load_state_dict(parameters)
    restored = LibraryState(other)
    restored.load_state_dict(state)
    assert restored.state_dict() is not None and other._optimizer is None  # not yet put in place
    restored.restore(torch.device('cpu'))
    assert other._optimizer.param_groups[0]['lr'] == 0.1  # its own, as it was
    other.move()
    assert torch.equal(one.weight, other.weight)
    assert repr(one._history) == repr(other._history) and one._seen == other._seen


def test_assign_undoes():
    learner = Learner(0.1)
    before = LibraryState(learner).attributes
    learner.move()
    LibraryState(learner).assign(before)
    assert learner._optimizer is None and len(learner._history) == 2
