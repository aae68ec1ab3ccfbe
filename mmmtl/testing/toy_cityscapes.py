"""A tiny data set in the official Cityscapes layout and encodings, with known values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROAD, SKY, PERSON, CAR, OUT_OF_ROI = 7, 23, 24, 26, 3


@dataclass(frozen=True)
class ToyFrame:
    """What was written for one frame.

    Attributes:
        name: 'aachen/aachen_000000_000019'.
        image: (H, W, 3) uint8, RGB.
        label_ids: (H, W) uint8, ids on disk.
        instance_ids: (H, W) uint16 as on disk; the crowd of cars has the bare id 26.
        disparity: (H, W) uint16 as on disk, or ``None`` if the frame has no such file.
    """

    name: str
    image: np.ndarray
    label_ids: np.ndarray
    instance_ids: np.ndarray
    disparity: np.ndarray | None


def toy_frame(number: int, size: tuple[int, int] = (32, 64), seed: int = 0) -> ToyFrame:
    """Make one frame: sky above road, two cars, a person before one of them, a crowd of cars.

    The disparity of row y is y / 4 pixels, with a column of unmeasured pixels, and noise in the sky
    that a loader has to replace by 0.

    Args:
        number: of the frame; moves the objects.
        size: (height, width), at least (16, 32).
        seed: for the image and the noise.

    Returns:
        The same frame for the same arguments.
    """
    height, width = size
    chance = np.random.default_rng([seed, number])
    labels = np.full(size, ROAD, np.uint8)
    labels[:height // 2] = SKY
    labels[:, :2] = OUT_OF_ROI
    instances = labels.astype(np.uint16)
    shift = number % 4
    boxes = [  # top, bottom, left, right as fractions of the size; label; id
        (.45, .75, .10, .35, CAR, 26000), (.50, .90, .55, .85, CAR, 26001),
        (.55, .80, .30, .40, PERSON, 24000), (.45, .55, .88, .98, CAR, CAR)]
    for top, bottom, left, right, label, instance in boxes:
        rows = slice(int(top * height), int(bottom * height))
        columns = slice(int(left * width) + shift, int(right * width) + shift)
        labels[rows, columns], instances[rows, columns] = label, instance
    disparity = np.repeat(np.arange(height, dtype=np.uint16)[:, None] * 64 + 1, width, axis=1)
    disparity[labels == SKY] = chance.integers(0, 500, (labels == SKY).sum())
    disparity[:, width // 2] = 0
    image = chance.integers(0, 256, (*size, 3), dtype=np.uint8)
    city = 'aachen' if number % 2 == 0 else 'bochum'
    return ToyFrame(f'{city}/{city}_{number:06d}_000019', image, labels, instances, disparity)


def write_frame(root: Path, frame: ToyFrame, split: str) -> None:
    """Write one frame's files in the official layout."""
    files = {
        ('leftImg8bit', 'leftImg8bit'): frame.image,
        ('gtFine', 'gtFine_labelIds'): frame.label_ids,
        ('gtFine', 'gtFine_instanceIds'): frame.instance_ids,
        ('disparity', 'disparity'): frame.disparity,
    }
    for (folder, kind), pixels in files.items():
        if pixels is not None:
            path = root / folder / split / f'{frame.name}_{kind}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)


def make_toy_cityscapes(root: str | Path,
                        frames: int = 2,
                        size: tuple[int, int] = (32, 64),
                        splits: Sequence[str] = ('train', 'val'),
                        disparity: bool = True,
                        seed: int = 0) -> dict[str, list[ToyFrame]]:
    """Write a data set that ``CityscapesMultiTaskDataset(data_root=root, split=...)`` reads.

    Args:
        root: folder to write to; made if need be.
        frames: number in each split.
        size: (height, width).
        splits: names of the splits.
        disparity: ``False`` leaves the disparity folder out, as without that download.
        seed: for images and noise.

    Returns:
        What was written: split -> frames in the order in which the data set lists them.
    """
    written: dict[str, list[ToyFrame]] = {}
    for index, split in enumerate(splits):
        made = [toy_frame(number, size, seed + index) for number in range(frames)]
        if not disparity:
            made = [ToyFrame(f.name, f.image, f.label_ids, f.instance_ids, None) for f in made]
        for frame in made:
            write_frame(Path(root), frame, split)
        written[split] = sorted(made, key=lambda frame: frame.name)
    return written
