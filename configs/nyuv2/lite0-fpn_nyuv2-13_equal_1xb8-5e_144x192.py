_base_ = './lite0-fpn_nyuv2-13_1xb8-5e_144x192.py'
# The depth loss counts metres of the camera at half size, twice as many as real ones
# (see DepthHead): with a weight of 0.5 both losses are equal in metres and nats.
model = dict(
    loss_weighting=dict(
        _delete_=True, type='mmmtl.FixedWeighting', weights=dict(semantic=1.0, depth=0.5)))
