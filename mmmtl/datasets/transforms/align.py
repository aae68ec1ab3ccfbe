"""Bring the maps that a transform forgot back onto the image."""

from __future__ import annotations

from mmmtl.fields import MAP_FIELDS, pad_map


def on_image(results: dict, field: str) -> bool:
    """Whether a map lies on the image, rather than at the original size (test pipelines)."""
    return field in results and field not in results.get('fields_at_ori_shape', ())


def pad_to_image(results: dict) -> None:
    """Pad our maps to the image's size, in place.

    mmcv's ``Pad`` enlarges the image and ``gt_seg_map`` at the bottom and the right, and leaves
    every other map as it was.
    """
    if results.get('img') is None or 'pad_fixed_size' not in results:  # mmcv's Pad notes it
        return
    shape = results['img'].shape[:2]
    for name, field in MAP_FIELDS.items():
        if not on_image(results, name):
            continue
        height, width = results[name].shape[:2]
        if height <= shape[0] and width <= shape[1]:
            results[name] = pad_map(results[name], shape, field.fill)
