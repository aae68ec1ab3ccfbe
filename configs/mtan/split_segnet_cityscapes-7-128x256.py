# SegNet with a head per task: semantics (7 classes) and inverse depth of Cityscapes. All other
# networks of Cityscapes inherit from this one.
_base_ = [
    '../_base_/models/segnet_split.py', '../_base_/datasets/cityscapes-7_mtan_128x256.py',
    '../_base_/default_runtime.py', '../_base_/schedules/mtan_adam.py'
]
model = dict(
    decode_head=dict(num_classes=7, body=dict(num_classes=7)),
    task_heads=dict(depth=dict(type='mmmtl.InverseDepthHead')))
log_processor = dict(by_epoch=True)
