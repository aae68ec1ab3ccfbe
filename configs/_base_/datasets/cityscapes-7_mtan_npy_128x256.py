# The .npy files that the authors of MTAN published; errors are in the unit of these files and of
# the paper's tables (32 pixels of disparity at 128 x 256). num_classes: 2, 7 or 19.
_base_ = ['./cityscapes-7_mtan_128x256.py']
data_root = 'data/cityscapes_mtan/'
input_frame = [
    dict(type='mmmtl.LoadNumpyImage'),
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadDisparity'),
]
train_pipeline = [*input_frame, *_base_.augmentation, _base_.pack]
test_pipeline = [*input_frame, _base_.pack]
train_dataloader = dict(dataset=dict(
    _delete_=True, type='mmmtl.MTANCityscapesDataset', data_root=data_root, split='train',
    num_classes=7, pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(
    _delete_=True, type='mmmtl.MTANCityscapesDataset', data_root=data_root, split='val',
    num_classes=7, pipeline=test_pipeline))
test_dataloader = val_dataloader
