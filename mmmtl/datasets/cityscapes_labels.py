"""The labels of Cityscapes: ids on disk, names, training ids.

Source: cityscapesScripts, helpers/labels.py. Ids that are not training classes are ignored (255);
the licence plate (-1) is 255 in 8 bits.
"""

from __future__ import annotations

from collections.abc import Sequence

TRAIN_CLASS_IDS: dict[str, int] = {
    'road': 7, 'sidewalk': 8, 'building': 11, 'wall': 12, 'fence': 13, 'pole': 17,
    'traffic light': 19, 'traffic sign': 20, 'vegetation': 21, 'terrain': 22, 'sky': 23,
    'person': 24, 'rider': 25, 'car': 26, 'truck': 27, 'bus': 28, 'train': 31, 'motorcycle': 32,
    'bicycle': 33,
}
"""Name of a training class -> label id on disk, in the order of the training ids 0 to 18."""

THING_CLASSES = ('person', 'rider', 'car', 'truck', 'bus', 'train', 'motorcycle', 'bicycle')
"""Training classes that have instances."""

CATEGORIES: dict[str, tuple[str, ...]] = {
    'flat': ('road', 'sidewalk'), 'construction': ('building', 'wall', 'fence'),
    'object': ('pole', 'traffic light', 'traffic sign'), 'nature': ('vegetation', 'terrain'),
    'sky': ('sky', ), 'human': ('person', 'rider'),
    'vehicle': ('car', 'truck', 'bus', 'train', 'motorcycle', 'bicycle'),
}
"""Category -> its training classes."""

FOREGROUND = ('human', 'vehicle')
"""Categories of the foreground; their classes are the ones that have instances."""

COARSE_CLASSES: dict[int, dict[str, tuple[str, ...]]] = {
    7: CATEGORIES,
    2: {
        'background': tuple(name for category, names in CATEGORIES.items()
                            if category not in FOREGROUND for name in names),
        'foreground': tuple(name for category in FOREGROUND for name in CATEGORIES[category]),
    },
}
"""Coarser sets of classes: number -> name -> the training classes that it joins."""

COARSE_PALETTES: dict[int, list[list[int]]] = {
    7: [[128, 64, 128], [70, 70, 70], [153, 153, 153], [107, 142, 35], [70, 130, 180],
        [220, 20, 60], [0, 0, 142]],
    2: [[128, 64, 128], [220, 20, 60]],
}
"""Colours: of a training class that each contains (road, building, pole, vegetation, ...)."""

AVERAGE_INSTANCE_SIZES: dict[str, float] = {
    'person': 3462.4756337644, 'rider': 3930.4788056518, 'car': 12794.0202738185,
    'truck': 27855.1264367816, 'bus': 35732.1511111111, 'train': 67583.7075812274,
    'motorcycle': 6298.7200839748, 'bicycle': 4672.3249222261,
}
"""Thing class -> mean area of its instances, pixels of a frame of 1024 x 2048 (source:
cityscapesScripts, evaluation/evalPixelLevelSemanticLabeling.py)."""

LARGEST_ID = 33
"""Label ids on disk are 0 to 33, and -1."""


def id_to_train_id(class_to_label: dict[int, int] | None = None) -> dict[int, int]:
    """Map every label id on disk to a training label.

    Args:
        class_to_label: training id -> label, for a subset of the classes; ``None``: all 19.

    Returns:
        ids 0 to 33 and 255 -> label, 255 = ignored.
    """
    table = dict.fromkeys([*range(LARGEST_ID + 1), 255], 255)
    for train_id, label_id in enumerate(TRAIN_CLASS_IDS.values()):
        table[label_id] = train_id if class_to_label is None else class_to_label[train_id]
    return table


def coarse_metainfo(num_classes: int) -> dict:
    """Names, colours and thing classes of 7 categories or of 2 layers."""
    classes = COARSE_CLASSES[num_classes]
    return dict(
        classes=tuple(classes), palette=COARSE_PALETTES[num_classes], label_ids={},
        thing_classes=tuple(name for name, parts in classes.items()
                            if set(parts) <= set(THING_CLASSES)))


def train_id_to_coarse(num_classes: int, classes: Sequence[str]) -> dict[int, int]:
    """Map the training ids to the classes in use of a coarser set.

    Args:
        num_classes: 7 or 2.
        classes: those in use, in the order of their labels.

    Returns:
        ids 0 to 18 -> label, 255 = ignored.
    """
    label = {part: classes.index(name) if name in classes else 255
             for name, parts in COARSE_CLASSES[num_classes].items() for part in parts}
    return {train_id: label[name] for train_id, name in enumerate(TRAIN_CLASS_IDS)}
