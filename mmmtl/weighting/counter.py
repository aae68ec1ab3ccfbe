"""A number that is in the checkpoint, and is read without waiting for the device."""

from typing import Any

import torch
from torch import nn


class Counter(nn.Module):
    """An integer kept as a buffer and, beside it, as Python's.

    Args:
        value: the first value.
    """

    def __init__(self, value: int = 0) -> None:
        super().__init__()
        self.register_buffer('count', torch.tensor(value))
        self._value: int | None = value

    @property
    def value(self) -> int:
        """The number."""
        if self._value is None:
            self._value = int(self.count)
        return self._value

    def set(self, value: int) -> None:
        """Let this be the number."""
        self.count.fill_(value)
        self._value = value

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        super()._load_from_state_dict(*args, **kwargs)
        self._value = None
