"""One frame's part of a submission."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .files import enlarge, file_size, frame_name
from .instances import write_instances
from .panoptic import encode_panoptic, write_panoptic
from .semantic import write_semantic


class Folders(NamedTuple):
    """Where a submission's files go."""

    semantic: Path
    instances: Path
    panoptic: Path


class Frame(NamedTuple):
    """A frame's predictions at the size of its image file; ``None`` = not predicted.

    Attributes:
        name: of the frame.
        path: of its image.
        semantic: (H, W) class indices.
        instances: (H, W) ids; then of each instance, id, class index and confidence.
        panoptic: (H, W) segment ids and the list of segments.
    """

    name: str
    path: str
    semantic: np.ndarray | None
    instances: tuple[np.ndarray, Sequence, Sequence, Sequence] | None
    panoptic: tuple[np.ndarray, list[dict]] | None

    @classmethod
    def of(cls, sample: Mapping[str, Any], label_ids: Sequence[int]) -> 'Frame':
        """Take what is to be submitted out of a data sample, which mmengine made a dict.

        Raises:
            ValueError: nothing is.
        """
        path = str(sample['img_path'])
        found = {field: sample[field]['data'][0].cpu().numpy()
                 for field in ('pred_sem_seg', 'pred_instance_map', 'pred_panoptic_map')
                 if field in sample}
        found = {field: enlarge(labels, file_size(path, labels.shape))
                 for field, labels in found.items()}
        if not found:
            raise ValueError(f'{path}: none of pred_sem_seg, pred_instance_map and '
                             'pred_panoptic_map was predicted, so there is nothing to submit')
        instances = panoptic = None
        if 'pred_instance_map' in found:
            listed = sample['pred_instances']
            instances = (found['pred_instance_map'],
                         *(listed[key].tolist() for key in ('ids', 'labels', 'scores')))
        if 'pred_panoptic_map' in found:
            panoptic = encode_panoptic(found['pred_panoptic_map'], label_ids)
        return cls(frame_name(path), path, found.get('pred_sem_seg'), instances, panoptic)

    def record(self) -> dict[str, Any]:
        """What rank 0 has to know of it; ``panoptic`` is the json's entry."""
        return dict(
            semantic=self.semantic is not None,
            instances=self.instances is not None,
            panoptic=self.panoptic and dict(
                image_id=self.name, file_name=f'{self.name}_panoptic.png',
                segments_info=self.panoptic[1]))

    def write(self, folders: Folders, label_ids: Sequence[int]) -> None:
        """Write the files.

        Raises:
            ValueError: another frame of this name was written.
        """
        try:
            if self.semantic is not None:
                write_semantic(folders.semantic, self.name, self.semantic, label_ids)
            if self.instances is not None:
                write_instances(folders.instances, self.name, *self.instances, label_ids)
            if self.panoptic is not None:
                write_panoptic(folders.panoptic, self.name, self.panoptic[0])
        except FileExistsError as error:
            raise ValueError(f'{self.path}: another frame was called {self.name} too '
                             f'({error.filename} exists). Official scripts tell frames apart by '
                             'name: submit the folders one by one') from error
