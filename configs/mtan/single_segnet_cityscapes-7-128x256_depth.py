# One SegNet for depth alone.
_base_ = './split_segnet_cityscapes-7-128x256.py'
model = dict(
    decode_head=dict(_delete_=True, type='mmmtl.InverseDepthHead', body=_base_.body),
    task_heads=dict(depth=None))
val_evaluator = [_base_.val_evaluator[1]]
test_evaluator = val_evaluator
