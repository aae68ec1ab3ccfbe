# One's own folders in a published config: the config that inherits calls
# `_base_.multi_task.into(_base_, data_root=..., classes=...)`; see docs/own_data.md.
_base_ = []
from mmmtl.own_data import into  # noqa: E402 (mmengine wants `_base_` first)

multi_task = dict(into=into)
