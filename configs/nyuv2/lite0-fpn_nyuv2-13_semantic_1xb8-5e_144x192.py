# Single task: semantic segmentation.
_base_ = './lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
model = dict(
    task_heads=dict(_delete_=True),
    loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))
val_evaluator = [dict(type='mmmtl.SemanticIoUMetric', prefix='semantic')]
test_evaluator = val_evaluator
