# As with 7 classes, with 19.
_base_ = './split-wide_segnet_cityscapes-7-128x256.py'
model = dict(decode_head=dict(num_classes=19, body=dict(num_classes=19)))
train_dataloader = dict(dataset=dict(num_classes=19))
val_dataloader = dict(dataset=dict(num_classes=19))
test_dataloader = val_dataloader
