"""Semantic submission: a PNG of label ids for each frame."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .files import take_ids, write_png


def write_semantic(folder: Path, frame: str, classes: np.ndarray,
                   label_ids: Sequence[int]) -> None:
    """Write ``FRAME.png``: 8 bits, label ids, 0 = unlabelled.

    Args:
        folder: of the semantic files.
        frame: name of the frame.
        classes: (H, W) class indices; anything else becomes 0.
        label_ids: of the classes.
    """
    write_png(folder / f'{frame}.png', take_ids(classes, label_ids).astype(np.uint8))
