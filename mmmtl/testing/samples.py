"""Small labelled frames and configs for tests of networks."""

from collections.abc import Iterable

import torch
from mmengine.config import ConfigDict
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

#: every task's field in a data sample
TARGET_FIELDS = dict(
    semantic='gt_sem_seg', instance='gt_instance_vector', depth='gt_inverse_depth_map',
    normal='gt_normal_map')


def toy_sample(height: int = 32,
               width: int = 64,
               tasks: Iterable[str] = ('semantic', 'instance', 'depth'),
               num_classes: int = 19,
               seed: int = 0,
               **meta) -> SegDataSample:
    """A frame with smooth random targets for the named tasks.

    Args:
        height: of the frame, pixels.
        width: of the frame, pixels.
        tasks: which of ``semantic``, ``instance``, ``depth`` (inverse, pixels),
            ``metric_depth`` (metres) and ``normal`` are labelled. Borders of the frame are
            unmeasured.
        num_classes: of the semantic labels; the last column is ignored (255).
        seed: of the random numbers.
        meta: further or other meta information.

    Returns:
        A data sample as it leaves the data preprocessor, not resized.
    """
    generator = torch.Generator().manual_seed(seed)
    size = (height, width)
    sample = SegDataSample(metainfo=dict(
        img_path=f'toy_{seed}.png', ori_shape=size, img_shape=size, pad_shape=size,
        padding_size=(0, 0, 0, 0), scale_factor=(1.0, 1.0), flip=False) | meta)
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing='ij')
    if 'semantic' in tasks:
        labels = (x * num_classes // width).clone()
        labels[:, -1] = 255
        sample.gt_sem_seg = PixelData(data=labels[None].long())
    if 'instance' in tasks:
        vector = torch.full((2, *size), torch.nan)
        box = (slice(None), slice(height // 4, height // 2), slice(width // 4, width // 2))
        centre = torch.tensor([(width // 4 + width // 2 - 1) / 2,
                               (height // 4 + height // 2 - 1) / 2])
        vector[box] = (centre[:, None, None] - torch.stack([x, y]).float())[box]
        sample.set_data(dict(gt_instance_vector=PixelData(data=vector)))
    depth = 1 + 10 * torch.rand((), generator=generator) + y / height * 5.0
    depth[:, 0] = torch.nan
    if 'depth' in tasks:
        sample.set_data(dict(gt_inverse_depth_map=PixelData(data=depth[None].clone())))
    if 'metric_depth' in tasks:
        sample.set_data(dict(gt_depth_map=PixelData(data=depth[None].clone())))
    if 'normal' in tasks:  # a cylinder that stands before the camera
        slope = (x + 0.5) / width * 2 - 1
        normals = torch.stack([slope, torch.zeros(size), -(1 - slope.square()).sqrt()])
        normals[:, :, 0] = torch.nan
        sample.set_data(dict(gt_normal_map=PixelData(data=normals)))
    return sample


def toy_model_cfg(**changes) -> ConfigDict:
    """Config of a three-task segmentor of a few thousand parameters, without pretraining.

    Args:
        changes: options of the segmentor to add or replace.
    """
    head = dict(type='FCNHead', in_channels=8, in_index=-1, channels=8, num_convs=1,
                concat_input=False, dropout_ratio=0, num_classes=19,
                norm_cfg=dict(type='BN'))
    return ConfigDict(dict(
        type='mmmtl.MultiTaskSegmentor',
        backbone=dict(type='MobileNetV2', widen_factor=0.1, out_indices=(1, 6)),
        neck=dict(type='mmmtl.TopDownFPN', in_channels=[8, 32], channels=8),
        decode_head=head,
        task_heads=dict(
            instance=dict(type='mmmtl.InstanceVectorHead'),
            depth=dict(type='mmmtl.InverseDepthHead')),
        train_cfg=dict(),
        test_cfg=dict(mode='whole')) | changes)
