# Dense: a SegNet per task that also reads a shared one.
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(
    backbone=dict(type='mmmtl.SegNetDense', unused_channels=13),
    decode_head=dict(body=dict(init_cfg=dict(distribution='uniform'))))
