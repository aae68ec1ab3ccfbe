"""Normals from depth, where a data set has none."""

from __future__ import annotations

from collections.abc import Mapping

import mmengine
from mmcv.transforms import BaseTransform

from mmmtl.registry import TRANSFORMS

from ..intrinsics import NYUV2_INTRINSICS, NYUV2_SIZE, Intrinsics
from .load_map import note_loaded
from .normals_from_depth import normals_from_depth

_KEYS = {'fx', 'fy', 'cx', 'cy'}


@TRANSFORMS.register_module()
class GenerateNormals(BaseTransform):
    """Make ``gt_normal_map`` from ``gt_depth_map``; nothing without the latter.

    Put it directly after ``LoadDepth``: the camera's numbers hold for the depth as loaded. Adds
    (H, W, 3) float32 unit vectors (x right, y down, z away from the camera), NaN = unknown; method
    in :func:`~mmmtl.datasets.transforms.normals_from_depth.normals_from_depth`. A frame that has
    normals from a file (``LoadNormals`` before) keeps them. 0.4 s for 480 x 640, 0.1 s for
    288 x 384; ``cache=True`` of the data set does it once.

    **Depth of 8 bits is refused**: a step of NYUv2's at 288 x 384 is 4 cm, more than the depth of
    a slanted floor changes over a window, so its surfaces are flights of steps.

    Args:
        intrinsics: ``'nyuv2'`` (the data set's colour camera, scaled to the file's size); or
            ``dict(fx=..., fy=..., cx=..., cy=...)`` in pixels, with ``size=(height, width)`` if
            they are for images of another size than the file's; or ``None``: from the frame's
            ``camera_path``, a json file as of Cityscapes.
        window: width of the fitted window in pixels, odd; ``None``: 2.3° of the view.
        max_jump: share of the inverse depth by which pixels of one surface may differ.

    Raises:
        ValueError: impossible options, depth of 8 bits, or depth that was flipped or resized.
        KeyError: a frame without camera, or a camera without numbers.
    """

    def __init__(self,
                 intrinsics: str | Mapping | None = 'nyuv2',
                 window: int | None = None,
                 max_jump: float = 0.05) -> None:
        self.intrinsics = intrinsics
        self.window, self.max_jump = window, max_jump
        self.camera: Intrinsics | None = None
        self.size: tuple[int, int] | None = None
        if intrinsics == 'nyuv2':
            self.camera, self.size = NYUV2_INTRINSICS, NYUV2_SIZE
        elif isinstance(intrinsics, Mapping):
            given = dict(intrinsics)
            size = given.pop('size', None)
            if set(given) != _KEYS:
                raise ValueError(f'GenerateNormals: intrinsics have the keys {sorted(given)}; they '
                                 'need fx, fy, cx, cy (pixels), and may have size=(height, width)')
            self.camera = Intrinsics(**given)
            self.size = None if size is None else tuple(size)
        elif intrinsics is not None:
            raise ValueError("GenerateNormals: intrinsics must be 'nyuv2', a dict of fx, fy, cx, "
                             f'cy, or None (camera_path of the frame); not {intrinsics!r}')
        if window is not None and (window < 3 or window % 2 == 0):
            raise ValueError('GenerateNormals: window must be odd and at least 3 pixels, not '
                             f'{window}')
        if not 0 < max_jump < 1:
            raise ValueError(f'GenerateNormals: max_jump must be between 0 and 1, not {max_jump}')

    def transform(self, results: dict) -> dict:
        """Add ``gt_normal_map`` where there is ``gt_depth_map`` and no normals yet."""
        if 'gt_depth_map' not in results or 'gt_normal_map' in results:
            return results
        depth = results['gt_depth_map']
        self._check(results, depth.shape)
        camera = self.camera or _camera_of(results)
        if self.size is not None:
            camera = camera.scaled(self.size, depth.shape)
        results['gt_normal_map'] = normals_from_depth(depth, camera, self.window, self.max_jump)
        note_loaded(results, 'gt_normal_map')
        return results

    @staticmethod
    def _check(results: dict, shape: tuple[int, int]) -> None:
        name = results.get('depth_path', results.get('img_path'))
        if results.get('depth_bits') == 8:
            raise ValueError(f'GenerateNormals: {name} has 8 bits, steps too coarse for normals: '
                             'most of a surface would face the camera, and its steps would be '
                             'walls. Use depth of 16 bits (tools/dataset_converters/nyuv2.py '
                             'writes it), or normals from files (LoadNormals)')
        loaded = (results.get('units_height', {}).get('gt_depth_map', shape[0]),
                  results.get('units_width', {}).get('gt_depth_map', shape[1]))
        flipped = results.get('flip') and 'gt_depth_map' not in results.get(
            'fields_not_flipped', ())
        if loaded != shape or flipped:
            raise ValueError(f'GenerateNormals: the depth of {name} was flipped, resized or '
                             'cropped after it was loaded, and the intrinsics do not fit it any '
                             'more. Put GenerateNormals directly after LoadDepth')

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(intrinsics={self.intrinsics!r}, window={self.window}, '
                f'max_jump={self.max_jump})')


def _camera_of(results: dict) -> Intrinsics:
    """The camera of the frame's file, for the size of the data set's images."""
    path = results.get('camera_path')
    if path is None:
        raise KeyError(f'GenerateNormals: {results.get("img_path")} has no camera_path; add the '
                       'folder to data_prefix, or give intrinsics=dict(fx=..., fy=..., cx=..., '
                       'cy=...)')
    camera = mmengine.load(path)
    try:
        return Intrinsics(*(float(camera['intrinsic'][key]) for key in ('fx', 'fy', 'u0', 'v0')))
    except (KeyError, TypeError) as error:
        raise KeyError(f'{path} (camera_path) has no {error}: a camera file of Cityscapes has '
                       'intrinsic.fx, fy, u0 and v0 (pixels)') from error
