"""Numbers of configs in modules that are brought to another type."""

import copy

import pytest
import torch
from torch import nn

from mmmtl.utils.precision import ExactNumbers, at_least_single


class Holder(ExactNumbers):
    def __init__(self):
        super().__init__()
        self.register_numbers('tenth', 0.1)
        self.register_numbers('several', [0.1, 0.3], persistent=False)
        self.register_numbers('nothing', None)
        self.inner = nn.Module()
        self.inner.learned = nn.Parameter(torch.tensor(0.7))
        self.note_exact('inner.learned', 0.7)


def numbers(holder):
    return [holder.tenth.item(), *holder.several.tolist(), holder.inner.learned.item()]


@pytest.mark.parametrize('change', [
    lambda m: m.double(), lambda m: m.half().double(), lambda m: copy.deepcopy(m).double(),
    lambda m: nn.Sequential(m).to(torch.float64)[0], lambda m: m.double().float().double()])
def test_double_is_exact(change):
    holder = change(Holder())
    assert numbers(holder) == [0.1, 0.1, 0.3, 0.7]
    assert holder.nothing is None and isinstance(holder.inner.learned, nn.Parameter)
    assert Holder().tenth.dtype == torch.float32
    assert list(holder.state_dict()) == ['tenth', 'inner.learned']


def test_what_was_loaded_or_trained_stays():
    holder = Holder()
    with torch.no_grad():
        holder.tenth.fill_(0.25)
        holder.inner.learned.add_(0.5)
    trained = holder.inner.learned.item()
    assert numbers(holder.double()) == [0.25, 0.1, 0.3, trained]


def test_without_memory():
    with torch.device('meta'):
        holder = Holder()
    assert holder.double().tenth.is_meta
    filled = Holder().state_dict()
    holder.float().to_empty(device='cpu').load_state_dict(filled)
    assert holder.double().tenth == 0.1


@pytest.mark.parametrize(('given', 'expected'), [
    (torch.float16, torch.float32), (torch.bfloat16, torch.float32), (torch.int64, torch.float32),
    (torch.float32, torch.float32), (torch.float64, torch.float64)])
def test_at_least_single(given, expected):
    assert at_least_single(torch.ones(2, dtype=given)).dtype == expected
