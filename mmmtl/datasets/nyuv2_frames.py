"""One frame of NYU Depth v2: labels, instances and depth as the converter writes them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

from .nyuv2_labels import NYU40_TO_13


def label_tables(mapping: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tables from label 0 to 894 (0 = unlabelled) to labels of 40 and of 13 classes.

    Args:
        mapping: ``mapClass`` of classMapping40.mat, entry i for label i + 1.

    Returns:
        Two uint8 tables; 0 = unlabelled.

    Raises:
        ValueError: if the mapping is not to 1 ... 40.
    """
    if mapping.size == 0 or mapping.min() < 1 or mapping.max() > 40:
        raise ValueError(f'the class mapping must be to 1 ... 40, found {mapping.min()} ... '
                         f'{mapping.max()}: is it classMapping40.mat?')
    to_40 = np.concatenate([[0], mapping]).astype(np.uint8)
    return to_40, np.asarray(NYU40_TO_13, dtype=np.uint8)[to_40]


def number_instances(labels: np.ndarray, instances: np.ndarray, labels_40: np.ndarray
                     ) -> np.ndarray:
    """One id per object: label40 * 1000 + number within the frame.

    Args:
        labels: (H, W) of 894 classes, 0 = unlabelled.
        instances: (H, W), counts from 1 within each of the 894 classes; 0 = none.
        labels_40: (H, W) of 40 classes.

    Returns:
        (H, W) uint16, 0 where there is neither label nor instance.
    """
    ids = np.zeros(labels.shape, dtype=np.uint16)
    known = (labels > 0) & (instances > 0)
    keys = (labels_40[known].astype(np.int64) << 32 | labels[known].astype(np.int64) << 16
            | instances[known])
    unique, place = np.unique(keys, return_inverse=True)
    classes = unique >> 32
    first = np.searchsorted(classes, classes)  # where each class begins among the sorted keys
    numbers = np.arange(unique.size) - first + 1
    ids[known] = (classes * 1000 + numbers).astype(np.uint16)[place.ravel()]
    return ids


def save(path: Path, pixels: np.ndarray, **options: int) -> None:
    """Write an image so that an interruption leaves no half file."""
    partial = path.with_name(f'.{path.name}.part')
    Image.fromarray(pixels).save(partial, format='JPEG' if path.suffix == '.jpg' else 'PNG',
                                 **options)
    os.replace(partial, path)


def resize(pixels: np.ndarray, size: tuple[int, int] | None, labels: bool = True) -> np.ndarray:
    """Resize to (height, width), labels and depth to the nearest pixel, images by Lanczos."""
    if size is None or pixels.shape[:2] == size:
        return pixels
    if not labels:
        return np.asarray(Image.fromarray(pixels).resize(size[::-1], Image.Resampling.LANCZOS))
    rows = ((np.arange(size[0]) + 0.5) * pixels.shape[0] / size[0]).astype(int)
    columns = ((np.arange(size[1]) + 0.5) * pixels.shape[1] / size[1]).astype(int)
    return pixels[rows[:, None], columns]


def write_frame(out: Path, number: int, image: np.ndarray, depth: np.ndarray, labels: np.ndarray,
                instances: np.ndarray, tables: tuple[np.ndarray, np.ndarray],
                size: tuple[int, int] | None) -> None:
    """Write one frame's files; all arrays are (H, W, ...), depth in metres."""
    image = resize(image, size, labels=False)
    depth, labels, instances = (resize(array, size) for array in (depth, labels, instances))
    if labels.max() >= tables[0].size:
        raise ValueError(f'frame {number}: label {labels.max()} is not in the class mapping '
                         f'(1 ... {tables[0].size - 1})')
    millimetres = np.where(np.isfinite(depth) & (depth > 0), depth * 1000, 0)
    labels_40 = tables[0][labels]
    files = {
        'depth': np.clip(np.rint(millimetres), 0, 65535).astype(np.uint16),
        'label40': labels_40,
        'label13': tables[1][labels],
        'instance': number_instances(labels, instances, labels_40),
    }
    for folder, pixels in files.items():
        save(out / folder / f'{number}.png', pixels)
    # the image comes last: where it is there, the frame is complete
    save(out / 'image' / f'{number}.jpg', image, quality=95, subsampling=0)
