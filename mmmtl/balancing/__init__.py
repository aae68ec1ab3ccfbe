"""Gradient balancing: per-task gradients, combined into one."""

from .base import BaseBalancer, Rows
from .equal import Mean, Sum
from .find import known_balancers, torchjd_methods
from .gradnorm import GradNorm
from .optim_wrapper import AmpMultiTaskOptimWrapper, MultiTaskOptimWrapper
from .task_losses import TaskLosses, hand_over, tap
from .torchjd_balancer import TorchJDBalancer

__all__ = [
    'AmpMultiTaskOptimWrapper', 'BaseBalancer', 'GradNorm', 'Mean', 'MultiTaskOptimWrapper',
    'Rows', 'Sum', 'TaskLosses', 'TorchJDBalancer', 'hand_over', 'known_balancers', 'tap',
    'torchjd_methods']
