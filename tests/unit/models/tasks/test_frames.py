"""Frames with labels, and never one alone."""

import torch

from mmmtl.models.tasks.frames import labelled_frames


def pick(labels):
    features = torch.arange(len(labels)).float()
    chosen, samples = labelled_frames(bool, [features], list(labels))
    return chosen[0].tolist(), samples


def test_all_some_one():
    assert pick([1, 2]) == ([0, 1], [1, 2])
    assert pick([1, 0, 3]) == ([0, 2], [1, 3])
    assert pick([0, 5, 0]) == ([1, 1], [5, 5])  # batch normalisation wants two
    assert pick([7]) == ([0], [7])
