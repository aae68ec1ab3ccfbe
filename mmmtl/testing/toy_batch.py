"""A small batch from whose images every task's truth can be read."""

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor
from torch.nn import functional as F

# Scales of the toy truth, about those of street scenes at 128 x 256 (pixels).
_DEPTH_MEAN, _DEPTH_RANGE, _VECTOR_RANGE = 4.0, 2.0, 6.0


def toy_batch(size: tuple[int, int],
              num_classes: int,
              batch_size: int = 2,
              seed: int = 0,
              smooth: int = 4) -> tuple[Tensor, list[SegDataSample]]:
    """Images of smooth colours and, as functions of the colour of each pixel, all labels.

    Inverse depth is linear in red, the instance vector in green and blue; the class counts the
    thresholds that red exceeds. So a network of any receptive field can fit them, and one whose
    head cannot represent real numbers cannot. The left eighth has no measurements.

    Args:
        size: height and width.
        num_classes: semantic classes.
        batch_size: frames.
        seed: of the colours.
        smooth: cells of colour along each side.

    Returns:
        (N, 3, H, W) normalised images, and their data samples with ``gt_sem_seg``,
        ``gt_edge_map`` (PIDNet), ``gt_inverse_depth_map`` and ``gt_instance_vector``; the
        original images are half as large again.
    """
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(batch_size, 3, smooth, smooth, generator=generator)
    images = F.interpolate(coarse, size=size, mode='bicubic', align_corners=False)
    height, width = size
    samples = []
    for image in images:
        red, vector = image[:1], image[1:]
        classes = ((red + 2) / 4 * num_classes).floor().clamp(0, num_classes - 1).long()
        edges = torch.zeros_like(classes)
        edges[..., 1:] = classes[..., 1:] != classes[..., :-1]
        depth = _DEPTH_MEAN + _DEPTH_RANGE * red
        depth[..., :width // 8] = torch.nan
        offsets = _VECTOR_RANGE * vector
        offsets[..., :width // 8] = torch.nan
        sample = SegDataSample(metainfo=dict(
            ori_shape=(height * 3 // 2, width * 3 // 2), img_shape=size, pad_shape=size,
            padding_size=(0, 0, 0, 0), scale_factor=(2 / 3, 2 / 3), flip=False,
            flip_direction=None))
        for field, data in dict(
                gt_sem_seg=classes, gt_edge_map=edges, gt_inverse_depth_map=depth,
                gt_instance_vector=offsets).items():
            sample.set_data({field: PixelData(data=data)})
        samples.append(sample)
    return images, samples
