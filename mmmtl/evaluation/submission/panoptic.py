"""Panoptic submission in COCO's format: a PNG for each frame and one json for all."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..functional.overlaps import rank_values
from .files import take_ids, write_png


def encode_panoptic(panoptic: np.ndarray, label_ids: Sequence[int],
                    divisor: int = 1000) -> tuple[np.ndarray, list[dict[str, int]]]:
    """Segment ids as Cityscapes makes them: label id, or label id * 1000 + number for instances.

    Args:
        panoptic: (H, W) class * ``divisor`` + number, 0 = the whole class; negative = void.
        label_ids: of the classes.
        divisor: see above.

    Returns:
        (H, W) uint32 segment ids, 0 = void; and ``{'id', 'category_id'}`` of each segment.
    """
    values, ranks = rank_values(panoptic)
    classes, numbers = np.divmod(values, divisor)
    labels = take_ids(classes, label_ids)
    ids = np.where((numbers > 0) & (labels > 0), labels * 1000 + numbers, labels)
    segments = [dict(id=number, category_id=label) for number, label
                in zip(ids.tolist(), labels.tolist(), strict=True) if number]
    return ids.astype(np.uint32)[ranks].reshape(panoptic.shape), segments


def write_panoptic(folder: Path, frame: str, ids: np.ndarray) -> str:
    """Write ``FRAME_panoptic.png``: id = R + 256 G + 256² B; returns the file's name."""
    name = f'{frame}_panoptic.png'
    channels = np.ascontiguousarray(ids, '<u4').view(np.uint8).reshape(*ids.shape, 4)
    write_png(folder / name, np.ascontiguousarray(channels[..., :3]))
    return name


def write_panoptic_json(path: Path, annotations: Iterable[dict]) -> None:
    """Write the json beside the folder of PNGs, which has its name.

    Args:
        path: ``FOLDER.json``.
        annotations: ``image_id`` (the frame's name), ``file_name``, ``segments_info``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(annotations=list(annotations))), encoding='utf-8')
