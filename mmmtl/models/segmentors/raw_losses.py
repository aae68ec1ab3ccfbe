"""The tasks' losses before they are weighted, made of what the heads of MMSegmentation return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor


@dataclass
class RawLosses:
    """Unweighted losses of one batch.

    Attributes:
        share: of each task, the share of ranks that have its labels; with counts over all ranks,
            their mean count relative to this rank's.
        values: scalar loss of each task; a connected zero without labels.
        logs: what the log shows of them.
    """

    share: Mapping[str, float]
    values: dict[str, Tensor] = field(default_factory=dict)
    logs: dict[str, Tensor] = field(default_factory=dict)

    def add(self, name: str, losses: Mapping[str, Any], labelled: bool = True) -> None:
        """Take what a head returns.

        Args:
            name: of the task.
            losses: parts of its loss, and accuracies.
            labelled: whether this rank has labels; otherwise nothing is logged.
        """
        parts, accuracies = split_losses(losses)
        self.values[name] = sum(parts.values())
        if not labelled:
            return
        self.logs[f'raw/{name}'] = self.values[name].detach()
        if len(parts) > 1:
            self.logs.update({f'raw/{name}.{without_loss(part)}': value.detach()
                              for part, value in parts.items()})
        self.logs.update(accuracies)

    def add_zero(self, name: str, zero: Tensor) -> None:
        """Take the zero of a task without labels on this rank."""
        self.values[name] = zero

    @property
    def present(self) -> dict[str, bool]:
        """Whether any rank has labels of a task."""
        return {name: share > 0 for name, share in self.share.items()}

    def over_ranks(self) -> dict[str, Tensor]:
        """Losses of the tasks that any rank has labels of, whose mean over all ranks is right.

        DistributedDataParallel averages over all ranks: a loss that only some of them have is
        made the mean over those, or its gradient and its log-variance would shrink with them.
        """
        return {name: value / self.share[name] for name, value in self.values.items()
                if self.share[name] > 0}

    def weighted(self, terms: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The term of each task, and the zero of one that no rank has labels of.

        Args:
            terms: what a weighting makes of :meth:`over_ranks`.
        """
        return {name: terms.get(name, 0.0) + (0.0 if self.share[name] > 0 else value)
                for name, value in self.values.items()}


def split_losses(losses: Mapping[str, Any]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Terms of a task's loss as scalars, and what mmseg logs beside them."""
    parts = {key: sum(v.mean() for v in value) if isinstance(value, list | tuple) else value.mean()
             for key, value in losses.items() if 'loss' in key}
    return parts, {key: value for key, value in losses.items() if key not in parts}


def without_loss(part: str) -> str:
    """A log key that mmengine does not add to the loss."""
    return part.replace('loss_', '').replace('loss', '')
