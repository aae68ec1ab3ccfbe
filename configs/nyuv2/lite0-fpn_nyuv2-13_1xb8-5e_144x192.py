# Semantic segmentation + metric depth from one EfficientNet-Lite0, weights learned.
_base_ = [
    '../_base_/models/lite0_fpn.py', '../_base_/datasets/nyuv2-13_144x192.py',
    '../_base_/default_runtime.py', '../_base_/schedules/adamw_short.py'
]
# tools/analysis_tools/class_weights.py CONFIG --power 0.5
class_weight = [
    1.485, 3.805, 2.308, 1.514, 0.89, 0.729, 0.969, 1.971, 1.814, 1.606, 3.744, 0.573, 1.277
]
model = dict(
    decode_head=dict(
        num_classes=13,
        loss_decode=dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=class_weight)),
    task_heads=dict(depth=dict(type='mmmtl.DepthHead', zoom=False)),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))
# Five epochs of 100 steps (795 frames, the last batch of an epoch is smaller).
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, by_epoch=False, begin=0, end=20),
    dict(type='PolyLR', power=0.9, by_epoch=False, begin=0, end=500),
]
train_cfg = dict(
    _delete_=True, type='EpochBasedTrainLoop', max_epochs=5, val_interval=5)
default_hooks = dict(
    logger=dict(log_metric_by_epoch=True),
    checkpoint=dict(by_epoch=True, interval=1, max_keep_ckpts=1))
log_processor = dict(by_epoch=True)
