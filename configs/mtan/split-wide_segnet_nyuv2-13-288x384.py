# SegNet with 1024 channels in the deepest level, a head per task.
_base_ = './split_segnet_nyuv2-13-288x384.py'
model = dict(backbone=dict(variant='wide'))
