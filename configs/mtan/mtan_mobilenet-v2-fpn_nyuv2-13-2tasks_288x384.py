# MTAN's attention around MobileNetV2, a pyramid per task.
_base_ = './split_segnet_nyuv2-13-2tasks_288x384.py'
norm_cfg = dict(type='BN', requires_grad=True)
model = dict(
    data_preprocessor=dict(
        mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]),
    backbone=dict(_delete_=True, type='mmmtl.MTAN', backbone=dict(
        type='MobileNetV2', out_indices=(1, 2, 4, 6), norm_cfg=norm_cfg,
        init_cfg=dict(type='Pretrained', checkpoint='mmcls://mobilenet_v2'))),
    neck=dict(type='mmmtl.PerTaskNeck', neck=dict(
        type='mmmtl.TopDownFPN', in_channels=[24, 32, 96, 320], norm_cfg=norm_cfg)),
    decode_head=dict(body=dict(
        _delete_=True, type='FCNHead', in_channels=64, in_index=0, channels=64, num_convs=1,
        concat_input=False, dropout_ratio=0, num_classes=13, norm_cfg=norm_cfg)))
