# A check on real frames: semantics and instance vectors of eight Cityscapes frames, learned by
# heart. The frames have no disparity: the depth task is absent and must not disturb the others.
_base_ = [
    '../_base_/models/lite0_fpn.py', '../_base_/datasets/cityscapes_multitask_128x256.py',
    '../_base_/default_runtime.py', '../_base_/schedules/adamw_short.py'
]
model = dict(
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'),
    unlabelled_tasks=['depth'])
data_root = 'data/cityscapes'
input_frame = [
    dict(type='LoadImageFromFile'),
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadInstanceIds'),
    dict(type='mmmtl.LoadDisparity'),
    dict(type='Resize', scale=(512, 256)),
    dict(type='mmmtl.RepairUnits'),
    dict(type='mmmtl.ScoreAtInputSize'),
]
targets = [dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]
test_pipeline = [*input_frame, *targets]
loader = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(
    **loader,
    dataset=dict(
        data_root=data_root, pipeline=[*input_frame, dict(type='RandomFlip', prob=0.5), *targets]))
val_dataloader = dict(
    **loader, dataset=dict(data_root=data_root, split='train', pipeline=test_pipeline))
test_dataloader = val_dataloader
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, by_epoch=False, begin=0, end=20),
    dict(type='PolyLR', power=0.9, by_epoch=False, begin=0, end=300),
]
train_cfg = dict(max_iters=300, val_interval=300)
