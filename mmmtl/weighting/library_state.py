"""What a library keeps in Python attributes, in the checkpoint all the same."""

import inspect
from typing import Any

import torch
from torch import Tensor, nn

_MODULE_ATTRIBUTES = set(vars(nn.Module()))
_OPTIMIZER = 'optimizer'


class LibraryState(nn.Module):
    """Saves and restores the attributes of a module that are neither parameters nor arguments.

    Numbers, tensors, lists and dicts of them, and optimizers of the module's own parameters. A
    state that is loaded is put in place by :meth:`restore`, when the device is known.

    Args:
        module: whose state it is; it is not made a child.
    """

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self._of = (module,)  # a tuple hides it from nn.Module
        self._loaded: dict[str, Any] | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes, by name."""
        module, = self._of
        arguments = set(inspect.signature(type(module)).parameters)
        return {name: value for name, value in vars(module).items()
                if name not in arguments and name not in _MODULE_ATTRIBUTES}

    def assign(self, attributes: dict[str, Any]) -> None:
        """Set attributes; ``assign(attributes)`` undoes what was done since they were read."""
        for name, value in attributes.items():
            setattr(self._of[0], name, value)

    def restore(self, device: torch.device) -> None:
        """Put in place what was loaded, once."""
        if self._loaded is not None:
            self.assign({name: _decode(value, self._of[0], device)
                         for name, value in self._loaded.items()})
            self._loaded = None

    def get_extra_state(self) -> dict[str, Any]:
        """For ``state_dict``; plain types only, as ``torch.load(weights_only=True)`` wants."""
        if self._loaded is not None:
            return self._loaded
        return {name: _encode(value, self._of[0]) for name, value in self.attributes.items()}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """For ``load_state_dict``."""
        self._loaded = dict(state)


def _encode(value: Any, module: nn.Module) -> Any:
    if isinstance(value, torch.optim.Optimizer):
        names = {id(p): name for name, p in module.named_parameters()}
        owned = [names[id(p)] for group in value.param_groups for p in group['params']]
        return {_OPTIMIZER: type(value).__name__, 'parameters': owned,
                'state': _encode(value.state_dict(), module)}
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: _encode(part, module) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_encode(part, module) for part in value)
    return value


def _decode(value: Any, module: nn.Module, device: torch.device) -> Any:
    if isinstance(value, dict) and _OPTIMIZER in value:
        parameters = dict(module.named_parameters())
        optimizer = getattr(torch.optim, value[_OPTIMIZER])(
            [parameters[name] for name in value['parameters']])
        optimizer.load_state_dict(value['state'])
        return optimizer
    if isinstance(value, Tensor):
        return value.clone().to(device)
    if isinstance(value, dict):
        return {key: _decode(part, module, device) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_decode(part, module, device) for part in value)
    return value
