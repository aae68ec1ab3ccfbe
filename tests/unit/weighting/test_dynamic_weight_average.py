"""A table computed by hand, and what has no labels."""

import math

import pytest
import torch

from mmmtl.weighting import DynamicWeightAverage, dynamic_weights

TASKS = ('semantic', 'depth')


def step(weighting, semantic=None, depth=None):
    losses = dict(semantic=semantic, depth=depth)
    weighting({t: torch.tensor(v) for t, v in losses.items() if v is not None})
    return [w.item() for w in weighting.state()['weight'].values()]


def softmax_of(*rates, temperature=2.0):
    parts = [math.exp(rate / temperature) for rate in rates]
    return pytest.approx([len(parts) * part / sum(parts) for part in parts], rel=1e-6)


def test_the_weights_of_five_epochs():
    """Epoch means 4, 2, 1, 1, 3 and 8, 8, 2, 6, 6; two batches an epoch, 1 off to each side."""
    weighting = DynamicWeightAverage(TASKS)
    table = [(4., 8.), (2., 8.), (1., 2.), (1., 6.), (3., 6.)]
    # w = L(t-1) / L(t-2): none, none, (2/4, 8/8), (1/2, 2/8), (1/1, 6/2)
    rates = [None, None, (0.5, 1.0), (0.5, 0.25), (1.0, 3.0)]
    for (semantic, depth), rate in zip(table, rates, strict=True):
        expected = [1.0, 1.0] if rate is None else softmax_of(*rate)
        for offset in (-1.0, 1.0):
            assert step(weighting, semantic + offset, depth + offset) == expected
        weighting.after_epoch()
    assert step(weighting, 1., 1.) == softmax_of(3.0, 1.0)


def test_by_hand_to_four_digits():
    """w = (0.5, 1), T = 2: 2 · 1 / (1 + e^{1/4}) = 0.8756."""
    assert dynamic_weights(torch.tensor([0.5, 1.0]), 2.0).tolist() == pytest.approx(
        [0.8756, 1.1244], abs=1e-4)


def test_an_interval_is_an_epoch_of_so_many_steps():
    by_epoch, by_interval = DynamicWeightAverage(TASKS), DynamicWeightAverage(TASKS, interval=3)
    for i in range(14):
        values = (1.0 / (i + 1), 2.0 + math.sin(i))
        assert step(by_epoch, *values) == step(by_interval, *values)
        if i % 3 == 2:
            by_epoch.after_epoch()
            by_interval.after_epoch()  # a by-stander: the interval rules


def test_the_hook_may_say_how_long_an_epoch_is():
    told, interval = DynamicWeightAverage(TASKS), DynamicWeightAverage(TASKS, interval=2)
    told.attach(2)
    interval.attach(5)
    for i in range(9):
        assert step(told, 1.0 / (i + 1), 1.0) == step(interval, 1.0 / (i + 1), 1.0)
    assert step(told, 1.0, 1.0) != [1.0, 1.0]


def test_steps_without_labels_do_not_count():
    weighting = DynamicWeightAverage(TASKS, temperature=1.0)
    for semantic, depth in ((4., 8.), (4., None), (4., float('nan')), (4., 4.)):
        step(weighting, semantic, depth)
    weighting.after_epoch()
    step(weighting, 2., 3.)
    weighting.after_epoch()
    assert step(weighting, 1., 1.) == softmax_of(0.5, 0.5, temperature=1.0)  # depth: 3 / 6


def test_a_period_without_labels_keeps_the_history_of_the_task():
    weighting = DynamicWeightAverage(TASKS)
    for semantic, depth in ((4., 8.), (2., 6.), (1., None), (0.9, 3.)):
        step(weighting, semantic, depth)
        weighting.after_epoch()
        if depth is None:
            assert step(weighting) == softmax_of(0.5, 0.75)
    assert step(weighting, 1., 1.) == softmax_of(0.9, 0.5)  # depth: 3 after 6


def test_a_task_that_comes_late_is_neutral_until_it_has_two_periods():
    weighting = DynamicWeightAverage(TASKS)
    for semantic, depth, expected in ((4., None, 1.0), (2., None, 1.0), (1., 5., 1.0),
                                      (1., 4., 1.0), (1., 1., 0.8)):
        rate = step(weighting, semantic, depth)
        if weighting.finished >= 2:
            history = weighting.averages[:, 0]
            assert rate == softmax_of((history[1] / history[0]).item(), expected)
        weighting.after_epoch()


def test_a_loss_of_zero_does_not_divide():
    weighting = DynamicWeightAverage(TASKS, interval=1)
    for _ in range(4):
        weights = step(weighting, 0., 1.)
    assert weights == [1.0, 1.0]


def test_an_epoch_without_steps_is_none():
    weighting = DynamicWeightAverage(TASKS)
    weighting.after_epoch()
    assert weighting.finished == 0


@pytest.mark.parametrize('options, message', [
    (dict(temperature=0.0), 'temperature must be a positive number, got 0.0'),
    (dict(temperature='a'), "temperature must be a positive number, got 'a'"),
    (dict(interval=-2), 'interval must be a positive number of iterations, .* got -2'),
    (dict(interval=2.5), 'got 2.5'),
    (dict(tasks=[]), 'tasks is empty'),
])
def test_refuses_with_name_and_remedy(options, message):
    with pytest.raises(ValueError, match=message):
        DynamicWeightAverage(**dict(tasks=TASKS) | options)


def test_an_infinite_rate_takes_all_the_weight():
    infinity = float('inf')
    assert dynamic_weights(torch.tensor([infinity, 1.0]), 2.0).tolist() == [2, 0]
    assert dynamic_weights(torch.tensor([infinity, infinity]), 0.5).tolist() == [1, 1]
    assert dynamic_weights(torch.tensor([-infinity, 1.0]), 0.5).tolist() == [0, 2]
