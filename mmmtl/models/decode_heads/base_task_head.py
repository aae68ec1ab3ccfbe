"""What every dense task head has in common: a body, a loss, and the way back to the image."""

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from mmengine.model import BaseModule
from mmengine.structures import PixelData
from mmseg.models.utils import resize
from torch import Tensor, nn

from mmmtl.registry import MODELS
from mmmtl.utils.precision import at_least_single

from ..connected_zero import connected_zero
from ..geometry import Zoom, restore_map
from .body import build_body, split_maps
from .labelled import noted_values


class BaseTaskHead(BaseModule, metaclass=ABCMeta):
    """A dense task on features.

    A head is a *body* (any decode head of MMSegmentation: features → map) and a *task* (target,
    loss, units, the way back to the original image). Subclasses are tasks. It has the interface
    of mmseg's decode heads, so that it may also stand as ``decode_head`` of a single-task model.

    Args:
        body: config of the body. Without it the segmentor builds the body like its
            ``decode_head``; with options but no ``type``, like ``decode_head`` with these
            options changed.
        loss_decode: config of the loss between map and target, both (N, C, H, W).
        init_cfg: initialisation; see mmengine.

    A body that returns several maps while training is supervised on each of them; the loss is
    their mean, so that it stays in the task's unit.
    """

    #: kind of likelihood, for loss weightings
    kind = 'regression'
    #: name of the task when the head stands as ``decode_head``
    default_task: str
    #: channels of the map
    out_channels: int
    #: fields of the data sample read and written
    target_field: str
    pred_field: str

    def __init__(self,
                 body: dict | Sequence[dict] | None = None,
                 loss_decode: dict | None = None,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        name = type(self).__name__
        if body is None or (isinstance(body, dict) and 'type' not in body):
            raise ValueError(
                f"{name}: body is missing. As a task head of MultiTaskSegmentor it is built like "
                "decode_head; elsewhere give body=dict(type='FCNHead', in_channels=..., ...)")
        self.body = build_body(body, self.out_channels)
        self.loss_decode: nn.Module = MODELS.build(loss_decode or dict(type='mmmtl.MaskedL1Loss'))
        self.num_classes = self.out_channels
        self.align_corners: bool = self.body.align_corners

    # -- network ------------------------------------------------------------------------------
    def forward(self, inputs: Any) -> Tensor:
        """(N, C, h, w) map at the body's resolution, as the network gives it."""
        return self._split(self.body(inputs))[0][0]

    def _split(self, outputs: Any) -> tuple[list[Tensor], list[Tensor]]:
        return split_maps(outputs, self.out_channels, self.body)

    # -- training -----------------------------------------------------------------------------
    def has_target(self, sample: Any) -> bool:
        """Whether this frame has a label with any value that the loss compares with.

        A file may hold none, and so may a crop (no instance, nothing measured). Such a frame is
        as good as unlabelled: a loss of zero is not that of a right prediction.
        """
        if self.target_field not in sample:
            return False
        noted = noted_values(sample, self.target_field)
        return self._is_known(sample.get(self.target_field).data) if noted is None else noted

    def _is_known(self, target: Tensor) -> bool:
        """Whether a (C, H, W) target has a value that the loss compares with."""
        return bool(self.encode(target[None].float()).isfinite().any())

    def loss(self, inputs: Any, batch_data_samples: list, train_cfg: dict | None) -> dict:
        """Loss of a batch in which any frame may lack the label.

        Returns:
            ``{loss_name: scalar}``; an exact zero with zero gradients if no frame has a label.
        """
        maps, rest = self._split(self.body(inputs))
        size = self._input_size(batch_data_samples)
        target = self.targets(batch_data_samples, maps[0])
        losses = [self.compare(self._resize(m, size), target) for m in maps]
        loss = sum(losses) / len(losses)
        return {self.loss_decode.loss_name: loss + connected_zero(rest) if rest else loss}

    def targets(self, samples: list, like: Tensor) -> Tensor:
        """Encoded targets of a batch, as the loss compares them, on the device of ``like``."""
        return self.encode(self._stack_targets(samples, self._input_size(samples), like))

    @staticmethod
    def _input_size(samples: list) -> tuple[int, int]:
        shape = samples[0].metainfo.get('pad_shape') or samples[0].metainfo['img_shape']
        return tuple(shape[:2])

    def _stack_targets(self, samples: list, size: tuple[int, int], like: Tensor) -> Tensor:
        """(N, C, H, W) targets in the type of ``like``, float32 at least; NaN without a label."""
        dtype = torch.promote_types(like.dtype, torch.float32)
        blank = torch.full((self.out_channels, *size), torch.nan, dtype=dtype, device=like.device)
        return torch.stack([
            sample.get(self.target_field).data.to(dtype) if self.target_field in sample else blank
            for sample in samples
        ])

    def _resize(self, pred: Tensor, size: tuple[int, int]) -> Tensor:
        return resize(pred, size=size, mode='bilinear', align_corners=self.align_corners)

    # -- prediction ---------------------------------------------------------------------------
    def predict(self, inputs: Any, batch_img_metas: list[dict], test_cfg: dict | None) -> Tensor:
        """(N, C, H, W) map at the size of the input, as the network gives it."""
        return self.body.predict(inputs, batch_img_metas, test_cfg)

    def postprocess(self, pred: Tensor, sample: Any, restore: bool = True) -> None:
        """Write the prediction for one frame into its data sample.

        Args:
            pred: (C, H, W) map at the size of the padded input.
            sample: data sample of the frame.
            restore: whether to bring map and units back to the original image.
        """
        pred = at_least_single(pred)  # half precision would round units of tens of pixels
        if restore:
            pred, zoom = restore_map(pred, sample.metainfo, self.align_corners)
            pred = self.rescale(self.decode(pred), zoom, sample.metainfo)
        else:
            pred = self.decode(pred)
        self.write(pred, sample)

    def write(self, pred: Tensor, sample: Any) -> None:
        """Write a (C, H, W) map in the task's unit into a data sample."""
        sample.set_data({self.pred_field: PixelData(data=pred)})

    def merge(self, versions: list) -> Tensor:
        """(C, H, W) mean of the predictions for augmented versions of a frame, for :meth:`write`.

        Args:
            versions: data samples; flip, zoom and units are undone in each.
        """
        return torch.stack([sample.get(self.pred_field).data for sample in versions]).mean(0)

    # -- the task -----------------------------------------------------------------------------
    def compare(self, pred: Tensor, target: Tensor) -> Tensor:
        """Loss between a map at the size of the input and the encoded targets."""
        return self.loss_decode(pred, target)

    def encode(self, target: Tensor) -> Tensor:
        """Targets in the space in which the network predicts and the loss compares."""
        return target

    def decode(self, pred: Tensor) -> Tensor:
        """The network's map in the task's unit: the inverse of :meth:`encode`."""
        return pred

    @abstractmethod
    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """Values in the network's frame as values in the original image."""
