"""Street scenes rendered with true geometry, in the layout and encodings of Cityscapes.

    python tools/street_scenes --out data/street_scenes

Every surface is a convex primitive (box, ellipsoid, cylinder, frustum) or the two-level ground.
One ray a pixel gives the image, the label ids, the instance ids and the disparity, so the four
agree exactly. For a ray (x, y, 1) in camera axes the ray's parameter is the metric depth.

Frames of reference:

* world: x to the right, y up, z along the street, metres. The ground is y = 0 and the camera
  stands at z = 0. (Left-handed: depth and street run the same way, which keeps signs readable.)
* local: the frame of one primitive; its `rotation` has the local axes, in the world, as columns.
* camera: x to the right, y down, z forward, as in every pinhole model.
"""

__version__ = '1.0'
