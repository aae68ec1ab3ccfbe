# MTAN: a shared SegNet and an attention per task.
_base_ = './split_segnet_nyuv2-13-3tasks_288x384.py'
model = dict(backbone=dict(type='mmmtl.SegNetMTAN'))
