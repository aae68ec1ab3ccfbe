# SegNet with a head per task at full resolution (Liu et al., CVPR 2019): the split network
body = dict(
    type='FCNHead',
    in_channels=64,
    in_index=0,
    channels=64,
    num_convs=1,
    concat_input=False,
    dropout_ratio=0,
    norm_cfg=None,
    act_cfg=None,  # two linear layers, as the authors'
    num_classes=13,
    init_cfg=dict(type='Xavier', layer='Conv2d', distribution='normal'))
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(
        type='mmmtl.MultiTaskDataPreProcessor',
        mean=[0, 0, 0],
        std=[255, 255, 255],
        bgr_to_rgb=True),
    backbone=dict(type='mmmtl.SegNet'),
    decode_head=dict(type='mmmtl.SemanticHead', num_classes=13, body=body),
    task_heads=dict(),
    loss_weighting=dict(type='mmmtl.FixedWeighting'),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'))
