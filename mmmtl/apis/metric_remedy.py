"""What to do about a metric that scores what no head predicts."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mmmtl.utils.did_you_mean import did_you_mean

_KINDS = {'pred_depth_map': 'metric', 'pred_inverse_depth_map': 'inverse'}


def remedy_for(cfg: Mapping[str, Any], field: str, predicted: Collection[str], key: str,
               build: Callable[[dict], Any]) -> str:
    """The change that makes a metric score what is predicted, if an option does; else to drop it.

    Args:
        cfg: of the metric.
        field: that it scores, which no head predicts.
        predicted: fields that the heads predict.
        key: of the evaluator.
        build: builds a metric from its config.

    Returns:
        An instruction, for the end of a message.
    """
    if 'kind' in cfg:
        for other, kind in _KINDS.items():
            if other in predicted and kind != cfg['kind'] and build(
                    {**cfg, 'kind': kind}).pred_field == other:
                return f'Write kind={kind!r} in it, which scores {other}'
    if 'field' in cfg:
        fields = [name.removeprefix('pred_') for name in predicted]
        close = did_you_mean(cfg['field'], fields)
        return (f'Its field must be that of an image-level head; {close}Take the metric out of '
                f'{key}, or add a head')
    return (f'Take the metric out of {key}, or add a head (instances and panoptic maps: '
            'instance_clustering)')
