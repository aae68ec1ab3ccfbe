"""MTAN on SegNet: one shared network, and an attention per task on each of its levels."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmmtl.registry import MODELS

from ..attention import TaskAttention, require_tasks
from .column import WIDTHS, SegNetBase, make_decoder, make_encoder, pool, unit, unpool


@MODELS.register_module()
class SegNetMTAN(SegNetBase):
    """Multi-Task Attention Network on SegNet; with one task the paper's STAN.

    Source: Liu, Johns and Davison, `MTAN <https://arxiv.org/abs/1803.10704>`_ (CVPR 2019), section
    3, and the authors' code. With u the first and p the last map of a level, equation 1 is

    - encoder, level k: ``a_k = pool(f_k(m_k ⊙ p_k))``, ``m_k = h_k(g_k([u_k; a_{k-1}]))``
      (``[u_0]`` at level 0);
    - decoder, level k: ``a_k = m_k ⊙ p_k``, ``m_k = h_k(g_k([u_k; f_k(up(a_{k+1}))]))``, where
      u_k is the unpooled input of the level and up is bilinear with aligned corners.

    g and h are 1×1 convolutions with normalisation, ReLU and sigmoid, a pair for each task. The
    3×3 convolutions **f are shared by the tasks**, as the paper says; each task passes through
    them by itself, so that their batch normalisation takes the statistics of one task at a time.

    Args:
        tasks: names; the segmentor fills in those of its heads.
        init_cfg: by default Xavier's normal initialisation, as the authors'.
    """

    features_per_task = True

    def __init__(self, tasks: Sequence[str] | None = None,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        self.tasks = require_tasks(tasks, 'SegNetMTAN')
        self.encoder = make_encoder()
        self.decoder = make_decoder()
        outputs = (WIDTHS[0], *WIDTHS[:-1])  # of decoder level k, also of its shared f
        self.encoder_attention = nn.ModuleList(
            TaskAttention(self.tasks, width if k == 0 else 2 * width, width)
            for k, width in enumerate(WIDTHS))
        self.encoder_shared = nn.ModuleList(
            unit(width, following)
            for width, following in zip(WIDTHS, (*WIDTHS[1:], WIDTHS[-1]), strict=True))
        self.decoder_attention = nn.ModuleList(
            TaskAttention(self.tasks, width + output, output)
            for width, output in zip(WIDTHS, outputs, strict=True))
        self.decoder_shared = nn.ModuleList(
            unit(width, output) for width, output in zip(WIDTHS, outputs, strict=True))

    def forward(self, x: Tensor) -> dict[str, tuple[Tensor]]:
        """(N, 3, H, W) images to one (N, 64, H, W) map per task."""
        self.check_size(x)
        attended: dict[str, Tensor] = {}
        places = []
        for k, encode in enumerate(self.encoder):
            first = encode[0](x)
            last = encode[1:](first)
            for task in self.tasks:
                seen = first if k == 0 else torch.cat([first, attended[task]], 1)
                masked = self.encoder_attention[k](task, seen, last)
                attended[task] = F.max_pool2d(self.encoder_shared[k](masked), 2)
            x, place = pool(last)
            places.append(place)
        for k in reversed(range(len(self.decoder))):
            first = unpool(x, places[k])
            x = self.decoder[k](first)
            for task in self.tasks:
                larger = F.interpolate(
                    attended[task], size=places[k].size, mode='bilinear', align_corners=True)
                seen = torch.cat([first, self.decoder_shared[k](larger)], 1)
                attended[task] = self.decoder_attention[k](task, seen, x)
        return {task: (value, ) for task, value in attended.items()}
