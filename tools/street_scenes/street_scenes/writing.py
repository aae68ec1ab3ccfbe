"""The files of a frame, named and encoded as those of Cityscapes."""

import json
import os
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from street_scenes.render import Frame

# Cities of our own, one a split, as Cityscapes has it.
CITIES = {'train': 'streetford', 'val': 'streetville'}
SNIPPET_FRAME = 19  # Cityscapes annotates the 20th frame of each snippet
FOLDERS = {
    'image': ('leftImg8bit', 'leftImg8bit.png'),
    'label_ids': ('gtFine', 'gtFine_labelIds.png'),
    'instance_ids': ('gtFine', 'gtFine_instanceIds.png'),
    'disparity': ('disparity', 'disparity.png'),
    'calibration': ('camera', 'camera.json'),  # the last to be written
}
PNG_END = b'IEND\xaeB`\x82'
# Level 1 takes a third of the time of the default and 5 % more space; one filter instead of a
# choice in every row saves half of the rest, where OpenCV offers it (from 4.11).
PNG_OPTIONS = [cv2.IMWRITE_PNG_COMPRESSION, 1,
               cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT]
if hasattr(cv2, 'IMWRITE_PNG_FILTER'):
    PNG_OPTIONS += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP]


class FramePaths(NamedTuple):
    """Where the five files of a frame are, in the order in which they are written."""

    image: Path
    label_ids: Path
    instance_ids: Path
    disparity: Path
    calibration: Path


def frame_paths(root: Path, split: str, index: int) -> FramePaths:
    """Return the paths of a frame below the root of a data set."""
    city = CITIES[split]
    stem = f'{city}_{index:06d}_{SNIPPET_FRAME:06d}'
    return FramePaths(*(root / folder / split / city / f'{stem}_{suffix}'
                        for folder, suffix in FOLDERS.values()))


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there completely or not at all."""
    temporary = path.with_name(f'.{path.name}.{os.getpid()}.tmp')
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def encode_png(image: np.ndarray) -> bytes:
    """Return an image (RGB or one channel, 8 or 16 bits) as a png file."""
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode('.png', image, PNG_OPTIONS)[1].tobytes()


def write_frame(paths: FramePaths, frame: Frame) -> None:
    """Write the five files of a frame."""
    paths.calibration.unlink(missing_ok=True)  # an old frame is incomplete from here on
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    for kind in ('image', 'label_ids', 'instance_ids', 'disparity'):
        replace_file(getattr(paths, kind), encode_png(getattr(frame, kind)))
    replace_file(paths.calibration, json.dumps(frame.calibration, indent=4).encode() + b'\n')


def is_complete_png(path: Path) -> bool:
    """Say whether a png file exists and ends as a png does."""
    try:
        with path.open('rb') as file:
            file.seek(-len(PNG_END), os.SEEK_END)
            return file.read() == PNG_END
    except OSError:  # missing, or shorter than the end of a png
        return False


def is_complete(paths: FramePaths) -> bool:
    """Say whether all five files of a frame exist and are whole."""
    try:
        json.loads(paths.calibration.read_bytes())
    except (OSError, ValueError):
        return False
    return all(is_complete_png(path) for path in paths[:-1])


def discard_frames(root: Path) -> int:
    """Remove the frames of earlier runs, of any number and size; return how many files."""
    removed = 0
    for split, city in CITIES.items():
        for folder, suffix in FOLDERS.values():
            for path in (root / folder / split / city).glob(f'{city}_*_{suffix}'):
                path.unlink()
                removed += 1
    return removed
