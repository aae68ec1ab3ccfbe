"""What passes from a model to the optimizer wrapper beside the total loss."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

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
        features: where the graph is cut, if gradients of the features are asked for.
    """

    terms: dict[str, Tensor]
    present: tuple[str, ...]
    features: tuple[Tap, ...] | None = None


class Handover:
    """Where a model puts the losses of its tasks, and a balancing optimizer wrapper takes them.

    A model that can be balanced owns one as ``handover``. With an ordinary optimizer wrapper
    nobody opens it, and it does nothing.

    Attributes:
        level: at which level gradients are balanced, while it is open; otherwise ``None``.

    Example:
        >>> self.handover = Handover()             # in __init__
        >>> features = self.handover.cut(features) # in forward: where the heads begin
        >>> self.handover.put({'depth': loss_depth, 'semantic': loss_semantic})
    """

    def __init__(self) -> None:
        self.level: str | None = None
        self._features: tuple[Tap, ...] | None = None
        self._losses: TaskLosses | None = None

    @contextmanager
    def open(self, level: str) -> Iterator[None]:
        """Accept what the forward pass inside puts; what was put before is forgotten.

        Args:
            level: ``'parameters'`` or ``'features'``.
        """
        self.level, self._losses = level, None
        try:
            yield
        except BaseException:
            self._losses = None
            raise
        finally:  # a graph that stays cut would not train the trunk, without a word
            self.level = self._features = None

    def cut(self, features: Any) -> Any:
        """Cut the graph where the heads begin, if the gradients are balanced there.

        Args:
            features: a tensor, or a list or tuple of tensors.

        Returns:
            What the heads are to be given. They must have nothing else of the trunk's graph (its
            parameters they may use).

        Raises:
            ValueError: if there is a set of features per task, and it is to be cut.
        """
        if self.level == 'features':
            features, self._features = tap(features)
        return features

    def put(self, terms: Mapping[str, Tensor], present: Sequence[str] | None = None) -> None:
        """Give the loss of each task, in the graph.

        Args:
            terms: see :class:`TaskLosses`.
            present: by default all tasks.
        """
        if self.level is not None:
            self._put(terms, present)

    @torch.compiler.disable  # a traced tensor would be another one outside of the graph
    def _put(self, terms: Mapping[str, Tensor], present: Sequence[str] | None) -> None:
        self._losses = TaskLosses(
            dict(terms), tuple(terms if present is None else present), self._features)

    def take(self) -> TaskLosses:
        """What the last forward pass put, once.

        Raises:
            ValueError: if it put nothing.
        """
        losses, self._losses = self._losses, None
        if losses is None:
            raise ValueError(
                'a gradient balancer needs the loss of each task, but the model put none into its '
                'handover. The forward pass must run within optim_wrapper.optim_context(model), '
                'as train_step does, and a model of your own calls '
                'self.handover.put({task: loss}) in it')
        return losses


def handover_of(model: nn.Module) -> Handover:
    """The handover of a model.

    Raises:
        ValueError: if it has none.
    """
    handover = getattr(model, 'handover', None)
    if not isinstance(handover, Handover):
        raise ValueError(
            f'a gradient balancer needs the loss of each task, but {type(model).__name__} gives '
            'only their sum. It works with mmmtl.MultiTaskSegmentor; a model of your own has '
            'self.handover = mmmtl.balancing.Handover() and calls '
            'self.handover.put({task: loss}) in its forward pass')
    return handover


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
