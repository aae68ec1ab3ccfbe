# One SegNet for depth alone.
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(
    decode_head=dict(_delete_=True, type='mmmtl.DepthHead', zoom=False, body=_base_.body),
    task_heads=dict(depth=None, normal=None))
val_evaluator = [_base_.val_evaluator[1]]
test_evaluator = val_evaluator
