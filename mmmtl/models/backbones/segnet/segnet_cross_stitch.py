"""Cross-stitch network on SegNet: a network per task, mixed between the levels."""

from collections.abc import Sequence

from torch import Tensor

from mmmtl.registry import MODELS

from ..attention import per_task, require_tasks
from ..cross_stitch_units import make_units
from .column import WIDTHS, SegNetBase, make_decoder, make_encoder, pool, unpool


@MODELS.register_module()
class SegNetCrossStitch(SegNetBase):
    """A SegNet per task; what enters a level is mixed, but the image.

    Source: Misra et al., `Cross-stitch networks <https://arxiv.org/abs/1604.03539>`_ (CVPR 2016),
    as the authors of MTAN (Liu et al., CVPR 2019) compare with it. Unpooling uses the places of a
    task's own maxima.

    Args:
        tasks: names; the segmentor fills in those of its heads.
        units: ``'source'``, the authors' (:class:`~mmmtl.models.backbones.cross_stitch_units.\
SourceMixture`), or ``'matrix'``, Misra's (:class:`~mmmtl.models.backbones.cross_stitch_units.\
CrossStitchUnit`).
        init_cfg: by default Xavier's uniform initialisation, as the authors'.
    """

    features_per_task = True

    def __init__(self, tasks: Sequence[str] | None = None, units: str = 'source',
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg, distribution='uniform')
        self.tasks = require_tasks(tasks, 'SegNetCrossStitch')
        self.encoders = per_task(self.tasks, make_encoder)
        self.decoders = per_task(self.tasks, make_decoder)
        self.encoder_units = make_units(units, self.tasks, len(WIDTHS) - 1)  # entering 1 to 4
        self.decoder_units = make_units(units, self.tasks, len(WIDTHS))  # entering 0 to 4

    def forward(self, x: Tensor) -> dict[str, tuple[Tensor]]:
        """(N, 3, H, W) images to one (N, 64, H, W) map per task."""
        self.check_size(x)
        values = dict.fromkeys(self.tasks, x)
        places: list[dict] = []
        for k in range(len(WIDTHS)):
            if k > 0:
                values = self.encoder_units[k - 1](values)
            pooled = {task: pool(self.encoders[task][k](values[task])) for task in self.tasks}
            values = {task: value for task, (value, _) in pooled.items()}
            places.append({task: place for task, (_, place) in pooled.items()})
        for k in reversed(range(len(WIDTHS))):
            values = self.decoder_units[k](values)
            values = {task: self.decoders[task][k](unpool(values[task], places[k][task]))
                      for task in self.tasks}
        return {task: (value, ) for task, value in values.items()}
