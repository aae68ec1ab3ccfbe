"""Dense network of MTAN's comparison: a network per task that also reads a shared one."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mmmtl.registry import MODELS

from ..attention import per_task, require_tasks
from .column import WIDTHS, SegNetBase, make_decoder, make_encoder, pool, unit, unpool


def _task_decoder() -> nn.ModuleList:
    """Decoder of a task; at level 0 only the second convolution reduces the channels."""
    decoder = make_decoder(inflow=2)
    decoder[0] = nn.Sequential(unit(2 * WIDTHS[0], 2 * WIDTHS[0]), unit(2 * WIDTHS[0], WIDTHS[0]))
    return decoder


@MODELS.register_module()
class SegNetDense(SegNetBase):
    """A shared SegNet, and one per task whose levels read ``[own; shared]`` of the level before.

    Source: the *Dense* baseline of Liu, Johns and Davison, `MTAN
    <https://arxiv.org/abs/1803.10704>`_ (CVPR 2019), as in the authors' code. The encoder of a task
    begins with the image; each network unpools by its own maxima.

    Args:
        tasks: names; the segmentor fills in those of its heads.
        unused_channels: the authors' shared decoder has a level 0 (64 → 64 → number of classes)
            whose output nobody reads. With its number of channels it is here too, frozen and
            never computed, so that counts and state dicts agree; without it is left out.
        init_cfg: by default Xavier's uniform initialisation, as the authors'.
    """

    features_per_task = True

    def __init__(self, tasks: Sequence[str] | None = None, unused_channels: int | None = None,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg, distribution='uniform')
        self.tasks = require_tasks(tasks, 'SegNetDense')
        self.encoder = make_encoder()
        self.decoder = make_decoder()[1:]  # levels 1 to 4
        self.encoders = per_task(self.tasks, make_encoder, WIDTHS, 1, 2)
        self.decoders = per_task(self.tasks, _task_decoder)
        self.unused = None
        if unused_channels is not None:
            self.unused = nn.Sequential(
                unit(WIDTHS[0], WIDTHS[0]), unit(WIDTHS[0], unused_channels))
            self.unused.requires_grad_(False)

    def forward(self, x: Tensor) -> dict[str, tuple[Tensor]]:
        """(N, 3, H, W) images to one (N, 64, H, W) map per task."""
        self.check_size(x)
        shared, own = x, dict.fromkeys(self.tasks, x)
        places: list[dict[str | None, tuple]] = []  # by task; None is the shared network
        for k, encode in enumerate(self.encoder):
            inputs = own if k == 0 else self._beside(own, shared)
            pooled = {task: pool(self.encoders[task][k](inputs[task])) for task in self.tasks}
            shared, place = pool(encode(shared))
            own = {task: value for task, (value, _) in pooled.items()}
            places.append({None: place} | {task: place for task, (_, place) in pooled.items()})
        for k in reversed(range(len(WIDTHS))):
            shared = unpool(shared, places[k][None])
            own = {task: unpool(own[task], places[k][task]) for task in self.tasks}
            inputs = self._beside(own, shared)
            own = {task: self.decoders[task][k](inputs[task]) for task in self.tasks}
            if k > 0:
                shared = self.decoder[k - 1](shared)
        return {task: (value, ) for task, value in own.items()}

    @staticmethod
    def _beside(own: dict[str, Tensor], shared: Tensor) -> dict[str, Tensor]:
        return {task: torch.cat([value, shared], 1) for task, value in own.items()}
