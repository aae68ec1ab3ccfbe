# The same with surface normals. Frames without a normal file have no normal label.
_base_ = ['./nyuv2-13_mtan_288x384.py']
load_labels = [
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadDepth'),
    dict(type='mmmtl.LoadNormals'),
]
input_frame = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='Resize', scale=(384, 288)),
    dict(type='mmmtl.RepairUnits', zoom_depth=False),
]
train_pipeline = [*input_frame, *_base_.augmentation, _base_.pack]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(384, 288)),
    *load_labels,
    _base_.pack,
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = [
    dict(type='mmmtl.SemanticIoUMetric', prefix='semantic', per_image=True),
    dict(type='mmmtl.DepthMetric', kind='metric', prefix='depth', per_batch=True),
    dict(type='mmmtl.SurfaceNormalMetric', prefix='normal', per_batch=True),
]
test_evaluator = val_evaluator
