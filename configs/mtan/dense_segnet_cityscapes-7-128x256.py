# Dense: a SegNet per task that also reads a shared one.
_base_ = './split_segnet_cityscapes-7-128x256.py'
model = dict(
    backbone=dict(type='mmmtl.SegNetDense'),
    decode_head=dict(body=dict(init_cfg=dict(distribution='uniform'))))
