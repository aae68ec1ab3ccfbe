# Semantics and depth from folders of images (docs/datasets.md), which may lack normals.
_base_ = [
    '../_base_/models/segnet_split.py', '../_base_/datasets/nyuv2-13_mtan_288x384.py',
    '../_base_/default_runtime.py', '../_base_/schedules/mtan_adam.py'
]
model = dict(task_heads=dict(depth=dict(type='mmmtl.DepthHead', zoom=False)))
log_processor = dict(by_epoch=True)
