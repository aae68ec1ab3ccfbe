# MTAN: a shared SegNet and an attention per task.
_base_ = './split_segnet_cityscapes-7-128x256.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
