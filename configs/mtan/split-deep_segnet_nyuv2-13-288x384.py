# SegNet with two convolutions for each one, a head per task.
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(backbone=dict(variant='deep'))
