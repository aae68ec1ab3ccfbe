"""A task as one object, whatever kind of head predicts it."""

from .base import Task
from .build import tasks_of, view

__all__ = ['Task', 'tasks_of', 'view']
