"""A task with one answer for the whole image."""

from collections.abc import Sequence
from typing import Any

from mmseg.structures import SegDataSample
from torch import Tensor

from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.body import flatten_tensors
from ..losses.pixel_mean import PixelMean
from .base import Task


class ImageTask(Task):
    """A view of a :class:`BaseImageHead`."""

    dense = False
    head: BaseImageHead

    def outputs(self, features: Any) -> list[Tensor]:
        """The features: the head is linear in them, and its parameters are named besides."""
        return flatten_tensors(features)

    def pixel_means(self) -> list[PixelMean]:
        """None: images are counted."""
        return []

    def count(self, samples: Sequence[SegDataSample], like: Tensor,
              mean: PixelMean | None) -> Tensor | float:
        """Labelled images."""
        return self.head.count(list(samples))

    def forward(self, features: Any) -> Tensor:
        """(N, C)."""
        return self.head(features)

    def predict(self, features: Any) -> Tensor:
        """(N, C) decoded answers, for :meth:`write`."""
        return self.head.decode(self.head(features))

    def write(self, pred: Tensor, sample: SegDataSample, restore: bool = True) -> None:
        """Write the answer."""
        self.head.write(pred, sample)

    def merge(self, versions: Sequence[SegDataSample], merged: SegDataSample) -> None:
        """The head's mean; nothing where the samples asked for other tasks."""
        if self.pred_field in merged:
            self.head.write(self.head.merge(versions), merged)
