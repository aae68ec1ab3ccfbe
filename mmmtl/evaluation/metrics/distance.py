"""Distance in metres of every pixel of a frame's truth, where the data set can tell."""

import os.path as osp
from collections.abc import Mapping
from typing import Any

import mmengine
import numpy as np
import torch

from mmmtl.datasets.image_header import read_header

from ..functional.segment_distances import Disparity
from .fields import image_name


def read_distance(sample: Mapping[str, Any],
                  camera_width: int | None = None) -> np.ndarray | Disparity | None:
    """Distances along the optical axis, from metric depth, or else from disparity and camera.

    ``gt_depth_map`` is taken as it is. ``gt_inverse_depth_map`` (pixels) needs ``camera_path``, a
    Cityscapes ``*_camera.json``: distance = baseline * fx * zoom / disparity, where zoom = width
    of the truth / width of the images that the camera was calibrated for. Disparity 0 is infinity.

    Args:
        sample: a data sample as a dict.
        camera_width: pixels; ``None``: that of the image file (``img_path``).

    Returns:
        (H, W) metres or disparities, NaN = not measured; ``None`` for a frame without these fields.

    Raises:
        KeyError: the camera's file has no baseline or fx.
        ValueError: the image file's width cannot be read and ``camera_width`` is not given.
    """
    if 'gt_depth_map' in sample:
        return _numpy(sample['gt_depth_map'])
    if 'gt_inverse_depth_map' not in sample or not sample.get('camera_path'):
        return None
    disparity = _numpy(sample['gt_inverse_depth_map'])
    width = camera_width or _file_width(sample, disparity.shape)
    scale = _baseline_times_fx(sample['camera_path']) * disparity.shape[1] / width
    return Disparity(disparity, scale)


def _numpy(field: Mapping[str, Any]) -> np.ndarray:
    values = field['data'][0].detach().cpu()
    return (values if values.dtype == torch.float32 else values.double()).numpy()


def _baseline_times_fx(path: str) -> float:
    camera = mmengine.load(path)
    try:
        return float(camera['extrinsic']['baseline']) * float(camera['intrinsic']['fx'])
    except (KeyError, TypeError) as error:
        raise KeyError(f'{path} (camera_path) has no {error}: a camera file of Cityscapes has '
                       'extrinsic.baseline (metres) and intrinsic.fx (pixels)') from error


def _file_width(sample: Mapping[str, Any], shape: tuple[int, int]) -> int:
    path = sample.get('img_path')
    header = read_header(path) if path and osp.isfile(path) else None
    if header is None:
        raise ValueError(f'{image_name(sample)}: the width of the image file is not known, so the '
                         "camera's focal length cannot be brought to the size of the truth. Give "
                         'camera_width, 2048 for Cityscapes')
    return header.size_like(shape)[0]
