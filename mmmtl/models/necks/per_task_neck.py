"""A neck of its own for each task."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.model import BaseModule
from torch import Tensor

from mmmtl.registry import MODELS

from ..backbones.attention import per_task, require_tasks


@MODELS.register_module()
class PerTaskNeck(BaseModule):
    """Copies of a neck, one per task, each on the features of its task.

    Under a plain neck the tasks share its parameters, also where the backbone gives features per
    task (MTAN, cross-stitch); with this one each has its own decoder, as in those papers. Over
    features that all tasks share it gives a set per task.

    Args:
        neck: config of the neck.
        tasks: names; the segmentor fills in those of its heads.
        init_cfg: initialisation; see mmengine.
    """

    features_per_task = True

    def __init__(self, neck: dict, tasks: Sequence[str] | None = None,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        tasks = require_tasks(tasks, 'PerTaskNeck')
        self.necks = per_task(tasks, MODELS.build, neck)
        self.num_outs = getattr(self.necks[tasks[0]], 'num_outs', None)

    def forward(self, inputs: Mapping[str, Sequence[Tensor]] | Sequence[Tensor]) -> dict[str, Any]:
        """What each task's neck gives for its features, or for the shared ones."""
        return {task: neck(inputs[task] if isinstance(inputs, Mapping) else inputs)
                for task, neck in self.necks.items()}
