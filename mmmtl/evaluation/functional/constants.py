"""What a predictor that looks at no image would say: the yardstick for small numbers."""

from collections.abc import Mapping

import torch
from torch import Tensor

MEANS = {
    'gt_inverse_depth_map': 'pred_inverse_depth_map',
    'gt_depth_map': 'pred_depth_map',
}


class ConstantPredictor:
    """The most frequent class, the zero vector, the mean depth and normal of the frames seen.

    The mean normal is the direction of the sum of the unit vectors. Depths are averaged over valid
    pixels, classes counted over labelled ones; memory is constant. A task that no frame is labelled
    for has no constant.

    Args:
        ignore_index: Label of the pixels that count for no class.

    Example:
        >>> predictor = ConstantPredictor()
        >>> predictor.update({'gt_depth_map': torch.tensor([[[1., 3., float('nan')]]])})
        >>> predictor.predict((1, 2))['pred_depth_map']
        tensor([[[2., 2.]]])
    """

    def __init__(self, ignore_index: int = 255) -> None:
        self.ignore_index = ignore_index
        self.class_counts = torch.zeros(0, dtype=torch.int64)
        self.sums: dict[str, tuple[float, int]] = {}
        self.has_vectors = False
        self.normal_sum = torch.zeros(3, dtype=torch.float64)

    def update(self, maps: Mapping[str, Tensor]) -> None:
        """Look at the truth of one frame.

        Args:
            maps: Field name to (C, H, W) truth: any of ``gt_sem_seg``, ``gt_instance_vector``,
                ``gt_inverse_depth_map``, ``gt_depth_map``, ``gt_normal_map``. Other fields are not
                looked at.
        """
        if 'gt_sem_seg' in maps:
            labels = maps['gt_sem_seg'].flatten().long()
            counts = torch.bincount(
                labels[labels != self.ignore_index], minlength=len(self.class_counts))
            counts[:len(self.class_counts)] += self.class_counts
            self.class_counts = counts
        if 'gt_instance_vector' in maps:
            self.has_vectors = True
        if 'gt_normal_map' in maps:
            normals = maps['gt_normal_map'].double()
            self.normal_sum += normals[:, torch.isfinite(normals).all(0)].sum(1).cpu()
        for field in MEANS:
            if field in maps:
                values = maps[field][torch.isfinite(maps[field])].double()
                total, count = self.sums.get(field, (0., 0))
                self.sums[field] = (total + float(values.sum()), count + values.numel())

    @property
    def constants(self) -> dict[str, int | float | list[float]]:
        """Prediction field to its constant: class, vector component, mean depth, or normal."""
        found: dict[str, int | float | list[float]] = {}
        if self.class_counts.sum() > 0:
            found['pred_sem_seg'] = int(self.class_counts.argmax())
        if self.has_vectors:
            found['pred_instance_vector'] = 0.
        for field, (total, count) in self.sums.items():
            if count:
                found[MEANS[field]] = total / count
        if self.normal_sum.any():
            found['pred_normal_map'] = (self.normal_sum / self.normal_sum.norm()).tolist()
        return found

    def predict(self, shape: tuple[int, int]) -> dict[str, Tensor]:
        """Constant maps by prediction field, each (C, H, W) for an image of ``shape`` (H, W)."""
        channels = {'pred_instance_vector': 2}
        return {
            field: torch.tensor(value)[:, None, None].repeat(1, *shape) if isinstance(value, list)
            else torch.full((channels.get(field, 1), *shape), value)
            for field, value in self.constants.items()
        }
