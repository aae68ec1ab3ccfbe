"""From a seed to a frame."""

from typing import NamedTuple

import numpy as np

from street_scenes.camera import cityscapes_calibration, encode_disparity, make_camera
from street_scenes.raster import cast_rays
from street_scenes.scene import Scene, build_scene
from street_scenes.sensor import develop
from street_scenes.shading import shade
from street_scenes.shadows import draw_ground_maps
from street_scenes.surfaces import label_maps


class Frame(NamedTuple):
    """An image with its truth, in the encodings of Cityscapes."""

    image: np.ndarray  # height x width x 3, uint8, RGB
    label_ids: np.ndarray  # height x width, uint8
    instance_ids: np.ndarray  # height x width, uint16
    disparity: np.ndarray  # height x width, uint16
    calibration: dict
    depth: np.ndarray  # height x width, metres along the optical axis; not written to files


def render(seed: int, width: int = 512, height: int = 256) -> Frame:
    """Render the street of a seed: a pure function of the seed and the size in pixels."""
    return render_scene(build_scene(seed), seed, width, height)


def render_scene(scene: Scene, seed: int, width: int, height: int) -> Frame:
    """Render a scene; the seed is that of the sensor's noise."""
    pose = scene.pose
    camera = make_camera(width, height, pose.position, pose.pitch, pose.yaw)
    visible, depth, surface = cast_rays(scene.primitives, scene.planes, scene.street, camera,
                                        width, height)
    maps = draw_ground_maps(scene.primitives, scene.planes, scene.light)
    linear = shade(visible, scene.planes, camera, depth, surface, maps, scene.street,
                   scene.ground_look, scene.light, scene.skyline)
    noise = np.random.default_rng(seed).standard_normal((height, width), dtype=np.float32)
    label_ids, instance_ids = label_maps(visible, surface)
    return Frame(develop(linear, scene.exposure, noise), label_ids, instance_ids,
                 encode_disparity(depth, label_ids, camera.fx),
                 cityscapes_calibration(camera, pose.pitch, pose.yaw), depth)
