# MTAN's second form: ResNet-50 of stride 8, attention on the last block of each stage, a DeepLabV3
# decoder per task; the authors' resnet_mtan.
_base_ = './split_segnet_nyuv2-13-288x384.py'
norm_cfg = dict(type='SyncBN', requires_grad=True)
model = dict(
    data_preprocessor=dict(
        mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]),
    backbone=dict(_delete_=True, type='mmmtl.MTAN', backbone=dict(
        type='ResNet', depth=50, dilations=(1, 1, 2, 4), strides=(1, 2, 1, 1),
        contract_dilation=True, norm_cfg=norm_cfg,
        init_cfg=dict(type='Pretrained', checkpoint='torchvision://resnet50'))),
    neck=dict(type='mmmtl.PerTaskNeck', neck=dict(
        type='mmmtl.ASPPNeck', in_channels=2048, dropout=0.5, norm_cfg=norm_cfg)),
    decode_head=dict(body=dict(
        _delete_=True, type='FCNHead', in_channels=256, in_index=0, channels=256, num_convs=1,
        concat_input=False, dropout_ratio=0, align_corners=True, num_classes=13,
        norm_cfg=norm_cfg)))
