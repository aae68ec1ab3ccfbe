# A SegNet per task, mixed between levels (the authors' mixture; units='matrix' is Misra's).
_base_ = './split_segnet_cityscapes-7-128x256.py'
model = dict(
    backbone=dict(type='mmmtl.SegNetCrossStitch'),
    decode_head=dict(body=dict(init_cfg=dict(distribution='uniform'))))
