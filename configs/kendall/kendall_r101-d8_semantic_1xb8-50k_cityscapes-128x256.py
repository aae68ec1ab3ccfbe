# Single task: the network with its semantic decoder only.
_base_ = './kendall_r101-d8_1xb8-50k_cityscapes-128x256.py'
model = dict(
    task_heads=dict(_delete_=True),
    loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))
val_evaluator = [dict(type='mmmtl.SemanticIoUMetric', prefix='semantic')]
test_evaluator = val_evaluator
