"""Reading fields of the dicts that mmengine hands to metrics, with errors that help."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def image_name(sample: Mapping[str, Any]) -> str:
    """The image's path, for messages."""
    return str(sample.get('img_path', 'an image without img_path'))


def read_pair(sample: Mapping[str, Any], pred_field: str,
              truth_field: str) -> tuple[Tensor, Tensor] | None:
    """Prediction and truth of one image, each (C, H, W), on the prediction's device.

    Args:
        sample: A data sample as a dict: field -> ``{'data': Tensor}``.
        pred_field: For example ``pred_depth_map``.
        truth_field: For example ``gt_depth_map``.

    Returns:
        None where the image has no truth for the task.

    Raises:
        KeyError: there is truth but no prediction.
        ValueError: the two have different shapes.
    """
    if truth_field not in sample:
        return None
    if pred_field not in sample:
        found = sorted(key for key in sample if key.startswith('pred_'))
        raise KeyError(f'{image_name(sample)} has {truth_field} but no {pred_field}; the model '
                       f'predicted {found or "nothing"}. Add a head for this task to the model, '
                       'or take the metric out of the evaluator.')
    pred, truth = sample[pred_field]['data'], sample[truth_field]['data']
    if pred.shape != truth.shape:
        raise ValueError(
            f'{image_name(sample)}: {pred_field} has shape {tuple(pred.shape)}, {truth_field} '
            f'{tuple(truth.shape)}. Both must have the size of the original image: load truth '
            'after Resize in the test pipeline.')
    return pred, truth.to(pred.device)
