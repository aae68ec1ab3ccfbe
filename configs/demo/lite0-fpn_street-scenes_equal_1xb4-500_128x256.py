_base_ = './lite0-fpn_street-scenes_1xb4-500_128x256.py'
model = dict(loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))
