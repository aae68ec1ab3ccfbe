# MTAN's attention on semantics alone.
_base_ = './single_segnet_nyuv2-13-288x384.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
