"""Clusterer and heads must fit."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from mmmtl.registry import MODELS

from .base import BaseInstanceClustering

_VECTORS, _SEMANTICS = 'pred_instance_vector', 'pred_sem_seg'


def build_instance_clustering(cfg: Mapping[str, Any] | None,
                              heads: Mapping[str, nn.Module]) -> BaseInstanceClustering | None:
    """Build the clusterer of a segmentor, if its config has one.

    Args:
        cfg: config of the clusterer.
        heads: the segmentor's heads, by task.

    Raises:
        ValueError: if the heads do not predict what it needs, or it is no clusterer.
    """
    if cfg is None:
        return None
    fields = {getattr(head, 'pred_field', _SEMANTICS) for head in heads.values()}
    for field, remedy in ((_VECTORS, "task_heads=dict(instance=dict(type="
                           "'mmmtl.InstanceVectorHead'))"),
                          (_SEMANTICS, 'a semantic head, for example as decode_head')):
        if field not in fields:
            raise ValueError(f'instance_clustering needs {field}, which none of the heads '
                             f'{list(heads)} predicts; add {remedy}, or remove '
                             'instance_clustering')
    clustering = MODELS.build(dict(cfg))
    if not isinstance(clustering, BaseInstanceClustering):
        raise ValueError(f'instance_clustering is a {type(clustering).__name__}, which is no '
                         "clusterer; use type='mmmtl.OPTICSClustering' or another subclass of "
                         'BaseInstanceClustering')
    return clustering
