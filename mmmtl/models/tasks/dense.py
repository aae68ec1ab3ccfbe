"""A task of a dense head of this package."""

from collections.abc import Sequence
from typing import Any

from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.fields import IGNORED

from ..decode_heads.base_task_head import BaseTaskHead
from ..decode_heads.body import flatten_tensors
from ..losses.pixel_mean import PixelMean
from .frames import SEMANTICS, check_classes, labelled_frames
from .map_task import MapTask


class DenseTask(MapTask):
    """A view of a :class:`BaseTaskHead`."""

    head: BaseTaskHead

    @property
    def body(self) -> nn.Module:
        """The head's body."""
        return self.head.body

    @property
    def predicts_as_body(self) -> bool:
        """Whether no subclass has a ``predict`` of its own."""
        return type(self.head).predict is BaseTaskHead.predict

    def check_labels(self, samples: Sequence[SegDataSample]) -> None:
        """Class labels need an output each."""
        if self.target_field == SEMANTICS:
            check_classes(self.name, self.head, samples)

    def frames_to_learn(self, features: Any,
                        samples: list[SegDataSample]) -> tuple[Any, list[SegDataSample]]:
        """All frames, but for semantics: auxiliary heads may be mmseg's."""
        if self.target_field != SEMANTICS:
            return features, samples
        return labelled_frames(self.has_target, features, samples)

    def outputs(self, features: Any) -> list[Tensor]:
        """All that the body returns."""
        return flatten_tensors(self.body(features))

    def pixel_means(self) -> list[PixelMean]:
        """Of classes, what the loss is a mean over, but for losses that count themselves."""
        loss = self.head.loss_decode
        losses = list(loss) if isinstance(loss, nn.ModuleList) else [loss]
        unknown = [type(one).__name__ for one in losses if not hasattr(one, 'count')]
        if unknown and self.kind == 'classification':
            ignored = getattr(self.head, 'ignore_index', IGNORED)
            return [PixelMean.of(one, ignored) for one in losses]
        if unknown:
            raise ValueError(f'{unknown[0]} does not say what it is a mean over (a method '
                             '`count(target)`)')
        return []

    def count(self, samples: Sequence[SegDataSample], like: Tensor,
              mean: PixelMean | None) -> Tensor | float:
        """Values of the encoded targets."""
        target = self.head.targets(samples, like)
        return mean.count(target) if mean else self.head.loss_decode.count(target)

    def forward(self, features: Any) -> Tensor:
        """(N, C, h, w)."""
        return self.head(features)

    def write(self, pred: Tensor, sample: SegDataSample, restore: bool = True) -> None:
        """Undo padding, flip and zoom, in map and units, and write."""
        self.head.postprocess(pred, sample, restore=restore)

    def merge(self, versions: Sequence[SegDataSample], merged: SegDataSample) -> None:
        """The head's mean."""
        self.head.write(self.head.merge(versions), merged)
