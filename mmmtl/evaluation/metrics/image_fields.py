"""Labels and predictions of whole images in a sample that mmengine has made a dict."""

from torch import Tensor

from .fields import image_name


def read_item(sample: dict, field: str, needed: bool = False) -> Tensor | None:
    """``<field>.item``, flat, on the CPU; ``None`` if the sample lacks it.

    Raises:
        KeyError: if it is needed.
    """
    if field in sample:
        return sample[field]['item'].detach().cpu().reshape(-1)
    if needed:
        raise KeyError(f'{image_name(sample)} has no {field}: no image-level head of the model has '
                       f'field={field.partition("_")[2]!r}')
    return None


def read_class(sample: dict, field: str, needed: bool = False) -> int | None:
    """The class in ``<field>.item``; see :func:`read_item`."""
    item = read_item(sample, field, needed)
    return None if item is None else int(item[0])
