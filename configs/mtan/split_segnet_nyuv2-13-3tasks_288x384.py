# Semantics, depth and normals from folders of images (docs/datasets.md) with a `normal` folder, or
# with depth of 16 bits, which normals are made from as written there.
_base_ = [
    '../_base_/models/segnet_split.py', '../_base_/datasets/nyuv2-13_mtan_normals_288x384.py',
    '../_base_/default_runtime.py', '../_base_/schedules/mtan_adam.py'
]
model = dict(task_heads=dict(
    depth=dict(type='mmmtl.DepthHead', zoom=False),
    normal=dict(type='mmmtl.SurfaceNormalHead', zoom=False)))
log_processor = dict(by_epoch=True)
