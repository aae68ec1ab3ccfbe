# One SegNet for semantics alone.
_base_ = './split_segnet_cityscapes-7-128x256.py'
model = dict(task_heads=dict(depth=None))
val_evaluator = [_base_.val_evaluator[0]]
test_evaluator = val_evaluator
