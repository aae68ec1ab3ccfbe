# `make demo`: three tasks on rendered street scenes, 500 steps of 4 frames, learned weights.
_base_ = [
    '../_base_/models/lite0_fpn.py', '../_base_/datasets/cityscapes_multitask_128x256.py',
    '../_base_/default_runtime.py', '../_base_/schedules/adamw_short.py'
]
data_root = 'demo_run/street_scenes'
# The 15 of the 19 classes that the renderer draws.
metainfo = dict(classes=(
    'road', 'sidewalk', 'building', 'fence', 'pole', 'traffic light', 'traffic sign',
    'vegetation', 'terrain', 'sky', 'person', 'rider', 'car', 'bus', 'bicycle'))
# tools/analysis_tools/class_weights.py CONFIG --power 0.5: rare classes are also the thin ones.
class_weight = [
    0.584, 2.301, 0.687, 17.276, 3.271, 13.101, 5.095, 1.224, 6.559, 1.676, 4.145, 5.991, 0.953,
    2.284, 8.345
]
model = dict(
    decode_head=dict(
        num_classes=15,
        loss_decode=dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=class_weight)),
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))
# Frames stay in memory: worker processes would only take the cores that train.
loader = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(**loader, dataset=dict(data_root=data_root, metainfo=metainfo))
val_dataloader = dict(**loader, dataset=dict(data_root=data_root, metainfo=metainfo))
test_dataloader = val_dataloader
