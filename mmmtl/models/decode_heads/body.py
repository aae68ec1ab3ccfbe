"""Bodies: any decode head of MMSegmentation as features → map, for a task that is not semantic.

Two things stand between a published ``decode_head`` and another task: its config says how many
classes it has in several places, and its forward pass returns what its own loss wants. This file
knows both, so that heads and segmentors need not.
"""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from mmengine.model import BaseModule
from mmseg.models.decode_heads import EncHead, IterativeDecodeHead, PIDHead, PointHead
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from mmmtl.registry import MODELS

# Heads whose loss and prediction are not made of per-pixel maps. The reason is what a user reads.
_REFUSED = {
    'MaskFormerHead': 'it predicts masks and classes by queries, matched in its own loss',
    'Mask2FormerHead': 'it predicts masks and classes by queries, matched in its own loss',
    'SideAdapterCLIPHead': 'it classifies masks with a language model',
    'PointHead': 'it refines a class map at uncertain points, which other tasks do not have',
    'VPDDepthHead': 'it is a depth head already, with a loss of its own',
}

# What belongs to the host's own loss, not to its architecture.
_LOSS_OPTIONS = ('loss_decode', 'sampler', 'out_channels', 'threshold', 'ignore_index')


def adapt_body_cfg(cfg: dict | Sequence[dict], out_channels: int) -> Any:
    """Copy of a decode head's config that returns ``out_channels`` channels.

    Args:
        cfg: config of a decode head, or the list of heads of a cascade.
        out_channels: channels of the new map.

    Returns:
        The adapted config, or list of configs if more than one head is left.

    Raises:
        ValueError: if the head cannot serve as a body, with the reason.
    """
    if isinstance(cfg, Sequence):
        # PointRend: a task without classes takes the coarse head and no refinement of classes
        heads = [head for head in cfg if _type_name(head) != 'PointHead'] or list(cfg)
        adapted = [adapt_body_cfg(head, out_channels) for head in heads]
        return adapted[0] if len(adapted) == 1 else adapted
    cfg = copy.deepcopy(dict(cfg))
    name = _type_name(cfg)
    if name in _REFUSED:
        raise ValueError(
            f'a task head cannot be built like {name}: {_REFUSED[name]}. Give the task head a '
            "body of its own: body=dict(type='FCNHead', in_channels=..., channels=...)")
    _set_out_channels(cfg, out_channels)
    return cfg


def _type_name(cfg: dict) -> str:
    return str(cfg.get('type', '')).rpartition('.')[2]


def _set_out_channels(node: Any, out_channels: int) -> None:
    """Set each ``num_classes`` below ``node``; drop options of the loss where a head stands."""
    if isinstance(node, dict):
        if 'num_classes' in node:
            node['num_classes'] = out_channels
            cls = _decode_head_class(node.get('type'))
            if cls is not None:
                for key in _LOSS_OPTIONS:
                    node.pop(key, None)
                # Said, since mmseg takes one or two channels for binary segmentation and warns.
                node.update(out_channels=out_channels, threshold=0.0)
                if issubclass(cls, EncHead):  # its second output says which classes are present
                    node['use_se_loss'] = False
                    node.pop('loss_se_decode', None)
        for value in node.values():
            _set_out_channels(value, out_channels)
    elif isinstance(node, list | tuple):
        for value in node:
            _set_out_channels(value, out_channels)


def _decode_head_class(head_type: Any) -> type[BaseDecodeHead] | None:
    cls = MODELS.get(head_type) if isinstance(head_type, str) else head_type
    return cls if isinstance(cls, type) and issubclass(cls, BaseDecodeHead) else None


def build_body(cfg: dict | Sequence[dict], out_channels: int) -> nn.Module:
    """Build a decode head, or a cascade of them, with ``out_channels`` channels per map."""
    adapted = adapt_body_cfg(cfg, out_channels)
    body = CascadeHead(adapted) if isinstance(adapted, list) else MODELS.build(adapted)
    if hasattr(body, 'mask_norm'):
        # Segmenter normalises over its classes, which leaves one channel nothing but its bias
        # and two channels only a sign.
        body.mask_norm = CosineScale(out_channels, body.classes_proj.out_features)
    return body


class CosineScale(nn.Module):
    """Cosines of embeddings as real numbers, where Segmenter's head normalises over classes.

    Cosines of random directions vary by 1 / sqrt(D): times sqrt(D) they vary by 1 at the start,
    as with the normalisation. Scale and offset are learned in that unit, since a network whose
    parameters move by the learning rate a step would not get from 1 to tens of pixels.

    Args:
        channels: channels of the map.
        embed_dims: D, dimensions of the embeddings.
    """

    def __init__(self, channels: int, embed_dims: int) -> None:
        super().__init__()
        self.unit = embed_dims**0.5
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, cosines: Tensor) -> Tensor:
        """(..., channels) map of real numbers."""
        return self.unit * (self.weight * cosines + self.bias)


