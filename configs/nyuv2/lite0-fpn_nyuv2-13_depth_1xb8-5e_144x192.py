# Single task: depth, as the only (decode) head.
_base_ = './lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
model = dict(
    decode_head=dict(
        _delete_=True, type='mmmtl.DepthHead', zoom=False, body={{_base_.head}}),
    task_heads=dict(_delete_=True),
    loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))
val_evaluator = [dict(type='mmmtl.DepthMetric', kind='metric', prefix='depth')]
test_evaluator = val_evaluator
