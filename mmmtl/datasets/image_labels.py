"""Answers for whole images, as data sets and transforms give them: which are labels at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

_REMEDY = ('A label is a number or a list of numbers; None, or NaN, is no label. Names of classes '
           'must be made numbers from 0')


def image_label_tensors(labels: Any, image: str) -> dict[str, Tensor]:
    """The labels of an image as tensors, those that are none left out.

    Args:
        labels: ``image_labels`` of the pipeline's results, ``{field: number or numbers}``, or
            ``None``. Whole numbers and truth values may be of any type, also numpy's or torch's.
        image: its path, for messages.

    Returns:
        (k,) tensors by field, int64 for whole numbers. NaN is kept: whoever reads the label takes
        it for none. ``None`` is left out.

    Raises:
        ValueError: something else than numbers, infinity, or an empty list, with image, field and
            value.
    """
    if labels is not None and not isinstance(labels, Mapping):
        raise ValueError(f'{image}: image_labels must be a dict of labels by field, such as '
                         f'dict(age=33.0), got {labels!r}')
    return {field: _tensor(value, f'{image}: image_labels[{field!r}]')
            for field, value in (labels or {}).items() if value is not None}


def _tensor(value: Any, where: str) -> Tensor:
    if isinstance(value, Tensor):
        value = value.detach().cpu().numpy() if value.dtype != torch.bfloat16 else value.tolist()
    try:
        array = np.asarray(value).reshape(-1)
    except ValueError:  # lists of several lengths
        array = np.asarray(['ragged'])
    if array.dtype.kind in 'biu' and array.size:
        return torch.from_numpy(array.astype(np.int64))
    if array.dtype.kind != 'f' or not array.size:
        raise ValueError(f'{where} is {value!r}. {_REMEDY}')
    if np.isinf(array).any():
        raise ValueError(f'{where} is {value!r}, which is infinite. {_REMEDY}')
    return torch.from_numpy(array.astype(np.float32))


def is_known(label: Tensor) -> bool:
    """Whether a label is one: a NaN in it makes it none."""
    return bool(label.isfinite().all())


def check_class(values: tuple[float, ...], num_classes: int | None, where: str) -> None:
    """Refuse a label that is none of the classes 0 to ``num_classes - 1``.

    Args:
        values: of the label.
        num_classes: ``None`` if it is not known.
        where: image and field, for the message.

    Raises:
        ValueError: with image, field and value.
    """
    value = values[0] if len(values) == 1 else list(values)
    top = None if num_classes is None else num_classes - 1
    if len(values) != 1 or value != int(value) or value < 0 or (top is not None and value > top):
        classes = 'from 0' if top is None else f'from 0 to {top}'
        raise ValueError(f'{where} is {value}, but a class is one whole number {classes} '
                         '(num_classes of the head). An image without an answer has no label: '
                         'None, or leave it out of image_labels')


def check_numbers(values: tuple[float, ...], number: int, where: str) -> None:
    """Refuse a label of another number of values than the head predicts.

    Raises:
        ValueError: with image, field and values.
    """
    if len(values) != number:
        raise ValueError(f'{where} is {list(values)}, but the head predicts {number} number(s) '
                         '(out_channels). Give as many')
