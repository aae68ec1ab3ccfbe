_base_ = './lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
model = dict(loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))
