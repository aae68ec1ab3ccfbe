# As with 7 classes, with 2.
_base_ = ['./cityscapes-7_mtan_128x256.py']
train_dataloader = dict(dataset=dict(num_classes=2))
val_dataloader = dict(dataset=dict(num_classes=2))
test_dataloader = val_dataloader
