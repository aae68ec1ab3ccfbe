# One SegNet for surface normals alone.
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(
    decode_head=dict(_delete_=True, type='mmmtl.SurfaceNormalHead', zoom=False, body=_base_.body),
    task_heads=dict(depth=None, normal=None))
val_evaluator = [_base_.val_evaluator[2]]
test_evaluator = val_evaluator
