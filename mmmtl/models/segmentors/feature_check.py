"""Do the features that a head asks for exist, and have the channels that it expects?"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from ..decode_heads.base_image_head import BaseImageHead

T = TypeVar('T')
# The oldest torch has none; what it compiles, it may break up here.
_is_compiling = getattr(torch.compiler, 'is_compiling', lambda: False)


def count_features(backbone: nn.Module, neck: nn.Module | None) -> int | None:
    """How many feature maps backbone and neck give, where they say so."""
    if neck is not None:
        return getattr(neck, 'num_outs', None)
    out_indices = getattr(backbone, 'out_indices', None)
    return len(out_indices) if isinstance(out_indices, list | tuple) else None


def count_maps(features: Any) -> int | None:
    """How many maps there are among computed features, the same for all tasks or a dict."""
    first = next(iter(features.values())) if isinstance(features, dict) else features
    return len(first) if isinstance(first, list | tuple) else None


def check_in_index(heads: Mapping[str, nn.Module], auxiliary: Sequence[nn.Module],
                   num_features: int) -> None:
    """Refuse heads that ask for a feature which the backbone or neck does not give.

    Args:
        heads: of each task, that of auxiliary heads first.
        auxiliary: further heads of the first task.
        num_features: how many features there are.

    Raises:
        ValueError: naming head and task.
    """
    for _, label, module in _readers(heads, auxiliary):
        wrong = [i for i in _indices(module) if not -num_features <= i < num_features]
        if wrong:
            raise ValueError(
                f'{label} has in_index={module.in_index}, but backbone and neck give '
                f'{num_features} feature(s), 0 to {num_features - 1}; change its in_index (and '
                'in_channels)')


class IndexCheck:
    """Refuses heads as :func:`check_in_index` does, once, when it is known what there is.

    Args:
        backbone: which may say how many maps it gives; otherwise they are counted.
        neck: after it, if any.
    """

    def __init__(self, backbone: nn.Module, neck: nn.Module | None) -> None:
        self._number = count_features(backbone, neck)
        self._is_done = False

    def __call__(self, heads: Mapping[str, nn.Module], auxiliary: Sequence[nn.Module],
                 features: Any = None) -> None:
        """Check.

        Args:
            heads: see :func:`check_in_index`.
            auxiliary: see :func:`check_in_index`.
            features: computed, if they are already.
        """
        if self._is_done:
            return
        if self._number is None and features is not None:
            self._number = count_maps(features)
        if self._number is not None:
            check_in_index(heads, auxiliary, self._number)
            self._is_done = True


def explain_channels(run: Callable[[], T], heads: Mapping[str, nn.Module], features: Any,
                     auxiliary: Sequence[nn.Module] = ()) -> T:
    """Run heads; where torch stops at a number of channels, say which head reads which feature.

    Nothing is compared before: what a head does with its ``in_channels`` is its own affair.

    Args:
        run: calls the heads.
        heads: those that it calls, by task, that of auxiliary heads first.
        features: the same for all, or a dict with a set per task.
        auxiliary: further heads of the first task.

    Returns:
        What ``run`` returns.

    Raises:
        ValueError: naming head and task, in_index, and the channels wanted and found.
    """
    if _is_compiling():
        return run()
    try:
        return run()
    except RuntimeError as error:
        numbers = {int(number) for number in re.findall(r'\d+', str(error))}
        for task, label, module in _readers(heads, auxiliary):
            # of lazy ones those that were computed
            own = dict.get(features, task) if isinstance(features, dict) else features
            for wanted, found in _channels(module, own):
                if wanted != found and {wanted, found} <= numbers:
                    raise ValueError(
                        f'{label} has in_index={module.in_index} and in_channels='
                        f'{module.in_channels}, but finds {found} channels instead of {wanted} '
                        f'there: backbone and neck give features of {_widths(own)} channels. '
                        'Change in_index or in_channels') from error
        raise


def _readers(heads: Mapping[str, nn.Module],
             auxiliary: Sequence[nn.Module]) -> Iterator[tuple[str, str, nn.Module]]:
    """Modules that take features by number: task, what a message calls them, module."""
    named = [(name, '', head) for name, head in heads.items()]
    named += [(next(iter(heads)), 'auxiliary ', head) for head in auxiliary]
    for task, prefix, head in named:
        for module in head.modules():
            if (isinstance(module, BaseDecodeHead | BaseImageHead)
                    and getattr(module, 'in_index', None) is not None):
                yield task, f'{prefix}{type(module).__name__} of task {task!r}', module


def _indices(module: nn.Module) -> list[int]:
    in_index = module.in_index
    return list(in_index) if isinstance(in_index, list | tuple) else [in_index]


def _widths(features: Any) -> list[int | None]:
    """Channels of each map; ``None`` for what is no map."""
    maps = features if isinstance(features, list | tuple) else [features]
    return [one.shape[1] if isinstance(one, Tensor) and one.ndim > 1 else None for one in maps]


def _channels(module: nn.Module, features: Any) -> list[tuple[int, int]]:
    """Channels that a module wants and finds; nothing where features are laid out otherwise."""
    widths, indices = _widths(features), _indices(module)
    if any(not -len(widths) <= i < len(widths) or widths[i] is None for i in indices):
        return []
    found = [widths[i] for i in indices]
    wanted = module.in_channels
    if isinstance(wanted, list | tuple):
        return list(zip(wanted, found, strict=False))
    return [(wanted, sum(found))]  # one of several are concatenated
