# Images of the challenge have a shorter side of 72 pixels. As by the authors of MTAN: a random crop
# and flip, but for traffic signs, characters and house numbers.
dataset_type = 'mmmtl.VisualDecathlonDataset'
data_root = 'data/decathlon-1.0'
resize = dict(type='Resize', scale=(4096, 72), keep_ratio=True)
normalize = dict(type='mmmtl.NormalizeByDataset')
pack = dict(type='mmmtl.PackMultiTaskInputs')
train_pipeline = [
    dict(type='LoadImageFromFile'), resize,
    dict(type='RandomCrop', crop_size=(72, 72)),
    dict(type='RandomFlip', prob=0.5), normalize, pack
]
test_pipeline = [
    dict(type='LoadImageFromFile'), resize,
    dict(type='CenterCrop', crop_size=(72, 72)), normalize, pack
]
train_dataloader = dict(
    num_workers=4,
    persistent_workers=True,
    batch_size=128,
    sampler=dict(type='DefaultSampler', shuffle=True),
    batch_sampler=dict(type='mmmtl.AlternatingBatchSampler', order='proportional'),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='train',
        pipeline=train_pipeline,
        plain_pipeline=test_pipeline))
# In order, so that almost every batch is of one data set and needs one task's features.
val_dataloader = dict(
    num_workers=4,
    persistent_workers=True,
    batch_size=100,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type=dataset_type, data_root=data_root, split='val', pipeline=test_pipeline))
# Without labels: tools/test.py CONFIG CHECKPOINT --format-only
test_dataloader = dict(
    num_workers=4,
    batch_size=100,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type=dataset_type, data_root=data_root, split='test', pipeline=test_pipeline))
val_evaluator = dict(type='mmmtl.DecathlonMetric')
test_evaluator = val_evaluator
