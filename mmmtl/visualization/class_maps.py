"""Which maps of a frame are maps of classes, and the classes in each."""

from collections.abc import Mapping

import numpy as np

from mmmtl.fields import IGNORED, MAP_FIELDS

from .class_table import ClassTable, Meta, meta_of_field, table_of

#: maps without ``gt_`` and ``pred_`` that are none of classes
OTHER_MAPS = (*(field.removeprefix('gt_') for field in MAP_FIELDS), 'panoptic_map')
#: a map of integers that nobody has told of holds ids from here on, not classes
_IDS_FROM = 1000


def find_class_maps(maps: Mapping[str, np.ndarray], meta: Meta,
                    heads: Mapping[str, ClassTable]) -> list[str]:
    """Names of the maps of classes, without ``gt_`` and ``pred_``; semantics first.

    These are ``sem_seg``, what is predicted in one channel of integers or booleans, and truth of
    which ``heads`` or ``field_classes`` of the meta information tell.

    Args:
        maps: by field, (C, H, W).
        meta: of the data set.
        heads: classes of predictions by field.
    """
    told = {*(field.removeprefix('pred_') for field in heads), *(meta.get('field_classes') or {})}
    found = ['sem_seg'] if {'gt_sem_seg', 'pred_sem_seg'} & set(maps) else []
    for field, data in maps.items():
        row, _, name = field.partition('_')
        integers = data.dtype.kind in 'iub' and len(data) == 1
        if name in (*found, *OTHER_MAPS) or not integers:
            continue
        if name in told or (row == 'pred' and data.max(initial=0) < _IDS_FROM):
            found.append(name)
    return found


def class_tables(names: list[str], maps: Mapping[str, np.ndarray], meta: Meta,
                 heads: Mapping[str, ClassTable]) -> dict[str, ClassTable]:
    """Classes in ``gt_<name>`` and ``pred_<name>``, with a colour for each that occurs.

    Truth has those of the data set, a prediction those of its head, and one those of the other
    where its own are not known.

    Args:
        names: of maps of classes.
        maps: by field, (C, H, W).
        meta: of the data set.
        heads: classes of predictions by field, as far as they are known.
    """
    tables = {}
    for name in names:
        own, pred = meta_of_field(meta, name), f'pred_{name}'
        tables[pred] = heads.get(pred) or table_of(own, _count(maps, 'pred', name))
        tables[f'gt_{name}'] = table_of(
            own if own.get('classes') or own.get('palette') else tables[pred].as_meta(),
            _count(maps, 'gt', name))
    return tables


def _count(maps: Mapping[str, np.ndarray], row: str, name: str) -> int:
    """One more than the largest class that occurs."""
    labels = maps.get(f'{row}_{name}', np.empty(0))
    largest = labels.max(initial=-1, where=labels != IGNORED)
    if name == 'sem_seg' and f'{row}_panoptic_map' in maps:
        largest = max(largest, maps[f'{row}_panoptic_map'].max(initial=-1) // 1000)
    return int(largest) + 1
