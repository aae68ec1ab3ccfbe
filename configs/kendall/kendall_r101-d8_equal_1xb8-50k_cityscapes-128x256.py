_base_ = './kendall_r101-d8_1xb8-50k_cityscapes-128x256.py'
model = dict(loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))
