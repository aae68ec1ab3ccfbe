"""Labels and predictions of whole images in a sample that mmengine has made a dict."""

from torch import Tensor

from mmmtl.datasets.image_labels import check_class, is_known

from .fields import image_name


def read_label(sample: dict, field: str) -> Tensor | None:
    """``gt_<field>.item``, flat, on the CPU; ``None`` if the sample lacks it, or has a NaN."""
    item = _read(sample, f'gt_{field}')
    return item if item is not None and is_known(item) else None


def read_prediction(sample: dict, field: str) -> Tensor:
    """``pred_<field>.item``, flat, on the CPU.

    Raises:
        KeyError: the sample has none.
    """
    item = _read(sample, f'pred_{field}')
    if item is None:
        raise KeyError(f'{image_name(sample)} has no pred_{field}: no image-level head of the '
                       f'model has field={field!r}')
    return item


def read_class(sample: dict, field: str, num_classes: int | None = None) -> int | None:
    """The class in ``gt_<field>.item``; see :func:`read_label`.

    Raises:
        ValueError: it is no class; with image, field and value.
    """
    item = read_label(sample, field)
    if item is None:
        return None
    check_class(tuple(item.tolist()), num_classes, f'{image_name(sample)}: gt_{field}')
    return int(item[0])


def read_predicted_class(sample: dict, field: str) -> int:
    """The class in ``pred_<field>.item``; see :func:`read_prediction`."""
    return int(read_prediction(sample, field)[0])


def _read(sample: dict, field: str) -> Tensor | None:
    return sample[field]['item'].detach().cpu().reshape(-1) if field in sample else None
