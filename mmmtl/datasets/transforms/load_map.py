"""What the loaders of label maps share: partial labels, checks of type and size, bookkeeping."""

from __future__ import annotations

import os.path as osp
from abc import abstractmethod

import numpy as np
from mmcv.transforms import BaseTransform

from ..file_checks import turn_hint
from ..image_header import read_header
from ..orientation import UPRIGHT
from .decode import read_map
from .disparity import decode_float


def check_map_size(results: dict, key: str, shape: tuple[int, int]) -> None:
    """Raise a :class:`ValueError` if a label is not of its image's original size.

    Args:
        results: with ``ori_shape`` once the image is loaded; without it nothing is checked.
        key: the key that holds the label's path.
        shape: (height, width) of the label.
    """
    image = results.get('ori_shape')
    if image is not None and tuple(image[:2]) != tuple(shape):
        raise ValueError(
            f'image and label differ in size (width x height): {results.get("img_path")} is '
            f'{image[1]} x {image[0]}, {results[key]} ({key}) is {shape[1]} x {shape[0]}. '
            + (_crosswise(results, image[1::-1], shape[1::-1])
               or 'Resize both in the pipeline instead'))


def _crosswise(results: dict, image: tuple[int, int], label: tuple[int, int]) -> str | None:
    """What to do if EXIF turned the image, or would have, and so parts it from its label."""
    path = results.get('img_path')
    if tuple(image) != tuple(label[::-1]) or not path or not osp.isfile(path):
        return None
    header = read_header(path)
    if header is None:
        return ('If the image was turned by its EXIF orientation, its label was drawn on the '
                'unturned picture: turn the files themselves and draw anew')
    if header.orientation == UPRIGHT:
        return None
    return turn_hint(header.orientation, turned=header.size() == tuple(image))


def note_loaded(results: dict, field: str) -> None:
    """Enter a map that was just loaded: its width now, and whether it lies on the image.

    Test pipelines load the truth after resizing the image, to score at the original size. Such a
    map is not padded or compared to the image later (``results['fields_at_ori_shape']``), and one
    loaded after a flip is not turned with it (``results['fields_not_flipped']``).
    """
    results.setdefault('seg_fields', []).append(field)
    shape = results[field].shape[:2]
    results.setdefault('units_width', {})[field] = shape[1]
    results.setdefault('units_height', {})[field] = shape[0]
    image = results.get('img')
    if image is not None and image.shape[:2] != shape:
        results.setdefault('fields_at_ori_shape', []).append(field)
    if results.get('flip'):
        results.setdefault('fields_not_flipped', []).append(field)


class LoadMap(BaseTransform):
    """Base of the loaders: nothing happens to a frame that lacks the file (partial labels).

    Args:
        backend_args: mmengine's file backend, as for mmseg's loaders.
    """

    path_key: str
    field: str

    def __init__(self, backend_args: dict | None = None) -> None:
        self.backend_args = backend_args.copy() if backend_args else None

    def transform(self, results: dict) -> dict:
        """Add ``results[self.field]`` if the frame has ``results[self.path_key]``.

        The type that its file stores is noted in ``results['stored_types']``.

        Raises:
            ValueError: damaged file, wrong type, or another size than the image.
        """
        if self.path_key not in results:
            return results
        pixels = self.read(results[self.path_key])
        check_map_size(results, self.path_key, pixels.shape[:2])
        results.setdefault('stored_types', {})[self.path_key] = pixels.dtype
        results[self.field] = self.decode(pixels, results)
        note_loaded(results, self.field)
        return results

    def read(self, path: str) -> np.ndarray:
        """The file's pixels as they are stored, (H, W) or (H, W, C)."""
        return read_map(path, self.path_key, self.backend_args)

    @abstractmethod
    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Turn the file's pixels into the field's values."""

    def wrong_type(self, results: dict, pixels: np.ndarray, wanted: str) -> ValueError:
        """The error for a file of the wrong type."""
        return ValueError(f'{results[self.path_key]} ({self.path_key}): pixels of type '
                          f'{pixels.dtype}, but {wanted}. Use the files as downloaded')

    def holds_floats(self, results: dict, pixels: np.ndarray) -> bool:
        """Whether the file is a ``.npy`` array of floats, which is in the field's own unit."""
        return pixels.dtype.kind == 'f' and str(results[self.path_key]).lower().endswith('.npy')

    def stored_type(self, results: dict) -> np.dtype | None:
        """Type of the file's values; ``None`` for a frame without this label."""
        return results.get('stored_types', {}).get(self.path_key)

    def decode_float(self, values: np.ndarray, results: dict, unit: float = 1.) -> np.ndarray:
        """:func:`~.disparity.decode_float`, with errors that name the file."""
        try:
            return decode_float(values, unit)
        except ValueError as error:
            raise ValueError(f'{results[self.path_key]} ({self.path_key}): {error}. Check '
                             f'data_prefix["{self.path_key}"]') from error

    def __repr__(self) -> str:
        return f'{type(self).__name__}(backend_args={self.backend_args})'
