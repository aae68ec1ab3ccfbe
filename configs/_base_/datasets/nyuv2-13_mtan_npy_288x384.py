# The .npy files that the authors of MTAN published, with their split: semantics and depth.
_base_ = ['./nyuv2-13_mtan_288x384.py']
data_root = 'data/nyuv2_mtan/'
load_labels = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadDepth')]
input_frame = [dict(type='mmmtl.LoadNumpyImage'), *load_labels]  # 288 x 384 already
train_pipeline = [*input_frame, *_base_.augmentation, _base_.pack]
test_pipeline = [*input_frame, _base_.pack]
train_dataloader = dict(dataset=dict(
    _delete_=True, type='mmmtl.MTANNYUv2Dataset', data_root=data_root, split='train',
    pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(
    _delete_=True, type='mmmtl.MTANNYUv2Dataset', data_root=data_root, split='val',
    pipeline=test_pipeline))
test_dataloader = val_dataloader
