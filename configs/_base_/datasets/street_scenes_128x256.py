# Rendered street scenes (tools/street_scenes) at 128 x 256.
_base_ = ['./cityscapes_multitask_128x256.py']
data_root = 'demo_run/street_scenes'
# The 15 of the 19 classes that the renderer draws.
metainfo = dict(classes=(
    'road', 'sidewalk', 'building', 'fence', 'pole', 'traffic light', 'traffic sign',
    'vegetation', 'terrain', 'sky', 'person', 'rider', 'car', 'bus', 'bicycle'))
# Frames stay in memory: worker processes would only take the cores that train.
loader = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(**loader, dataset=dict(data_root=data_root, metainfo=metainfo))
val_dataloader = dict(**loader, dataset=dict(data_root=data_root, metainfo=metainfo))
test_dataloader = val_dataloader
val_evaluator = [
    dict(type='mmmtl.SemanticIoUMetric', prefix='semantic'),
    dict(type='mmmtl.InstanceVectorMetric', prefix='instance'),
    dict(type='mmmtl.DepthMetric', kind='inverse', prefix='depth'),
    # Objects of 16 pixels and more (half of all have at most 53); beside, by size.
    dict(
        type='mmmtl.CityscapesInstanceMetric',
        prefix='instance',
        min_region_sizes=(16, 16, 16),
        size_bins=[(16, 100), 100]),
    dict(type='mmmtl.PanopticQualityMetric', prefix='panoptic'),
]
test_evaluator = val_evaluator
