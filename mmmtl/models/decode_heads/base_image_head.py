"""What every image-level task head has in common: one vector for the whole image."""

from abc import ABCMeta, abstractmethod
from typing import Any

import torch
from mmengine.model import BaseModule
from mmengine.structures import LabelData
from torch import Tensor, nn

from mmmtl.datasets.image_labels import is_known
from mmmtl.fields import LABEL_VALUES
from mmmtl.utils.precision import at_least_single

from ..connected_zero import connected_zero
from .labelled import noted_values


class BaseImageHead(BaseModule, metaclass=ABCMeta):
    """A task with one answer for the whole image: features → (N, C).

    Global average pooling, dropout, one linear layer. Such heads stand beside dense ones in
    ``task_heads``, or as ``decode_head``. Several of them stand side by side since each has a
    field of its own in the data sample:

    ==================== ======================================================================
    reads                ``gt_<field>.item``; a sample without the field, or with a value
                         that is NaN, is unlabelled
    writes               ``pred_<field>.item``, and what the task adds
    ==================== ======================================================================

    Both are mmengine's ``LabelData``; a pipeline puts ``image_labels={field: value}`` into the
    results and :class:`PackMultiTaskInputs` makes the fields.

    Args:
        in_channels: channels of the feature map.
        out_channels: C.
        field: as above; in ``task_heads`` the name of the task by default.
        in_index: which of several feature maps.
        dropout: probability before the linear layer.
        init_cfg: initialisation; torch's own of a linear layer by default.

    Raises:
        ValueError: without a field, or for a dropout outside [0, 1).
    """

    #: what labels are stacked as
    label_dtype = torch.float32
    #: kind of likelihood, for loss weightings
    kind = 'regression'
    #: mmseg's segmentors ask every ``decode_head``; there is no map to resize
    align_corners = False
    #: key of the loss
    loss_name = 'loss_image'

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 field: str | None = None,
                 in_index: int = -1,
                 dropout: float = 0.0,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        name = type(self).__name__
        if not field:
            raise ValueError(
                f"{name}: field is missing. In task_heads it is the task's name; as decode_head "
                "give it, for example field='age' to read gt_age and write pred_age")
        if not 0 <= dropout < 1:
            raise ValueError(f'{name}: dropout must be in [0, 1), got {dropout!r}')
        self.field, self.default_task = field, field
        self.target_field, self.pred_field = f'gt_{field}', f'pred_{field}'
        self.in_channels, self.in_index = in_channels, in_index
        self.out_channels = self.num_classes = out_channels
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(in_channels, out_channels)

    # -- network ------------------------------------------------------------------------------
    def forward(self, inputs: Any) -> Tensor:
        """(N, C) as the network gives it, from (N, ``in_channels``, h, w) features.

        In single precision at least, whatever the features are in.
        """
        if isinstance(inputs, list | tuple):
            inputs = inputs[self.in_index]
        outputs = self.fc(self.dropout(inputs.mean((2, 3))))
        return at_least_single(outputs)

    # -- training -----------------------------------------------------------------------------
    def has_target(self, sample: Any) -> bool:
        """Whether this image is labelled for the task, with numbers."""
        if self.target_field not in sample:
            return False
        noted = noted_values(sample, self.target_field)
        return is_known(sample.get(self.target_field).item) if noted is None else noted

    def loss(self, inputs: Any, batch_data_samples: list, train_cfg: dict | None = None) -> dict:
        """Mean loss over the labelled images of a batch.

        Returns:
            ``{loss_name: scalar}``; an exact zero with zero gradients if no image has a label.
        """
        outputs = self(inputs)
        rows = [i for i, sample in enumerate(batch_data_samples) if self.has_target(sample)]
        if not rows:
            return {self.loss_name: connected_zero([outputs])}
        target = self._targets([batch_data_samples[i] for i in rows]).to(outputs.device)
        outputs = outputs if len(rows) == len(outputs) else outputs[rows]
        return {self.loss_name: self.compare(outputs, target)}

    def _targets(self, samples: list) -> Tensor:
        """(n, k) labels of labelled images.

        Raises:
            ValueError: a label is not such a one; see :meth:`check_label`.
        """
        for sample in samples:
            values = sample.metainfo.get(LABEL_VALUES, {}).get(self.target_field)
            if values is None:  # packed by something else
                values = tuple(sample.get(self.target_field).item.reshape(-1).tolist())
            image = sample.metainfo.get('img_path', 'an image without img_path')
            self.check_label(values, f'{image}: the label of task {self.field!r}')
        labels = [sample.get(self.target_field).item.reshape(-1) for sample in samples]
        return torch.stack([label.to(self.label_dtype) for label in labels])

    def check_label(self, values: tuple[float, ...], where: str) -> None:
        """Refuse the numbers of a label that the loss cannot compare with; here nothing is.

        Raises:
            ValueError: beginning with ``where``, image and task.
        """

    def count(self, samples: list) -> float:
        """What the loss of a batch divides by: its labelled images."""
        return float(sum(self.has_target(sample) for sample in samples))

    @abstractmethod
    def compare(self, outputs: Tensor, target: Tensor) -> Tensor:
        """Scalar loss between the (n, C) outputs of labelled images and their (n, k) labels."""

    # -- prediction ---------------------------------------------------------------------------
    @abstractmethod
    def decode(self, outputs: Tensor) -> Tensor:
        """(N, C) outputs as what is averaged over augmented versions and given to :meth:`write`."""

    @abstractmethod
    def write(self, pred: Tensor, sample: Any) -> None:
        """Write the (C,) decoded prediction of one image into its data sample."""

    @abstractmethod
    def read(self, sample: Any) -> Tensor:
        """What :meth:`write` got, from the sample."""

    def merge(self, versions: list) -> Tensor:
        """(C,) mean of the predictions for augmented versions of an image, for :meth:`write`."""
        return torch.stack([self.read(sample) for sample in versions]).mean(0)

    def _set(self, sample: Any, **data: Tensor) -> None:
        sample.set_data({self.pred_field: LabelData(**data)})
