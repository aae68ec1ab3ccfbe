"""What a model hands to the optimizer wrapper beside the total loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

_ATTRIBUTE = 'task_losses'
_NOT_SHARED = ("level='features' balances the gradients at the shared features, but backbone or "
               'neck gives a set of features per task (MTAN, cross-stitch, …); use '
               "level='parameters'")


class Tap(NamedTuple):
    """A shared feature, where the graph is cut.

    Attributes:
        source: what the trunk made, in its graph.
        leaf: the same numbers, from which the graph of the heads starts.
    """

    source: Tensor
    leaf: Tensor


@dataclass
class TaskLosses:
    """Losses of one forward pass, in the graph.

    Attributes:
        terms: weighted loss of each task, scalars whose sum is the total; every task has one on
            every rank (a task without labels a zero connected to its prediction).
        present: tasks with labels in the batch of any rank, the same on all ranks.
        features: the shared representation of :func:`tap`, where its gradients are asked for.
    """

    terms: dict[str, Tensor]
    present: tuple[str, ...]
    features: tuple[Tap, ...] | None = None


@torch.compiler.disable  # attributes of traced tensors are lost
def hand_over(total: Tensor, terms: Mapping[str, Tensor], present: Sequence[str] | None = None,
              features: Sequence[Tap] | None = None) -> Tensor:
    """Attach the tasks' losses to the total; a model does so in ``parse_losses``.

    An ordinary optimizer wrapper looks at the total only.

    Args:
        total: the sum of the terms.
        terms: see :class:`TaskLosses`.
        present: by default all tasks.
        features: for ``level='features'``: what :func:`tap` gave beside the heads' inputs.

    Raises:
        ValueError: if the features do not come from there.
    """
    if features is not None and not all(isinstance(feature, Tap) for feature in features):
        raise ValueError(f'hand_over: features are {[type(f).__name__ for f in features]}, but '
                         'must be what tap gave: `z, taps = mmmtl.balancing.tap(z)`, then z for '
                         'the heads, and features=taps')
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


@torch.compiler.disable  # a compiled graph would close over the cut
def tap(features: Any) -> tuple[Any, tuple[Tap, ...]]:
    """Cut the graph at shared features, so that the heads' losses do not reach the trunk.

    A gradient of a loss for parameters that trunk and head both use would otherwise flow through
    the features too; and one of a feature through features made from it.

    Args:
        features: a tensor, or a list or tuple of tensors.

    Returns:
        The same structure for the heads, and the cuts, where there is a gradient. The heads must
        have nothing else of the trunk's graph.

    Raises:
        ValueError: if there is a set of features per task.
    """
    if isinstance(features, dict):
        raise ValueError(_NOT_SHARED)
    if isinstance(features, Tensor):
        if not features.requires_grad:
            return features, ()
        leaf = features.detach().requires_grad_()
        return leaf, (Tap(features, leaf), )
    tapped = [tap(feature) for feature in features]
    return (type(features)(leaf for leaf, _ in tapped),
            tuple(one for _, taps in tapped for one in taps))
