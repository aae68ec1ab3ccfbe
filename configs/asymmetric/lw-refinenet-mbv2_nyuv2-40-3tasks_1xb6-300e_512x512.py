# The same with surface normals, weighed a fifth of the others; made from the depth, if there are
# no files of normals.
_base_ = './lw-refinenet-mbv2_nyuv2-40_1xb6-300e_512x512.py'
load_labels = [
    *_base_.load_labels, dict(type='mmmtl.GenerateNormals'), dict(type='mmmtl.LoadNormals')]
train_pipeline = [_base_.train_pipeline[0], *load_labels, *_base_.train_pipeline[3:]]
test_pipeline = [_base_.test_pipeline[0], *load_labels, _base_.test_pipeline[-1]]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
tta_pipeline = [
    _base_.tta_pipeline[0],
    dict(type='TestTimeAug', transforms=[
        _base_.tta_pipeline[1]['transforms'][0], *([step] for step in load_labels),
        _base_.tta_pipeline[1]['transforms'][-1]]),
]
model = dict(
    task_heads=dict(normal=dict(type='mmmtl.SurfaceNormalHead')),
    loss_weighting=dict(weights=dict(normal=0.1)))
val_evaluator = [
    *_base_.val_evaluator, dict(type='mmmtl.SurfaceNormalMetric', prefix='normal')]
test_evaluator = val_evaluator
