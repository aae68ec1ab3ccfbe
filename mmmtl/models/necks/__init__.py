"""Necks: from a backbone's features to those that heads read."""

from .aspp_neck import ASPPNeck
from .light_weight_refinenet import LightWeightRefineNet
from .per_task_neck import PerTaskNeck
from .top_down_fpn import TopDownFPN

__all__ = ['ASPPNeck', 'LightWeightRefineNet', 'PerTaskNeck', 'TopDownFPN']
