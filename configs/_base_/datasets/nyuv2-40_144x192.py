# NYU Depth v2, 40 classes. Labels without the converter's nyuv2.json need label40_encoding too.
_base_ = ['./nyuv2-13_144x192.py']
train_dataloader = dict(dataset=dict(num_classes=40))
val_dataloader = dict(dataset=dict(num_classes=40))
test_dataloader = val_dataloader
