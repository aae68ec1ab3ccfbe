# SegNet with a head per task: semantics (13 classes), depth and surface normals of NYUv2, from the
# authors' .npy files, by their protocol. All other networks of NYUv2 inherit from this one.
_base_ = [
    '../_base_/models/segnet_split.py', '../_base_/datasets/nyuv2-13_mtan_npy_normals_288x384.py',
    '../_base_/default_runtime.py', '../_base_/schedules/mtan_adam.py'
]
model = dict(task_heads=dict(
    depth=dict(type='mmmtl.DepthHead', zoom=False),
    normal=dict(type='mmmtl.SurfaceNormalHead', zoom=False)))
log_processor = dict(by_epoch=True)
default_hooks = dict(visualization=dict(backend_args=dict(backend='numpy_image')))  # .npy frames