class CascadeHead(nn.ModuleList):
    """The list of heads of a ``CascadeEncoderDecoder`` behind the interface of one head.

    Each head sees the features and the map of the head before it. Parameters are named as in
    mmseg (``0.…``, ``1.…``), so that its checkpoints load.

    Args:
        cfgs: configs of the heads, first to last.
    """

    def __init__(self, cfgs: Sequence[dict]) -> None:
        super().__init__([MODELS.build(cfg) for cfg in cfgs])
        last = self[-1]
        self.align_corners: bool = last.align_corners
        self.num_classes: int = last.num_classes
        self.out_channels: int = last.out_channels
        self.threshold = last.threshold
        self.ignore_index: int = last.ignore_index

    def init_weights(self) -> None:
        """Initialise each head by its own ``init_cfg``."""
        for head in self:
            if isinstance(head, BaseModule):
                head.init_weights()

    def _maps(self, inputs: Any) -> list[Tensor]:
        maps = [self[0].forward(inputs)]
        for head in list(self)[1:]:
            if not isinstance(head, PointHead):  # it refines points in loss and predict only
                maps.append(head.forward(inputs, maps[-1]))
        return maps

    def forward(self, inputs: Any) -> list[Tensor] | Tensor:
        """Maps of all stages while training, that of the last one otherwise."""
        maps = self._maps(inputs)
        return maps if self.training else maps[-1]

    def loss(self, inputs: Any, data_samples: list, train_cfg: dict) -> dict[str, Tensor]:
        """Losses of all stages, each under its number."""
        losses = {f'0.{key}': value
                  for key, value in self[0].loss(inputs, data_samples, train_cfg).items()}
        output = self[0].forward(inputs)
        for number, head in enumerate(list(self)[1:], 1):
            stage = head.loss(inputs, output, data_samples, train_cfg)
            losses.update({f'{number}.{key}': value for key, value in stage.items()})
            if number < len(self) - 1:
                output = head.forward(inputs, output)
        return losses

    def predict(self, inputs: Any, batch_img_metas: list[dict], test_cfg: dict) -> Tensor:
        """Map of the last stage, resized to the input as mmseg does."""
        output = self[0].forward(inputs)
        for head in list(self)[1:-1]:
            output = head.forward(inputs, output)
        return self[-1].predict(inputs, output, batch_img_metas, test_cfg)


def flatten_tensors(outputs: Any) -> list[Tensor]:
    """All tensors in the nested lists, tuples and dicts that a head may return."""
    if isinstance(outputs, Tensor):
        return [outputs]
    if isinstance(outputs, dict):
        outputs = outputs.values()
    elif not isinstance(outputs, list | tuple):
        return []
    return [tensor for item in outputs for tensor in flatten_tensors(item)]


def labelled_only(features: Any, labelled: list[int]) -> Any:
    """Features of some frames of the batch, in whatever nesting a backbone returns them.

    Args:
        features: nested lists, tuples or dicts of (N, ...) tensors.
        labelled: numbers of the frames to keep.
    """
    if isinstance(features, Tensor):
        return features[labelled]
    if isinstance(features, dict):
        return {key: labelled_only(value, labelled) for key, value in features.items()}
    if isinstance(features, list | tuple):
        return type(features)(labelled_only(value, labelled) for value in features)
    return features


def split_maps(outputs: Any, out_channels: int,
               body: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """Separate what a body returns into maps of the task and what its own loss wanted besides.

    Heads of MMSegmentation return one map, or while training several: DANet its fused map and
    those of both attentions, DDRNet context and detail, K-Net one a stage, PIDNet detail, fused
    map and boundary.

    Args:
        outputs: what ``forward`` returned.
        out_channels: channels of the task's map.
        body: the body.

    Returns:
        ``(maps, rest)``: (N, out_channels, h, w) maps with the one used for prediction first, and
        other tensors.

    Raises:
        ValueError: if there is no such map.
    """
    tensors = flatten_tensors(outputs)
    if isinstance(body, PIDHead) and len(tensors) == 3:
        detail, fused, boundary = tensors
        return [fused, detail], [boundary]
    maps = [t for t in tensors if t.ndim == 4 and t.shape[1] == out_channels]
    rest = [t for t in tensors if not any(t is m for m in maps)]
    if not maps:
        raise ValueError(
            f'{type(body).__name__} returned {[tuple(t.shape) for t in tensors]}, no map of '
            f'{out_channels} channels; give the task head another body')
    if isinstance(body, IterativeDecodeHead | CascadeHead):  # stages, the last one predicts
        maps = maps[::-1]
    return maps, rest
