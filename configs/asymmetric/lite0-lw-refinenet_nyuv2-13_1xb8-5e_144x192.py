# The decoder and the heads of Nekrasov et al. on an EfficientNet-Lite0 with ImageNet weights, at a
# size and a length that a CPU trains in minutes; loss weights learned. The decoder has no
# normalisation: one rate of 1e-3 for all (3e-3 for decoder and heads is worse by 3 points of mIoU).
_base_ = '../nyuv2/lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
model = dict(
    neck=dict(
        _delete_=True,
        type='mmmtl.LightWeightRefineNet',
        in_channels=[24, 40, 112, 320],
        channels=128),
    decode_head=dict(
        body=dict(_delete_=True, type='mmmtl.DepthwiseHead', in_channels=128, num_classes=13)))
optim_wrapper = dict(
    optimizer=dict(lr=1e-3), paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=1.0))))
