"""One's own folders in a published config: ``_base_.multi_task.into(_base_, ...)``.

:func:`~mmmtl.own_data.into.into` is what ``configs/_base_/mix_in/own.py`` hands to a config; see
``docs/own_data.md``. The other modules each change one thing of a published config: its data sets
(``maps``, ``splits``), the number of its outputs (``outputs``), its sizes (``input_size``), its
length (``schedule``).
"""

from .into import into

__all__ = ['into']
