"""Features that may be the same for all tasks, or a dict with a set per task."""

from typing import Any

from torch import Tensor, nn

from ..tasks import Task
from .lazy_features import LazyFeatures


def of_task(features: Any, name: str) -> Any:
    """Features of one task."""
    return features[name] if isinstance(features, dict) else features


def through_neck(neck: nn.Module, features: Any) -> Any:
    """What a neck makes of a backbone's features; a plain one of those of each task."""
    if not isinstance(features, dict) or getattr(neck, 'features_per_task', False):
        return neck(features)
    if isinstance(features, LazyFeatures):
        return features.map(neck, neck.parameters())
    return {task: neck(own) for task, own in features.items()}


def zero_of(task: Task, features: Any, elsewhere: bool) -> Tensor:
    """Zero with a gradient of zero for every parameter of a task without labels.

    Args:
        task: the task.
        features: of this rank's batch.
        elsewhere: whether another rank has labels; then nothing is left out, since layers of
            the task may wait for all ranks (synchronised batch normalisation).
    """
    if isinstance(features, LazyFeatures) and not elsewhere:
        return features.zero(task.name, task.parameters())
    return task.zero(of_task(features, task.name))
