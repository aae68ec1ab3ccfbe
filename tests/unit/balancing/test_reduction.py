"""Averages over ranks; with several ranks they are tested in ``test_two_ranks``."""

import torch

from mmmtl.balancing import reduction


def test_one_process_changes_nothing():
    tensor = torch.arange(4.).view(2, 2)
    assert reduction.average(tensor) is tensor and tensor.tolist() == [[0, 1], [2, 3]]
    reduction.average_all([tensor])
    flags = torch.tensor([True, False])
    assert reduction.union(flags) is flags
    assert reduction.agree(tensor) is tensor and reduction.total(tensor) is tensor


def test_buckets_hold_every_number_once(monkeypatch):
    """Two ranks that have the same numbers: a sum doubles them, the mean gives them back."""
    messages = []

    def all_reduce(tensor, op):
        messages.append(tensor.numel())
        tensor.mul_(2)

    monkeypatch.setattr(reduction, 'get_world_size', lambda: 2)
    monkeypatch.setattr(reduction, 'all_reduce', all_reduce)
    monkeypatch.setattr(reduction, '_BUCKET', 40)
    tensors = [torch.randn(3), torch.randn(2, 3), torch.randn(4).double(), torch.randn(())]
    before = [tensor.clone() for tensor in tensors]
    reduction.average_all(tensors)
    assert all(torch.equal(a, b) for a, b in zip(tensors, before, strict=True))
    assert sum(messages) == 14 and max(messages) <= 10
    messages.clear()
    matrix = torch.randn(3, 7)
    torch.testing.assert_close(reduction.average(matrix.clone()), matrix)
    assert messages == [10, 10, 1]
