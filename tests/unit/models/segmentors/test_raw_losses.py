"""What heads return, sorted into losses and logs, and what becomes of it over ranks."""

import torch

from mmmtl.models.segmentors.raw_losses import RawLosses

PARTS = {'decode.loss_ce': torch.tensor([1., 3.]), 'aux.loss_ce': [torch.tensor(2.)] * 2,
         'decode.acc_seg': torch.tensor(50.)}


def raw(share=1.0):
    losses = RawLosses(dict(a=share, b=0.0))
    losses.add('a', PARTS)
    losses.add_zero('b', torch.tensor(0.))
    return losses


def test_parts_and_accuracies():
    found = raw()
    assert found.values == dict(a=6, b=0)
    assert found.logs == {
        'raw/a': 6, 'raw/a.decode.ce': 2, 'raw/a.aux.ce': 4, 'decode.acc_seg': 50}
    assert not any('loss' in key for key in found.logs)  # mmengine would add it up


def test_nothing_is_logged_without_labels():
    found = RawLosses(dict(a=0.5))
    found.add('a', PARTS, labelled=False)
    assert found.values == dict(a=6) and not found.logs


def test_the_mean_over_all_ranks_is_that_over_those_with_labels():
    """Of two ranks one has labels: its doubled loss, averaged with a zero, is its loss."""
    found = raw(share=0.5)
    assert found.present == dict(a=True, b=False)
    assert found.over_ranks() == dict(a=12)
    assert found.weighted(dict(a=torch.tensor(5.))) == dict(a=5, b=0)
