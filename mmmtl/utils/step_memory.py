"""Peak memory of a training step, on accelerators and on CPUs."""

import gc
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer


class StepMemory:
    """Most bytes in tensors at any moment of a step, parameters and optimizer state included.

    On CUDA: ``torch.cuda.max_memory_allocated``. Elsewhere torch counts nothing, so the step is
    run under torch's profiler, which sees each allocation: bytes of all tensors alive before the
    step plus the peak of what the step adds. Both count what is in use, not what an allocator
    keeps, so that numbers do not depend on what ran before, as a process's resident size does.

    Example:
        >>> memory = StepMemory(model, optimizer)
        >>> memory.start()
        >>> ...  # forward, backward, optimizer.step()
        >>> peak = memory.stop()
    """

    def __init__(self, model: nn.Module, *optimizers: Optimizer) -> None:
        self.model, self.optimizers = model, optimizers
        self.device = next((p.device for p in model.parameters()), torch.device('cpu'))
        self._before = 0
        self._profile: Any = None

    def start(self) -> None:
        """Just before the step."""
        if self.device.type == 'cuda':
            torch.cuda.synchronize(self.device)
            torch.cuda.reset_peak_memory_stats(self.device)
            return
        self._before = self._bytes_alive()
        self._profile = torch.profiler.profile(
            activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True)
        self._profile.__enter__()

    def stop(self) -> int:
        """Just after it: the peak in bytes."""
        if self.device.type == 'cuda':
            torch.cuda.synchronize(self.device)
            return torch.cuda.max_memory_allocated(self.device)
        self._profile.__exit__(None, None, None)
        events = [event for event in self._profile.profiler.kineto_results.events()
                  if event.name() == '[memory]']
        added = peak = 0
        for event in sorted(events, key=lambda event: event.start_ns()):
            added += event.nbytes()
            peak = max(peak, added)
        self._profile = None
        return self._before + peak

    def _bytes_alive(self) -> int:
        tensors = [entry for entry in gc.get_objects() if issubclass(type(entry), torch.Tensor)]
        for parameter in self.model.parameters():  # gradients may be known to C++ only
            tensors += [parameter] if parameter.grad is None else [parameter, parameter.grad]
        tensors += self.model.buffers()
        for optimizer in self.optimizers:
            tensors += [value for state in optimizer.state.values() for value in state.values()
                        if isinstance(value, torch.Tensor)]
        storages = {}
        for tensor in tensors:
            try:
                storage = tensor.untyped_storage()
                storages[storage.data_ptr()] = storage.nbytes()
            except (NotImplementedError, RuntimeError):  # functional, meta, sparse tensors
                continue
        return sum(storages.values())
