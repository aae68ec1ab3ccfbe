# NYU Depth v2, 13 classes and metric depth; input 144 x 192, scored at the size of the files
dataset_type = 'mmmtl.NYUv2MultiTaskDataset'
data_root = 'data/nyuv2/'
load_labels = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadDepth')]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='Resize', scale=(192, 144)),
    dict(type='mmmtl.RepairUnits', zoom_depth=False),  # every frame has one size: plain metres
    dict(type='RandomFlip', prob=0.5),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(192, 144)),
    *load_labels,
    dict(type='mmmtl.PackMultiTaskInputs'),
]
train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type, data_root=data_root, split='train', num_classes=13, cache=True,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=8,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type, data_root=data_root, split='test', num_classes=13,
        pipeline=test_pipeline))
test_dataloader = val_dataloader
tta_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='TestTimeAug',
        transforms=[
            [dict(type='Resize', scale=(192, 144))],
            [dict(type='RandomFlip', prob=0.0), dict(type='RandomFlip', prob=1.0)],
            *([step] for step in load_labels),
            [dict(type='mmmtl.PackMultiTaskInputs')],
        ])
]
val_evaluator = [
    dict(type='mmmtl.SemanticIoUMetric', prefix='semantic'),
    dict(type='mmmtl.DepthMetric', kind='metric', prefix='depth'),
]
test_evaluator = val_evaluator
