# Cityscapes: semantics, instances, disparity; mmseg's recipe for crops of 512 x 1024
dataset_type = 'mmmtl.CityscapesMultiTaskDataset'
data_root = 'data/cityscapes/'
crop_size = (512, 1024)
load_labels = [
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadInstanceIds'),
    dict(type='mmmtl.LoadDisparity'),
]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='RandomResize', scale=(2048, 1024), ratio_range=(0.5, 2.0), keep_ratio=True),
    dict(type='mmmtl.RepairUnits'),
    dict(type='RandomCrop', crop_size=crop_size, cat_max_ratio=0.75),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmmtl.GenerateInstanceVectors'),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(2048, 1024), keep_ratio=True),
    # the truth is loaded after resizing: predictions are scored at the original size
    *load_labels,
    dict(type='mmmtl.GenerateInstanceVectors'),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
train_dataloader = dict(
    batch_size=2,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(type=dataset_type, data_root=data_root, split='train', pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type=dataset_type, data_root=data_root, split='val', pipeline=test_pipeline))
test_dataloader = val_dataloader
tta_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='TestTimeAug',
        transforms=[
            [dict(type='Resize', scale_factor=s, keep_ratio=True) for s in (0.75, 1.0, 1.25)],
            [dict(type='RandomFlip', prob=0.0), dict(type='RandomFlip', prob=1.0)],
            *([step] for step in load_labels),
            [dict(type='mmmtl.GenerateInstanceVectors')],
            [dict(type='mmmtl.PackMultiTaskInputs')],
        ])
]
val_evaluator = [
    dict(type='mmmtl.SemanticIoUMetric', prefix='semantic'),
    dict(type='mmmtl.InstanceVectorMetric', prefix='instance'),
    dict(type='mmmtl.DepthMetric', kind='inverse', prefix='depth'),
]
test_evaluator = val_evaluator
