"""Instances, panoptic maps and answers for whole images as png and json."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.structures import InstanceData, LabelData
from PIL import Image
from scipy.ndimage import find_objects

from mmmtl.clustering.panoptic import segments_info


def write_image_level(stem: Path, sample: Any) -> None:
    """Write ``<stem>_image.json``, if the sample has predictions for the whole image.

    Args:
        stem: path and beginning of the name of the file.
        sample: data sample; of each field ``pred_...`` of ``LabelData`` all values are written.
    """
    found = {name: {key: value.reshape(-1).tolist() for key, value in sample.get(name).items()}
             for name in sample.keys()  # noqa: SIM118 (a data sample is no dict)
             if name.startswith('pred_') and isinstance(sample.get(name), LabelData)}
    if found:
        Path(f'{stem}_image.json').write_text(json.dumps(found), encoding='utf-8')


def write_instances(stem: Path, ids: np.ndarray, instances: InstanceData,
                    classes: Sequence[str] = ()) -> None:
    """Write ``<stem>_instances.png`` and ``<stem>_instances.json``.

    Args:
        stem: path and beginning of the names of the files.
        ids: (H, W), 0 = no instance.
        instances: ``ids``, ``labels`` and ``scores`` (K,).
        classes: names of the classes.

    Raises:
        ValueError: an id has no place in a 16-bit image.
    """
    if ids.max(initial=0) > 65535 or ids.min(initial=0) < 0:
        raise ValueError(f'{stem.name}: pred_instance_map has ids from {ids.min()} to {ids.max()}; '
                         'a 16-bit image has room for 0 to 65535. Ask for larger instances '
                         '(min_samples, min_area of instance_clustering)')
    Image.fromarray(ids.astype(np.uint16)).save(f'{stem}_instances.png')
    areas, boxes = np.bincount(ids.reshape(-1)), find_objects(ids)
    table = []
    for value, label, score in zip(
            *(np.asarray(instances[key].cpu()).tolist() for key in ('ids', 'labels', 'scores')),
            strict=True):
        if value >= len(areas) or not areas[value]:
            continue  # no pixel of it is left
        y, x = boxes[value - 1]
        table.append(dict(
            id=value, **_named(label, classes), score=score, area=int(areas[value]),
            box=[x.start, y.start, x.stop - x.start, y.stop - y.start]))
    _write_json(Path(f'{stem}_instances.json'), table)


def write_panoptic(stem: Path, panoptic: np.ndarray, classes: Sequence[str] = ()) -> None:
    """Write ``<stem>_panoptic.png`` and ``<stem>_panoptic.json``.

    Args:
        stem: path and beginning of the names of the files.
        panoptic: (H, W) class * 1000 + number, -1 = void.
        classes: names of the classes.
    """
    code = (panoptic.astype(np.int64) + 1).clip(0)
    colours = np.stack([code & 255, code >> 8 & 255, code >> 16 & 255], axis=-1)
    Image.fromarray(colours.astype(np.uint8)).save(f'{stem}_panoptic.png')
    table = [
        dict(id=segment['id'] + 1, **_named(segment['category_id'], classes),
             isthing=segment['isthing'], iscrowd=segment['iscrowd'], area=segment['area'],
             box=segment['bbox']) for segment in segments_info(panoptic)
    ]
    _write_json(Path(f'{stem}_panoptic.json'), table)


def _named(label: int, classes: Sequence[str]) -> dict[str, Any]:
    name = {'name': classes[label]} if label < len(classes) else {}
    return {'class': label, **name}


def _write_json(path: Path, table: list[dict]) -> None:
    """One entry a line."""
    path.write_text('[' + ',\n '.join(json.dumps(entry) for entry in table) + ']\n')
