"""Numbers in at least single precision, and in double where a model is brought to double."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


def at_least_single(tensor: Tensor) -> Tensor:
    """Half precision and whole numbers as float32; float32 and float64 as they are."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


class ExactNumbers(nn.Module):
    """A module that keeps what a config says exactly, for ``module.double()``.

    A float32 0.1 that is brought to float64 is 0.10000000149. So numbers of the config are noted
    beside the buffer or parameter that they fill, which gets them anew when its type changes,
    unless it has been trained or loaded meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._exact: dict[str, Tensor] = {}

    def register_numbers(self, name: str, values: float | Sequence[float] | None,
                         persistent: bool = True) -> None:
        """Make a buffer of numbers, in torch's default type; ``None`` is a buffer of none."""
        if values is None:
            self.register_buffer(name, None, persistent=persistent)
            return
        buffer = torch.as_tensor(values, dtype=torch.get_default_dtype())
        self.register_buffer(name, buffer, persistent=persistent)
        self.note_exact(name, values)

    def note_exact(self, path: str, values: float | Sequence[Any] | Tensor) -> None:
        """Note the numbers that fill a buffer or parameter.

        Args:
            path: its name, dotted for one of a child.
            values: of its shape.
        """
        self._exact[path] = torch.as_tensor(values, dtype=torch.float64, device='cpu').clone()

    def _apply(self, fn: Callable[[Tensor], Tensor], *args: Any, **kwargs: Any) -> 'ExactNumbers':
        before = {}
        for path, exact in self._exact.items():
            found = self._at(path)
            if not found.is_meta and torch.equal(found.detach(), exact.to(found)):
                before[path] = found.dtype
        super()._apply(fn, *args, **kwargs)
        for path, dtype in before.items():
            found = self._at(path)
            if found.dtype != dtype:
                found.detach().copy_(self._exact[path])
        return self

    def _at(self, path: str) -> Tensor:
        module, _, name = path.rpartition('.')
        return getattr(self.get_submodule(module), name)
