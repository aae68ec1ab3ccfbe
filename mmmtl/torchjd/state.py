"""State of TorchJD's aggregators, which their own ``state_dict`` loses in part.

They keep it in buffers that start as None (``load_state_dict`` refuses those), in Python numbers
and in numpy arrays. So state is whatever differs from the aggregator as it was built.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

_PLAIN = (bool, int, float, str, tuple, torch.dtype, torch.device, type(None))
_OF_ALL_MODULES = set(vars(nn.Module()))


def snapshot(module: nn.Module) -> dict[str, dict[str, Any]]:
    """Copies of all simple attributes and tensors, by module and attribute."""
    return {name: {key: _copy(value) for key, value in _attributes(part).items()}
            for name, part in module.named_modules()}


def changes(module: nn.Module, built: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What differs from the snapshot of the module as it was built; goes into checkpoints."""
    now = snapshot(module)
    changed = {
        name: {key: _pack(value) for key, value in attributes.items()
               if not _equal(value, built.get(name, {}).get(key))}
        for name, attributes in now.items()}
    return {name: attributes for name, attributes in changed.items() if attributes}


def restore(module: nn.Module, state: dict[str, dict[str, Any]], device: torch.device) -> None:
    """Put :func:`changes` back.

    Args:
        module: the module as it was built.
        state: of :func:`changes`, its tensors on any device.
        device: where the Jacobians are now.
    """
    parts = dict(module.named_modules())
    for name, attributes in state.items():
        for key, value in attributes.items():
            setattr(parts[name], key, _unpack(value, device))
        # NashMTL makes its problem at step 0 only.
        if hasattr(parts[name], '_init_optim_problem') and getattr(parts[name], 'step', 0):
            parts[name]._init_optim_problem()


def _attributes(module: nn.Module) -> dict[str, Any]:
    own = {key: value for key, value in vars(module).items()
           if key not in _OF_ALL_MODULES and isinstance(value, (*_PLAIN, Tensor, np.ndarray))}
    return own | dict(module._buffers)


def _copy(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone()
    return value.copy() if isinstance(value, np.ndarray) else value


def _equal(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, Tensor):
        return a.shape == b.shape and a.dtype == b.dtype and torch.equal(a, b.to(a.device))
    return np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b


def _pack(value: Any) -> Any:
    """Only what ``torch.load(weights_only=True)`` reads; tensors remember their kind of device."""
    if isinstance(value, np.ndarray):
        return dict(kind='numpy', value=torch.from_numpy(value.copy()))
    if isinstance(value, Tensor):
        return dict(kind='tensor', value=value, device=value.device.type)
    if isinstance(value, tuple):
        return dict(kind='tuple', value=[_pack(part) for part in value])
    if isinstance(value, torch.device):
        return dict(kind='device', value=value.type)
    return dict(kind='plain', value=value)


def _unpack(packed: dict[str, Any], device: torch.device) -> Any:
    kind, value = packed['kind'], packed['value']
    if kind == 'numpy':
        return value.cpu().numpy().copy()
    if kind == 'tensor':
        return value.to('cpu' if packed['device'] == 'cpu' else device).clone()
    if kind == 'tuple':
        return tuple(_unpack(part, device) for part in value)
    if kind == 'device':
        return torch.device('cpu') if value == 'cpu' else device
    return value
