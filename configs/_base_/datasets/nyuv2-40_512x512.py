# NYU Depth v2 at full size, 40 classes and metric depth; the augmentation of Nekrasov et al. (ICRA
# 2019): zoom by 0.8 to 2 with depth divided by it, crops of 512, a flip. Scored at full size.
dataset_type = 'mmmtl.NYUv2MultiTaskDataset'
data_root = 'data/nyuv2_full/'
crop_size = (512, 512)
load_labels = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadDepth')]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='RandomResize', scale=(640, 480), ratio_range=(0.8, 2.0), keep_ratio=True),
    dict(type='mmmtl.RepairUnits'),
    dict(type='RandomCrop', crop_size=crop_size),
    dict(type='RandomFlip', prob=0.5),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='mmmtl.PackMultiTaskInputs'),
]
train_dataloader = dict(
    batch_size=6,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type=dataset_type, data_root=data_root, split='train', num_classes=40,
                 pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type=dataset_type, data_root=data_root, split='test', num_classes=40,
                 pipeline=test_pipeline))
test_dataloader = val_dataloader
tta_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='TestTimeAug',
        transforms=[
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
