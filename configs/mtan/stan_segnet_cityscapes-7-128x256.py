# MTAN's attention on semantics alone.
_base_ = './single_segnet_cityscapes-7-128x256.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
