# NYU Depth v2 as in MTAN (Liu et al., CVPR 2019): 288 x 384, 13 classes and metric depth, batches
# of 2, the augmentation of the authors' repository. Their paper had none: leave `augmentation` out
# (train_dataloader = dict(dataset=dict(pipeline=[*input_frame, pack]))).
dataset_type = 'mmmtl.NYUv2MultiTaskDataset'
data_root = 'data/nyuv2/'
load_labels = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadDepth')]
pack = dict(type='mmmtl.PackMultiTaskInputs')
input_frame = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='Resize', scale=(384, 288)),
    dict(type='mmmtl.RepairUnits', zoom_depth=False),  # every file has one size: plain metres
]
augmentation = [  # RandomScaleCrop: a zoom by s, then a cut of the input's size; depth / s
    dict(type='RandomChoiceResize', scales=[(384, 288), (461, 346), (576, 432)]),
    dict(type='mmmtl.RepairUnits'),
    dict(type='RandomCrop', crop_size=(288, 384)),
    dict(type='RandomFlip', prob=0.5),
]
train_pipeline = [*input_frame, *augmentation, pack]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(384, 288)),
    *load_labels,
    pack,
]
train_dataloader = dict(
    batch_size=2,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type, data_root=data_root, split='train', num_classes=13,
        pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=2,  # per-batch errors depend on it
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type, data_root=data_root, split='test', num_classes=13,
        pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = [
    dict(type='mmmtl.SemanticIoUMetric', prefix='semantic', per_image=True),
    dict(type='mmmtl.DepthMetric', kind='metric', prefix='depth', per_batch=True),
]
test_evaluator = val_evaluator
