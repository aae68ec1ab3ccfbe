# MTAN's attention on depth alone.
_base_ = './single_segnet_cityscapes-7-128x256_depth.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
