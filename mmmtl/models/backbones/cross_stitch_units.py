"""Linear mixtures of the tasks' features."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmmtl.utils.precision import ExactNumbers


class SourceMixture(nn.Module):
    """The mixture of the authors of MTAN: a scalar per source task, one sum for all tasks.

    ``x̃ = Σ_s α_s x_s``, α = 1 at the start: a plain sum. It is not what Misra et al. define
    (:class:`CrossStitchUnit`).

    Args:
        tasks: names.
    """

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = tuple(tasks)
        self.weight = nn.Parameter(torch.ones(len(self.tasks)))

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """The mixture, the same for each task."""
        mixed = sum(weight * features[task] for weight, task in zip(
            self.weight, self.tasks, strict=True))
        return dict.fromkeys(self.tasks, mixed)


class CrossStitchUnit(ExactNumbers):
    """Misra et al., `Cross-stitch networks <https://arxiv.org/abs/1604.03539>`_ (CVPR 2016).

    Equation 1 for K tasks: ``x̃_t = Σ_s α_ts x_s`` with a K × K matrix α at each unit.

    Args:
        tasks: names.
        own: α_tt at the start; the rest to 1 is shared by the other tasks (the paper's α_S and
            α_D; its best were 0.9 and 0.1).
    """

    def __init__(self, tasks: Sequence[str], own: float = 0.9) -> None:
        super().__init__()
        self.tasks = tuple(tasks)
        count = len(self.tasks)
        other = (1 - own) / max(count - 1, 1)
        alpha = [[other if i != j else own if count > 1 else 1.0 for j in range(count)]
                 for i in range(count)]
        self.weight = nn.Parameter(torch.tensor(alpha))
        self.note_exact('weight', alpha)

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """A mixture for each task."""
        return {task: sum(weight * features[source]
                          for weight, source in zip(row, self.tasks, strict=True))
                for task, row in zip(self.tasks, self.weight, strict=True)}


MIXTURES = {'source': SourceMixture, 'matrix': CrossStitchUnit}


def make_units(kind: str, tasks: Sequence[str], count: int) -> nn.ModuleList:
    """Mixtures of a network, by their kind's name in ``MIXTURES``.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in MIXTURES:
        raise ValueError(f'units must be one of {list(MIXTURES)}, got {kind!r}')
    return nn.ModuleList(MIXTURES[kind](tasks) for _ in range(count))
