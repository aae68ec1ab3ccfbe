"""Classes of a data set that has no names for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmmtl.fields import LARGEST_CLASS
from mmmtl.utils.colours import distinct_colours


def numbered_classes(meta: Mapping[str, Any] | None, number: int) -> dict[str, Any]:
    """Meta information with classes called ``'0'``, ``'1'``, … if it has none.

    Args:
        meta: of a data set, or ``None``.
        number: of classes, as many as a head has outputs.

    Returns:
        A copy; with ``classes`` and a ``palette`` that is the same in each run.
    """
    meta = dict(meta or {})
    if not meta.get('classes'):
        meta['classes'] = tuple(str(k) for k in range(number))
        meta['palette'] = distinct_colours(number).tolist()
    return meta


def check_largest_class(sample: Mapping[str, Any], number: int, ignore_index: int,
                        whose: str) -> None:
    """Refuse a frame with a label beyond the classes, if its packing noted the largest one.

    Args:
        sample: meta information of a data sample.
        number: of classes.
        ignore_index: label of pixels without one.
        whose: whose classes these are, for the message.

    Raises:
        ValueError: with file and value.
    """
    largest = sample.get(LARGEST_CLASS)
    if largest is None or largest < number or largest == ignore_index:
        return
    path = sample.get('seg_map_path') or sample.get('img_path') or 'a label file'
    raise ValueError(
        f'{path} (seg_map_path): label value {largest}, but {whose} has {number} classes, 0 to '
        f'{number - 1} ({ignore_index} = ignored). Set num_classes of the heads, or the labels of '
        'the data set (metainfo=dict(classes=...), reduce_zero_label)')
