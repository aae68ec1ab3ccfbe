# MTAN's attention on surface normals alone.
_base_ = './single_segnet_nyuv2-13-288x384_normal.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
