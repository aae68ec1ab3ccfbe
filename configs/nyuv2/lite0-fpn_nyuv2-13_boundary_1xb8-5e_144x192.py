# Semantic segmentation + depth + semantic boundaries, made from the labels; weights learned.
_base_ = './lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
boundaries = [dict(type='mmmtl.GenerateBoundaries'), dict(type='mmmtl.PackMultiTaskInputs')]
train_pipeline = [*_base_.train_pipeline[:-1], *boundaries]
test_pipeline = [*_base_.test_pipeline[:-1], *boundaries]
model = dict(task_heads=dict(boundary=dict(type='mmmtl.BoundaryHead')))
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = [
    *_base_.val_evaluator,
    dict(type='mmmtl.BoundaryMetric', prefix='boundary', thresholds=19),
]
test_evaluator = val_evaluator
versions = _base_.tta_pipeline[1]['transforms'][:-1]
tta_pipeline = [
    _base_.tta_pipeline[0],
    dict(type='TestTimeAug', transforms=[*versions, *([step] for step in boundaries)]),
]
