"""Writing of submissions in the place of scores."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.dist import barrier, get_dist_info
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmmtl.registry import METRICS

from ..submission import Folders, Frame, label_ids_of_classes, write_panoptic_json


@METRICS.register_module()
class CityscapesSubmissionWriter(BaseMetric):
    """Write what Cityscapes' scripts and server judge (``tools/test.py --format-only``).

    No scores, and no ground truth is looked at. Of what the model predicts::

        OUTPUT_DIR/
            semantic/FRAME.png                      label ids
            instances/FRAME.txt                     a line for each: mask, label id, confidence
            instances/masks/FRAME_000.png           255 = instance
            PANOPTIC_NAME.json                      COCO's format
            PANOPTIC_NAME/FRAME_panoptic.png

    FRAME is the image's name without ``_leftImg8bit``; files have the size of the image file.
    Label ids are ``label_ids`` (class name -> id) in the data set's meta information. Each rank
    writes its own frames; frames that only fill up the last batches of several ranks are dropped.

    Args:
        output_dir: Folder to write to. It must not have a submission yet: files of two models in
            one folder would be judged as one.
        panoptic_name: Name of the panoptic json and folder; official scripts look for
            'cityscapes_panoptic_val'.
        prefix: Unused; every metric has one.
        **kwargs: ``collect_device``, ``collect_dir``.

    Raises:
        FileExistsError: The folder has a submission.
        ValueError: The data set has no label ids; two frames have one name; nothing to write.
    """

    default_prefix = 'submission'
    score_directions: dict[str, str] = {}

    def __init__(self,
                 output_dir: str,
                 panoptic_name: str = 'panoptic',
                 prefix: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        root = Path(output_dir)
        self.folders = Folders(root / 'semantic', root / 'instances', root / panoptic_name)
        self.json = root / f'{panoptic_name}.json'
        self._held: Frame | None = None
        found = [str(path) for path in (*self.folders, self.json) if path.exists()]
        if found:
            raise FileExistsError(f'{root} has a submission already ({", ".join(found)}). Remove '
                                  'it, or write to another folder (--out)')
        barrier()  # no rank writes before all have looked

    @BaseMetric.dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict | None) -> None:
        """Keep the meta information and look up the label ids, before a frame is predicted."""
        self._dataset_meta = dataset_meta
        self.label_ids = label_ids_of_classes(dataset_meta)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Write each sample when the next one comes, and append one record for each.

        The last one waits for :meth:`evaluate`, where it is known whether it only fills up.
        """
        for sample in data_samples:
            self._write_held()
            self._held = Frame.of(sample, self.label_ids)
            self.results.append(self._held.record())

    def evaluate(self, size: int) -> dict:
        """Write the last frame and, on rank 0, the panoptic json; no scores."""
        rank, world = get_dist_info()
        if (len(self.results) - 1) * world + rank >= size:
            self._held = None
        self._write_held()
        return super().evaluate(size)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Write the panoptic json of all ranks' frames, and say what there is."""
        annotations = [record['panoptic'] for record in results if record['panoptic']]
        if annotations:
            write_panoptic_json(self.json, annotations)
        counts = {kind: sum(bool(record[kind]) for record in results)
                  for kind in ('semantic', 'instances', 'panoptic')}
        print_log(f'{type(self).__name__}: wrote {self.json.parent}: '
                  + ', '.join(f'{kind} of {count} frames' for kind, count in counts.items()
                              if count), 'current')
        return {}

    def _write_held(self) -> None:
        frame, self._held = self._held, None
        if frame is not None:
            frame.write(self.folders, self.label_ids)
