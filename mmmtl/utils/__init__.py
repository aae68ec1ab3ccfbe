"""Few helpers; what belongs to one part of the package lives there."""

from .threads import free_cores, use_free_cores

__all__ = ['free_cores', 'use_free_cores']
