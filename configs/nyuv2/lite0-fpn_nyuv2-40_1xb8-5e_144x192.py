# The 40 classes of the official files; the copy whose class 40 is merged with unlabelled pixels
# wants label40_encoding='merged' in each dataset.
_base_ = './lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
model = dict(decode_head=dict(num_classes=40, loss_decode=dict(class_weight=None)))
train_dataloader = dict(dataset=dict(num_classes=40))
val_dataloader = dict(dataset=dict(num_classes=40))
test_dataloader = val_dataloader
