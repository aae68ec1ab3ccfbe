"""Batching of multi-task samples: every map padded with its own value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.structures import PixelData
from mmseg.models import SegDataPreProcessor
from mmseg.structures import SegDataSample

from mmmtl.fields import MAP_FIELDS
from mmmtl.registry import MODELS


@MODELS.register_module()
class MultiTaskDataPreProcessor(SegDataPreProcessor):
    """mmseg's data preprocessor for samples with the maps of several tasks.

    In training the maps of :data:`mmmtl.fields.MAP_FIELDS` are padded with their images,
    instance ids with 0 and measurements with NaN (mmseg pads depth with 255 and other fields not at
    all). A batch may mix samples with and without a map. In testing the truth stays at its size.
    ``pad_shape`` in the meta information is the size of the input, also without semantics.

    Args:
        size: fixed size (height, width) of the input in training.
        size_divisor: or what its sides are multiples of; 1 if neither is given.
        channels_last: hand the images over in ``torch.channels_last``, the order of memory in
            which convolutions in half precision are fast, on CPUs and GPUs; their outputs keep it.
        **kwargs: see :class:`mmseg.models.SegDataPreProcessor`. ``test_cfg=dict(size_divisor=32)``
            pads in testing.

    Raises:
        ValueError: both ``size`` and ``size_divisor``, or ``batch_augments`` (which would change
            images and semantics only).
    """

    def __init__(self,
                 *,
                 size: tuple[int, int] | None = None,
                 size_divisor: int | None = None,
                 batch_augments: Any = None,
                 channels_last: bool = False,
                 **kwargs: Any) -> None:
        if size is not None and size_divisor is not None:
            raise ValueError(f'data_preprocessor: give size or size_divisor, not both (size={size},'
                             f' size_divisor={size_divisor}); set the other one to None')
        if batch_augments:
            raise ValueError('data_preprocessor: batch_augments changes images and semantics but '
                             'not the maps of the other tasks. Leave it out')
        if size is None and size_divisor is None:
            size_divisor = 1
        super().__init__(size=size, size_divisor=size_divisor, **kwargs)
        self._memory_format = torch.channels_last if channels_last else torch.contiguous_format

    def forward(self, data: dict, training: bool = False) -> dict:
        """Normalise, pad and stack a batch.

        Args:
            data: ``inputs`` (list of (C, H, W) tensors) and, optionally, ``data_samples``.
            training: pad the maps with the images.

        Returns:
            ``inputs`` (N, C, H, W) and ``data_samples``. Without data samples, padding in testing
            (``test_cfg``) makes ones that hold the padding.

        Raises:
            ValueError: in training, without data samples or for a map of another size than its
                image.
        """
        data = self.cast_data(data)
        samples: Sequence[SegDataSample] | None = data.get('data_samples')
        if samples is None:
            if training:
                raise ValueError('data_samples are missing: training needs labels')
            if self.test_cfg:
                data = dict(data, data_samples=[_bare_sample(image) for image in data['inputs']])
            return self._stack(data, training)
        images = [tuple(image.shape[-2:]) for image in data['inputs']]
        maps = [_take_maps(sample) for sample in samples]
        batch = self._stack(data, training)
        size = tuple(batch['inputs'].shape[-2:])
        for sample, taken, image in zip(batch['data_samples'], maps, images, strict=True):
            if training:
                sample.set_metainfo(dict(pad_shape=size))
            for name, values in taken.items():
                if training:
                    values = _pad(values, image, size, name, sample)
                sample.set_data({name: PixelData(data=values)})
        return batch

    def _stack(self, data: dict, training: bool) -> dict:
        batch = super().forward(data, training)
        return dict(batch, inputs=batch['inputs'].contiguous(memory_format=self._memory_format))


def _take_maps(sample: SegDataSample) -> dict[str, torch.Tensor]:
    """Take our maps off a sample, so that mmseg does not pad them."""
    return {name: sample.pop(name).data for name in MAP_FIELDS if name in sample}


def _pad(values: torch.Tensor, image: tuple[int, ...], size: tuple[int, ...], name: str,
         sample: SegDataSample) -> torch.Tensor:
    if tuple(values.shape[-2:]) != image:
        raise ValueError(
            f'{name} is {tuple(values.shape[-2:])} but the image is {image} (height, width) in '
            f'training ({sample.get("img_path")}). Load the labels before resizing, and pack with '
            'mmmtl.PackMultiTaskInputs')
    return torch.nn.functional.pad(
        values, (0, size[1] - image[1], 0, size[0] - image[0]),
        value=MAP_FIELDS[name].fill)


def _bare_sample(image: torch.Tensor) -> SegDataSample:
    shape = tuple(image.shape[-2:])
    return SegDataSample(metainfo=dict(ori_shape=shape, img_shape=shape))
