"""Can the images of a batch be stacked? Asked of validation and test before they begin."""

from __future__ import annotations

import os
from typing import Any

from mmengine.dist import all_gather_object

from .image_header import read_header

#: images whose headers are read, in the order of the batches
_MOST_HEADERS = 50_000
#: images that are sent through the pipeline: one of each size of a file
_MOST_SIZES = 20


def check_batch_shapes(name: str, dataloader: Any) -> None:
    """Refuse batches of several images that the pipeline leaves at different sizes.

    mmseg stacks the images of a batch in testing and stops at the first batch that it cannot
    stack, which may be the last one, after a training. Here the headers of the files are read; only
    where they differ within a batch, one image of each size goes through the pipeline, which may
    resize all to one size. All ranks say the same.

    Args:
        name: 'val_dataloader', for the message.
        dataloader: built.

    Raises:
        ValueError: with two images of a batch, their sizes, and the remedy.
    """
    found = _first_mixed_batch(dataloader)
    text = None
    if found is not None:
        count, *pair = found
        images = ' and '.join(f'{path} ({height} x {width})' for path, (height, width) in pair)
        text = (f'{name} has batches of {count} images, but after the pipeline the images of a '
                f'batch differ in size (height x width): {images}. Write {name}.batch_size=1, or '
                'resize all images to one size in its pipeline (Resize with keep_ratio=False)')
    text = next((one for one in all_gather_object(text) if one), None)
    if text:
        raise ValueError(text)


def _first_mixed_batch(dataloader: Any) -> tuple | None:
    """Images of the first batch that cannot be stacked: how many, two paths with their shapes."""
    batches, dataset = getattr(dataloader, 'batch_sampler', None), dataloader.dataset
    if getattr(dataloader, 'batch_size', None) == 1 or not hasattr(dataset, 'get_data_info'):
        return None
    shapes: dict[tuple[int, int], tuple[int, int] | None] = {}
    read = 0
    for batch in batches or ():
        paths = {i: dataset.get_data_info(i).get('img_path') for i in batch}
        sizes = {i: size for i, path in paths.items() if (size := _size_of(path)) is not None}
        read += len(paths)
        if read > _MOST_HEADERS:
            return None
        if len(set(sizes.values())) < 2:
            continue
        for i, size in sizes.items():
            if size not in shapes and len(shapes) < _MOST_SIZES:
                shapes[size] = _shape_of(dataset[i])
        known = [(paths[i], shapes[size]) for i, size in sizes.items() if shapes.get(size)]
        other = next((one for one in known if one[1] != known[0][1]), None)
        if other:
            return len(batch), known[0], other
    return None


def _size_of(path: Any) -> tuple[int, int] | None:
    """Size of an image file; ``None`` where its header does not say."""
    if not isinstance(path, str | os.PathLike) or not os.path.isfile(path):
        return None
    try:
        header = read_header(path)
    except ValueError:  # a broken file: whoever reads it says so
        return None
    return None if header is None else header.size()[::-1]


def _shape_of(sample: Any) -> tuple[int, int] | None:
    """(height, width) of a sample's input; ``None`` where there are several (TestTimeAug)."""
    inputs = sample.get('inputs') if isinstance(sample, dict) else None
    return tuple(inputs.shape[-2:]) if hasattr(inputs, 'shape') else None
