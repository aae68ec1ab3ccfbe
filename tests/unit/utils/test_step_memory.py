"""Peak memory of a step, against sizes that are known."""

import torch
from torch import nn

from mmmtl.utils.step_memory import StepMemory

MB = 2**20


def peak_of(step, model, *optimizers):
    memory = StepMemory(model, *optimizers)
    memory.start()
    step()
    return memory.stop()


def test_what_is_there_and_what_comes():
    """A model of 4 MB; two tensors of 2 MB at a time, three in all."""
    model = nn.Linear(1024, 1024, bias=False)

    def step():
        first = torch.empty(MB // 2)
        second = torch.empty(MB // 2)
        del first
        third = torch.empty(MB // 2)
        del second, third

    with_nothing = peak_of(lambda: None, model)
    assert with_nothing >= 4 * MB  # other tests' tensors may be alive
    assert abs(peak_of(step, model) - with_nothing - 4 * MB) < MB / 4


def test_gradients_and_optimizer_state_count():
    model = nn.Linear(1024, 1024, bias=False)
    optimizer = torch.optim.Adam(model.parameters(), foreach=False)

    def step():
        optimizer.zero_grad()
        model(torch.ones(1, 1024)).sum().backward()
        optimizer.step()

    before = peak_of(lambda: None, model, optimizer)
    step()
    after = peak_of(lambda: None, model, optimizer)
    assert abs(after - before - 12 * MB) < MB / 4  # gradient and two moments
    assert peak_of(step, model, optimizer) >= after
