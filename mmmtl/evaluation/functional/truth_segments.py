"""The objects of the truth, from its semantic map and its instance map."""

import numpy as np


def classes_of_instances(rows: np.ndarray, counts: np.ndarray) -> dict[int, int]:
    """The class of each truth instance: that of most of its pixels, the smallest in a tie.

    Args:
        rows: (N, 2 or more) combinations of semantic class and instance id (0 = none), and
            perhaps further maps, as counted by
            :func:`~mmmtl.evaluation.functional.overlaps.count_overlaps`.
        counts: (N, ) pixels of each combination.

    Returns:
        Instance id -> class, which may be the ignored one.
    """
    pixels: dict[int, dict[int, int]] = {}
    for (label, instance), count in zip(rows[:, :2].tolist(), counts.tolist(), strict=True):
        if instance > 0:
            of_instance = pixels.setdefault(instance, {})
            of_instance[label] = of_instance.get(label, 0) + count
    return {instance: min(of_instance, key=lambda label: (-of_instance[label], label))
            for instance, of_instance in pixels.items()}
