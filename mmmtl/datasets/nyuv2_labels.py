"""Class names of NYU Depth v2 and how its 40 classes become 13."""

from __future__ import annotations

NYU40_CLASSES = (
    'wall', 'floor', 'cabinet', 'bed', 'chair', 'sofa', 'table', 'door', 'window', 'bookshelf',
    'picture', 'counter', 'blinds', 'desk', 'shelves', 'curtain', 'dresser', 'pillow', 'mirror',
    'floor mat', 'clothes', 'ceiling', 'books', 'refridgerator', 'television', 'paper', 'towel',
    'shower curtain', 'box', 'whiteboard', 'person', 'night stand', 'toilet', 'sink', 'lamp',
    'bathtub', 'bag', 'otherstructure', 'otherfurniture', 'otherprop')
"""Gupta et al., CVPR 2013; on disk 1 to 40 (spelling theirs)."""

NYU13_CLASSES = ('bed', 'books', 'ceiling', 'chair', 'floor', 'furniture', 'objects', 'picture',
                 'sofa', 'table', 'tv', 'wall', 'window')
"""Couprie et al., ICLR 2013; on disk 1 to 13."""

NYU40_TO_13 = (0, 12, 5, 6, 1, 4, 9, 10, 12, 13, 6, 8, 6, 13, 10, 6, 13, 6, 7, 7, 5, 7, 3, 2, 6, 11,
               7, 7, 7, 7, 7, 7, 6, 7, 7, 7, 7, 7, 7, 6, 7)
"""Label 0 to 40 on disk -> label 0 to 13 (class13Mapping.mat of ankurhanda/nyuv2-meta-data)."""

STUFF_13 = ('ceiling', 'floor', 'wall', 'window')
"""Classes without instances; in the 40 classes those that become one of these."""


def thing_classes(num_classes: int) -> tuple[str, ...]:
    """Names of the classes that have instances, of 13 or 40 classes."""
    if num_classes == 13:
        return tuple(name for name in NYU13_CLASSES if name not in STUFF_13)
    return tuple(name for name, label in zip(NYU40_CLASSES, NYU40_TO_13[1:], strict=True)
                 if NYU13_CLASSES[label - 1] not in STUFF_13)


def palette(num_classes: int) -> list[list[int]]:
    """Colours of the classes, by the colour map of PASCAL VOC (class k takes colour k + 1)."""
    colours = []
    for number in range(1, num_classes + 1):
        colour = [0, 0, 0]
        for bit in range(8):
            for channel in range(3):
                colour[channel] |= (number >> (3 * bit + channel) & 1) << (7 - bit)
        colours.append(colour)
    return colours
