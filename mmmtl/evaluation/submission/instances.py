"""Instance submission: a list for each frame, and a mask for each instance."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .files import write_png

MASK_FOLDER = 'masks'


def write_instances(folder: Path, frame: str, instance_map: np.ndarray, ids: Sequence[int],
                    labels: Sequence[int], scores: Sequence[float],
                    label_ids: Sequence[int]) -> None:
    """Write ``FRAME.txt`` with a line ``masks/FRAME_000.png LABEL_ID SCORE`` for each instance.

    Masks are PNGs of 8 bits, 255 = instance. A frame without instances has an empty list. An id
    that is nowhere in the map is left out.

    Args:
        folder: of the instance files.
        frame: name of the frame.
        instance_map: (H, W) ids.
        ids: (K, ) of the instances.
        labels: (K, ) class indices.
        scores: (K, ) confidences.
        label_ids: of the classes.

    Raises:
        ValueError: white space in the name, which separates the columns of the list.
    """
    if any(character.isspace() for character in frame):
        raise ValueError(f'frame {frame!r}: names with white space cannot be listed in an '
                         'instance submission; rename the image')
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, (own, label, score) in enumerate(zip(ids, labels, scores, strict=True)):
        mask = instance_map == own
        if mask.any():
            name = f'{MASK_FOLDER}/{frame}_{number:03}.png'
            write_png(folder / name, mask * np.uint8(255))
            lines.append(f'{name} {label_ids[label]} {float(score)!r}\n')
    with open(folder / f'{frame}.txt', 'x', encoding='utf-8') as file:
        file.writelines(lines)
