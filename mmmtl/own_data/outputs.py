"""The number of classes of a published model, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

_HEADS = ('decode_head', 'auxiliary_head')


def published_classes(model: dict) -> int:
    """How many classes the published semantic head has: the last of a cascade.

    Raises:
        ValueError: the model has no ``decode_head`` that says so, at any depth.
    """
    head = model.get('decode_head')
    head = head[-1] if isinstance(head, Sequence) and head else head
    number = next(_numbers(head), None)
    if number is None:
        raise ValueError('model.decode_head of the published config has no num_classes; take a '
                         'config of semantic segmentation')
    return number


def _numbers(node: Any) -> Iterator[int]:
    """``num_classes`` of a head, and of the heads within it (K-Net's), from outside to inside."""
    return (part['num_classes'] for part in _parts(node)
            if isinstance(part.get('num_classes'), int))


def _parts(node: Any) -> Iterator[dict]:
    """A config and all within it, from outside to inside."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list | tuple):
        for value in node:
            yield from _parts(value)


def set_outputs(model: dict, number: int) -> None:
    """Give a published model another number of classes.

    Each ``num_classes`` of ``decode_head`` and ``auxiliary_head``, at any depth, that is the
    published number becomes the new one: in cascades, lists of heads and heads within heads. Others
    stay: the two classes of STDC's boundary head are no classes of the data. Weights of the
    published classes are dropped; of heads that match masks to classes, the last weight is that of
    no object and stays.

    Args:
        model: config, changed in place.
        number: of classes.
    """
    published = published_classes(model)
    for head in _HEADS:
        for part in _parts(model.get(head)):
            if part.get('num_classes') == published:
                part['num_classes'] = number
            if isinstance(part.get('class_weight'), list | tuple):
                part['class_weight'] = _weights(part['class_weight'], published, number)


def _weights(weights: Sequence[float], published: int, number: int) -> Sequence[float] | None:
    if len(weights) == published:
        return None
    return [1.0] * number + [weights[-1]] if len(weights) == published + 1 else weights
