"""Clusterer and heads must fit."""

from collections.abc import Mapping
from typing import Any

from mmmtl.registry import MODELS

from ..tasks import Task
from .base import BaseInstanceClustering

_VECTORS, _SEMANTICS = 'pred_instance_vector', 'pred_sem_seg'


def build_instance_clustering(cfg: Mapping[str, Any] | None,
                              tasks: Mapping[str, Task]) -> BaseInstanceClustering | None:
    """Build the clusterer of a segmentor, if its config has one.

    Args:
        cfg: config of the clusterer.
        tasks: the segmentor's, by name.

    Raises:
        ValueError: if the heads do not predict what it needs, or it is no clusterer.
    """
    if cfg is None:
        return None
    fields = {task.pred_field for task in tasks.values()}
    for field, remedy in ((_VECTORS, "task_heads=dict(instance=dict(type="
                           "'mmmtl.InstanceVectorHead'))"),
                          (_SEMANTICS, 'a semantic head, for example as decode_head')):
        if field not in fields:
            raise ValueError(f'instance_clustering needs {field}, which none of the heads '
                             f'{list(tasks)} predicts; add {remedy}, or remove '
                             'instance_clustering')
    clustering = MODELS.build(dict(cfg))
    if not isinstance(clustering, BaseInstanceClustering):
        raise ValueError(f'instance_clustering is a {type(clustering).__name__}, which is no '
                         "clusterer; use type='mmmtl.OPTICSClustering' or another subclass of "
                         'BaseInstanceClustering')
    return clustering
