# One SegNet for semantics alone.
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(task_heads=dict(depth=None, normal=None))
val_evaluator = [_base_.val_evaluator[0]]
test_evaluator = val_evaluator
