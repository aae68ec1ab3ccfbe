# NYU Depth v2 at full size, 40 classes and metric depth; the augmentation of Nekrasov et al. (ICRA
# 2019): zoom by 0.8 to 2 with depth divided by it, crops of 512, a flip. Scored at full size.
_base_ = ['./nyuv2-40_144x192.py']
data_root = 'data/nyuv2_full/'
crop_size = (512, 512)
load_labels = _base_.load_labels
train_pipeline = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='RandomResize', scale=(640, 480), ratio_range=(0.8, 2.0), keep_ratio=True),
    dict(type='mmmtl.RepairUnits'),
    dict(type='RandomCrop', crop_size=crop_size),
    dict(type='RandomFlip', prob=0.5),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    *load_labels,
    dict(type='mmmtl.PackMultiTaskInputs'),
]
train_dataloader = dict(
    batch_size=6,
    num_workers=4,
    drop_last=True,
    dataset=dict(data_root=data_root, cache=False, pipeline=train_pipeline))
val_dataloader = dict(batch_size=1, dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = val_dataloader
tta_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='TestTimeAug', transforms=_base_.tta_pipeline[1]['transforms'][1:]),
]
