"""A network of a few hundred parameters with several tasks, for checks of optimizer wrappers."""

from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_reduce, get_world_size
from mmengine.model import BaseModel
from torch import Tensor, nn

from mmmtl.balancing.handover import Handover
from mmmtl.registry import WEIGHTINGS


class ToyTasks(BaseModel):
    """A shared trunk of two layers and a linear head per task; regression with missing labels.

    Follows the rules of :class:`~mmmtl.models.MultiTaskSegmentor`: a task without labels on this
    rank has a zero connected to its prediction, one that only some ranks have the mean over those.

    Args:
        tasks: names.
        weighting: config of the loss weighting.
        seed: of the initial parameters.
        unused: whether there is a layer that no loss reaches.
    """

    def __init__(self, tasks: Sequence[str] = ('a', 'b', 'c'), weighting: dict | None = None,
                 seed: int = 0, unused: bool = False) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.trunk = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 5))
            self.heads = nn.ModuleDict({name: nn.Linear(5, 1) for name in tasks})
            self.unused = nn.Linear(2, 2) if unused else None
        self.loss_weighting = WEIGHTINGS.build(
            weighting or dict(type='FixedWeighting'),
            default_args=dict(tasks=dict.fromkeys(tasks, 'regression')))
        self.handover = Handover()

    def forward(self, inputs: Tensor, targets: Mapping[str, Tensor],
                mode: str = 'loss') -> dict[str, Tensor]:
        """Losses: the mean squared error over the frames whose target is not NaN."""
        features = self.handover.cut(self.trunk(inputs).tanh())
        raw, labelled = {}, []
        for name, head in self.heads.items():
            prediction = head(features).squeeze(1)
            valid = ~targets[name].isnan()
            labelled.append(float(valid.any()))
            raw[name] = ((prediction - targets[name])[valid]**2).mean() if valid.any() \
                else 0.0 * prediction.sum()
        share = torch.tensor(labelled)
        if get_world_size() > 1:
            all_reduce(share, op='mean')
        share = dict(zip(raw, share.tolist(), strict=True))
        present = [name for name in raw if share[name] > 0]
        terms = self.loss_weighting({name: raw[name] / share[name] for name in present})
        losses = {f'loss_{name}': terms.get(name, 0.0) + (0.0 if share[name] else raw[name])
                  for name in raw}
        self.handover.put({name: losses[f'loss_{name}'] for name in raw}, present)
        return losses


def toy_task_batch(size: int, tasks: Sequence[str] = ('a', 'b', 'c'), seed: int = 0,
                   dtype: torch.dtype = torch.float32) -> dict:
    """Inputs (N, 6) and a target (N, ) per task, whose gradients conflict.

    Args:
        size: frames.
        tasks: names.
        seed: of the numbers.
        dtype: of all of them.
    """
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(size, 6, generator=generator, dtype=dtype)
    targets = {name: (-1)**k * (k + 1.0) * inputs[:, 0] + torch.randn(
        size, generator=generator, dtype=dtype) for k, name in enumerate(tasks)}
    return dict(inputs=inputs, targets=targets)
