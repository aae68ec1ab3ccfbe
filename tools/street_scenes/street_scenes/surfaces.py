"""Surfaces which are no primitives, and the labels of all of them."""

import numpy as np

from street_scenes.labels import INSTANCES_PER_LABEL, THINGS, Label

# Entries of the surface map below zero; the others are rows of the table of primitives.
SKY, ROAD, PAVEMENT, GRASS, KERB = -1, -2, -3, -4, -5
_LABELS_FROM_THE_END = (Label.SIDEWALK, Label.TERRAIN, Label.SIDEWALK, Label.ROAD, Label.SKY)


def label_maps(primitives: np.ndarray, surface: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return label ids (uint8) and instance ids (uint16) of a surface map."""
    # Negative entries index the tables from their end.
    labels = np.append(primitives['label'], _LABELS_FROM_THE_END).astype(np.uint8)
    instances = np.append(primitives['instance'], _LABELS_FROM_THE_END).astype(np.uint16)
    return labels[surface], renumber(instances[surface])


def renumber(instance: np.ndarray) -> np.ndarray:
    """Number the visible things of each class 0, 1, 2, ..., keeping their order."""
    present = np.flatnonzero(np.bincount(instance.ravel()))
    table = np.arange(present[-1] + 1, dtype=np.uint16)
    for label in THINGS:
        first = label * INSTANCES_PER_LABEL
        ids = present[(present >= first) & (present < first + INSTANCES_PER_LABEL)]
        table[ids] = first + np.arange(len(ids))
    return table[instance]
