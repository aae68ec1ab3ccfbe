# The full recipe of the paper; see README.md for what it leaves open.
_base_ = [
    '../_base_/models/kendall_r101-d8.py', '../_base_/datasets/cityscapes_multitask.py',
    '../_base_/default_runtime.py', '../_base_/schedules/kendall_sgd.py'
]
crop_size = (512, 512)
model = dict(data_preprocessor=dict(size=crop_size))
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadInstanceIds'),
    dict(type='mmmtl.LoadDisparity'),
    dict(type='RandomResize', scale=(2048, 1024), ratio_range=(0.7, 2.0), keep_ratio=True),
    dict(type='mmmtl.RepairUnits'),
    dict(type='RandomCrop', crop_size=crop_size),
    dict(type='RandomFlip', prob=0.5),
    dict(type='mmmtl.GenerateInstanceVectors'),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
train_dataloader = dict(batch_size=4, dataset=dict(pipeline=train_pipeline))
param_scheduler = [dict(type='PolyLR', power=0.9, by_epoch=False, begin=0, end=100000)]
train_cfg = dict(type='IterBasedTrainLoop', max_iters=100000, val_interval=10000)
