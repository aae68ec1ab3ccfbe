# MTAN's attention on depth alone.
_base_ = './single_segnet_nyuv2-13-288x384_depth.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
