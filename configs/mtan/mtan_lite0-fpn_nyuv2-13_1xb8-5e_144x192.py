# MTAN's attention around EfficientNet-Lite0, a pyramid per task.
_base_ = '../nyuv2/lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
model = dict(
    backbone=dict(_delete_=True, type='mmmtl.MTAN', backbone=_base_.model.backbone),
    neck=dict(_delete_=True, type='mmmtl.PerTaskNeck', neck=_base_.model.neck))
# The lower rate is for what has ImageNet weights.
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={
    '_delete_': True,
    'backbone.backbone': dict(lr_mult=1 / 3),
}))
