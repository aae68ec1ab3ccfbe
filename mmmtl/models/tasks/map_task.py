"""What tasks that predict maps have in common."""

from abc import abstractmethod
from typing import Any

from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from .base import Task


class MapTask(Task):
    """A task with a map: a body (a decode head of mmseg) makes it, and it is resized once."""

    @property
    @abstractmethod
    def body(self) -> nn.Module:
        """What makes the map."""

    @property
    def predicts_as_body(self) -> bool:
        """Whether the head's ``predict`` is the body's."""
        return True

    def predicted_map(self, features: Any, metas: list[dict], test_cfg: dict | None) -> Tensor:
        """(N, C, h, w) map, not resized if all that ``predict`` does after the body is to resize.

        Args:
            features: of this task.
            metas: meta information of the frames.
            test_cfg: of the segmentor.
        """
        body = self.body
        if not (self.predicts_as_body and _only_resizes(body)):
            return self.head.predict(features, metas, test_cfg)
        output = body.forward(features)
        return output if isinstance(output, Tensor) else body.predict_by_feat(output, metas)


def _only_resizes(body: nn.Module) -> bool:
    """Whether it predicts as mmseg's base class does: forward, then resize."""
    return (isinstance(body, BaseDecodeHead) and type(body).predict is BaseDecodeHead.predict
            and type(body).predict_by_feat is BaseDecodeHead.predict_by_feat)
