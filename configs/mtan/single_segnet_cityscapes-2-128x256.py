# As with 7 classes, with 2.
_base_ = './single_segnet_cityscapes-7-128x256.py'
model = dict(decode_head=dict(num_classes=2, body=dict(num_classes=2)))
train_dataloader = dict(dataset=dict(num_classes=2))
val_dataloader = dict(dataset=dict(num_classes=2))
test_dataloader = val_dataloader
