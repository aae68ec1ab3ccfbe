"""What a model hands to the optimizer wrapper beside the total loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

_ATTRIBUTE = 'task_losses'
_NOT_SHARED = ("level='features' balances the gradients at the shared features, but backbone or "
               'neck gives a set of features per task (MTAN, cross-stitch, …); use '
               "level='parameters'")


@dataclass
class TaskLosses:
    """Losses of one forward pass, in the graph.

    Attributes:
        terms: weighted loss of each task, scalars whose sum is the total; every task has one on
            every rank (a task without labels a zero connected to its prediction).
        present: tasks with labels in the batch of any rank, the same on all ranks.
        features: the shared representation, where its gradients are asked for.
    """

    terms: dict[str, Tensor]
    present: tuple[str, ...]
    features: tuple[Tensor, ...] | None = None


@torch.compiler.disable  # attributes of traced tensors are lost
def hand_over(total: Tensor, terms: Mapping[str, Tensor], present: Sequence[str] | None = None,
              features: Sequence[Tensor] | None = None) -> Tensor:
    """Attach the tasks' losses to the total; a model does so in ``parse_losses``.

    An ordinary optimizer wrapper looks at the total only.

    Args:
        total: the sum of the terms.
        terms: see :class:`TaskLosses`.
        present: by default all tasks.
        features: shared representation, for ``level='features'``.
    """
    setattr(total, _ATTRIBUTE, TaskLosses(
        dict(terms), tuple(terms if present is None else present),
        None if features is None else tuple(features)))
    return total


def handed_over(total: Tensor) -> TaskLosses:
    """Take what :func:`hand_over` attached.

    Raises:
        ValueError: if the model hands over nothing.
    """
    losses: Any = getattr(total, _ATTRIBUTE, None)
    if losses is None:
        raise ValueError(
            'a gradient balancer needs the loss of each task, but the model gave only their sum. '
            'It works with mmmtl.MultiTaskSegmentor; a model of your own calls '
            'mmmtl.balancing.hand_over(total, {task: loss}) at the end of parse_losses')
    delattr(total, _ATTRIBUTE)
    return losses


def check_features(model: nn.Module) -> None:
    """Refuse ``level='features'`` where it can be known that tasks share no features.

    Raises:
        ValueError: for a backbone or neck with ``features_per_task``.
    """
    parts = (getattr(model, 'backbone', None), getattr(model, 'neck', None))
    if any(getattr(part, 'features_per_task', False) for part in parts):
        raise ValueError(_NOT_SHARED)


def tap(features: Any) -> tuple[Any, tuple[Tensor, ...]]:
    """Views of shared features, whose gradients are those of what follows alone.

    The gradient of a feature itself would include what flows through features made from it.

    Args:
        features: a tensor, or a list or tuple of tensors.

    Returns:
        The same structure of views for the heads, and those of them that can have gradients.

    Raises:
        ValueError: if there is a set of features per task.
    """
    if isinstance(features, dict):
        raise ValueError(_NOT_SHARED)
    if isinstance(features, Tensor):
        view = features.view_as(features)
        return view, (view, ) if view.requires_grad else ()
    tapped = [tap(feature) for feature in features]
    return (type(features)(view for view, _ in tapped),
            tuple(view for _, views in tapped for view in views))
