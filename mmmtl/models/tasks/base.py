"""What every task can do, so that nobody else need know which kind of head it has."""

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any

from mmseg.structures import SegDataSample
from torch import Tensor, nn

from ..connected_zero import connected_zero
from ..losses.pixel_mean import PixelMean


class Task(metaclass=ABCMeta):
    """A view of a head: its name, and what segmentor, augmentation and counts ask of it.

    A view has no state and is no module, so that parameters and checkpoints are those of the
    heads. The segmentor makes it anew when it is asked for.

    Args:
        name: of the task.
        head: what predicts it.
        auxiliary: views of further heads that are trained for it.
    """

    #: whether the head predicts a map, and not one answer for the image
    dense = True
    #: whether the head is mmseg's own, semantic whatever it is asked for
    of_host = False

    def __init__(self, name: str, head: nn.Module, auxiliary: Sequence['Task'] = ()) -> None:
        self.name = name
        self.head = head
        self.auxiliary = tuple(auxiliary)

    # -- what it is ---------------------------------------------------------------------------
    @property
    def kind(self) -> str:
        """Kind of likelihood, for loss weightings: ``'regression'`` or ``'classification'``."""
        return self.head.kind

    @property
    def target_field(self) -> str:
        """Field of the data sample that it learns from."""
        return self.head.target_field

    @property
    def pred_field(self) -> str:
        """Field of the data sample that it writes."""
        return self.head.pred_field

    @property
    def align_corners(self) -> bool:
        """How its map is resized."""
        return bool(getattr(self.head, 'align_corners', False))

    # -- training -----------------------------------------------------------------------------
    def has_target(self, sample: SegDataSample) -> bool:
        """Whether a frame has a label with a value to learn from."""
        return self.head.has_target(sample)

    def was_read(self, sample: SegDataSample) -> bool:
        """Whether a frame has a label, be there a value in it or not."""
        return self.target_field in sample

    def check_labels(self, samples: Sequence[SegDataSample]) -> None:  # noqa: B027 (most do not)
        """Refuse labels that the head has no output for, as far as their packing noted them.

        Raises:
            ValueError: with file and value.
        """

    def frames_to_learn(self, features: Any,
                        samples: list[SegDataSample]) -> tuple[Any, list[SegDataSample]]:
        """Features and samples of the frames that the head's loss is to see; all by default."""
        return features, samples

    @abstractmethod
    def outputs(self, features: Any) -> list[Tensor]:
        """What a loss of zero is connected to: everything that the head makes of its features."""

    def zero(self, features: Any) -> Tensor:
        """Zero with a gradient of zero for every parameter, of auxiliary heads too.

        Args:
            features: of this task.
        """
        views = [self, *self.auxiliary]
        # Parameters besides, since a head may have some that only its loss uses (PointHead).
        return connected_zero([*(tensor for view in views for tensor in view.outputs(features)),
                               *self.parameters()])

    def parameters(self) -> list[Tensor]:
        """Parameters of the head and of auxiliary heads."""
        return [p for view in (self, *self.auxiliary) for p in view.head.parameters()]

    # -- what its loss is a mean over -----------------------------------------------------------
    @abstractmethod
    def pixel_means(self) -> list[PixelMean]:
        """What the head's losses over class labels are means over; none for measurements.

        Raises:
            ValueError: it is not known, with the reason.
        """

    @abstractmethod
    def count(self, samples: Sequence[SegDataSample], like: Tensor,
              mean: PixelMean | None) -> Tensor | float:
        """How many values the loss of some frames, one of them labelled, is a mean over.

        Args:
            samples: the frames.
            like: a tensor on the device of their batch.
            mean: the one of :meth:`pixel_means`.
        """

    # -- prediction ---------------------------------------------------------------------------
    @abstractmethod
    def forward(self, features: Any) -> Tensor:
        """The map at the head's resolution, or the (N, C) vector, as the network gives it."""

    @abstractmethod
    def write(self, pred: Tensor, sample: SegDataSample, restore: bool = True) -> None:
        """Write a prediction into the sample of its frame.

        Args:
            pred: (C, H, W) map at the size of the padded input, or (C, ) decoded vector.
            sample: data sample of the frame.
            restore: whether to bring a map, and its units, back to the original image.
        """

    @abstractmethod
    def merge(self, versions: Sequence[SegDataSample], merged: SegDataSample) -> None:
        """Write the mean of the predictions for augmented versions of a frame.

        Args:
            versions: data samples; flip, zoom and units are undone in each.
            merged: where to.
        """
