"""Cross-stitch networks from copies of any backbone with stages."""

from collections.abc import Sequence

from mmengine.model import BaseModule
from torch import Tensor

from mmmtl.registry import MODELS

from .attention import per_task, require_tasks
from .cross_stitch_units import make_units
from .mtan import build_backbone
from .stages import run, split_stages


@MODELS.register_module()
class CrossStitch(BaseModule):
    """A copy of a backbone per task, mixed after each stage.

    Source: Misra et al., `Cross-stitch networks <https://arxiv.org/abs/1604.03539>`_ (CVPR 2016),
    which puts its units behind the poolings of AlexNet. Copies start from the same pretrained
    weights, if the backbone has some, and otherwise each from its own.

    In a config that inherits another, one line::

        model = dict(backbone=dict(_delete_=True, type='mmmtl.CrossStitch',
                                   backbone=_base_.model.backbone))

    Args:
        backbone: config of a ResNet (or what mmseg derives from it), a MobileNetV2 or an
            ``EfficientNetLite``.
        tasks: names; the segmentor fills in those of its heads.
        units: ``'matrix'``, Misra's K × K (:class:`CrossStitchUnit`), or ``'source'``, the plain
            sum of MTAN's authors (:class:`SourceMixture`).
        pretrained: of the backbone, where mmseg passes it on.
        init_cfg: initialisation; see mmengine.

    Raises:
        ValueError: a backbone that is not known.
    """

    features_per_task = True

    def __init__(self,
                 backbone: dict,
                 tasks: Sequence[str] | None = None,
                 units: str = 'matrix',
                 pretrained: str | None = None,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        self.tasks = require_tasks(tasks, 'CrossStitch')
        self.backbones = per_task(self.tasks, build_backbone, backbone, pretrained)
        first = self.backbones[self.tasks[0]]
        self.out_indices = tuple(first.out_indices)
        self.units = make_units(units, self.tasks, len(split_stages(first).stages))

    def forward(self, x: Tensor) -> dict[str, tuple[Tensor, ...]]:
        """(N, 3, H, W) images to the mixed maps of each task, as many as a backbone gives."""
        parts = {task: split_stages(self.backbones[task]) for task in self.tasks}
        values = {task: part.stem(x) for task, part in parts.items()}
        maps = []
        for number, unit in enumerate(self.units):
            values = unit({task: run(part.stages[number], values[task])
                           for task, part in parts.items()})
            maps.append(values)
        outputs = parts[self.tasks[0]].outputs
        return {task: tuple(maps[number][task] for number in outputs) for task in self.tasks}
