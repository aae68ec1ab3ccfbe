# SegNet with two convolutions for each one, a head per task.
_base_ = './split_segnet_cityscapes-7-128x256.py'
model = dict(backbone=dict(variant='deep'))
