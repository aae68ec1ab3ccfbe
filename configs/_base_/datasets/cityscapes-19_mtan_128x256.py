# As with 7 classes, with 19.
_base_ = ['./cityscapes-7_mtan_128x256.py']
train_dataloader = dict(dataset=dict(num_classes=19))
val_dataloader = dict(dataset=dict(num_classes=19))
test_dataloader = val_dataloader
