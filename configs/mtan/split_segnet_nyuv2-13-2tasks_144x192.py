# Semantics and depth at 144 x 192, one epoch: what a CPU can do.
_base_ = [
    '../_base_/models/segnet_split.py', '../_base_/datasets/nyuv2-13_144x192.py',
    '../_base_/default_runtime.py', '../_base_/schedules/mtan_adam.py'
]
model = dict(
    data_preprocessor=dict(channels_last=True),
    task_heads=dict(depth=dict(type='mmmtl.DepthHead', zoom=False)))
train_dataloader = dict(batch_size=2)
train_cfg = dict(max_epochs=1)
param_scheduler = [dict(type='MultiStepLR', milestones=[1], gamma=0.5, by_epoch=True)]
custom_hooks = []
log_processor = dict(by_epoch=True)
