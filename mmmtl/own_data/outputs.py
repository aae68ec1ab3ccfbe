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
    if isinstance(node, dict):
        if isinstance(node.get('num_classes'), int):
            yield node['num_classes']
        for value in node.values():
            yield from _numbers(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _numbers(value)


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
        _change(model.get(head), published, number)


def _change(node: Any, published: int, number: int) -> None:
    if isinstance(node, dict):
        if node.get('num_classes') == published:
            node['num_classes'] = number
        weights = node.get('class_weight')
        if isinstance(weights, Sequence) and not isinstance(weights, str):
            if len(weights) == published:
                node['class_weight'] = None
            elif len(weights) == published + 1:
                node['class_weight'] = [1.0] * number + [weights[-1]]
        for value in node.values():
            _change(value, published, number)
    elif isinstance(node, list | tuple):
        for value in node:
            _change(value, published, number)
