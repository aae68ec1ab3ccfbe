"""Which view a head has: the one place that knows the kinds of heads."""

from collections.abc import Mapping, Sequence

from torch import nn

from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.base_task_head import BaseTaskHead
from .base import Task
from .dense import DenseTask
from .host import HostTask
from .image import ImageTask


def view(name: str, head: nn.Module, auxiliary: Sequence[nn.Module] = ()) -> Task:
    """The task of a head.

    Args:
        name: of the task.
        head: of this package, or any decode head of mmseg.
        auxiliary: further heads that are trained for it.
    """
    kind = (DenseTask if isinstance(head, BaseTaskHead) else
            ImageTask if isinstance(head, BaseImageHead) else HostTask)
    return kind(name, head, [view(name, one) for one in auxiliary])


def tasks_of(heads: Mapping[str, nn.Module],
             auxiliary: Sequence[nn.Module] = ()) -> dict[str, Task]:
    """The task of each head.

    Args:
        heads: by name, that of auxiliary heads first.
        auxiliary: further heads of the first task.
    """
    first = next(iter(heads), None)
    return {name: view(name, head, auxiliary if name == first else ())
            for name, head in heads.items()}
