"""Gradient balancing: per-task gradients, combined into one."""

from mmmtl.torchjd.methods import torchjd_methods

from .balancer_by_name import known_balancers
from .base import BaseBalancer, Rows
from .equal import Mean, Sum
from .gradnorm import GradNorm
from .handover import Handover, TaskLosses
from .optim_wrapper import AmpMultiTaskOptimWrapper, MultiTaskOptimWrapper
from .torchjd_balancer import TorchJDBalancer

__all__ = [
    'AmpMultiTaskOptimWrapper', 'BaseBalancer', 'GradNorm', 'Handover', 'Mean',
    'MultiTaskOptimWrapper', 'Rows', 'Sum', 'TaskLosses', 'TorchJDBalancer', 'known_balancers',
    'torchjd_methods']
