# A SegNet per task, mixed between levels (the authors' mixture; units='matrix' is Misra's).
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(
    backbone=dict(type='mmmtl.SegNetCrossStitch'),
    decode_head=dict(body=dict(init_cfg=dict(distribution='uniform'))))
