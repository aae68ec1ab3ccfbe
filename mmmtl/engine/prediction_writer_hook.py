"""Write every task's prediction to files while testing."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging import print_log
from mmengine.runner import Runner
from mmengine.structures import PixelData
from PIL import Image

from mmmtl.registry import HOOKS

from .learned_classes import LearnedClasses, meta_of_predictions
from .prediction_files import write_image_level, write_instances, write_panoptic


@HOOKS.register_module()
class PredictionWriterHook(LearnedClasses):
    """Write the predictions of each test frame, named after the image (``tools/test.py --out``).

    - ``NAME.png``: semantic classes, uint8 (H, W), as mmseg's ``--out`` writes them: training
      classes, one more with ``reduce_zero_label``.
    - ``NAME.npz``: the other tasks, each under its field's name, in the units of the field:
      ``pred_inverse_depth_map`` (H, W), ``pred_instance_vector`` (2, H, W), …
    - ``NAME_instances.png``: ids, 16 bit (H, W), 0 = no instance. ``NAME_instances.json``: of each
      ``id``, ``class`` (training class), ``name``, ``score`` (0 to 1), ``area`` (pixels) and
      ``box`` (x, y, width, height; pixels).
    - ``NAME_panoptic.png``: ids as colours, as COCO has them: id = R + 256 G + 65536 B; 0 = void.
      ``NAME_panoptic.json``: of each segment ``id`` (1 + 1000 class + number), ``class``,
      ``name``, ``isthing``, ``iscrowd``, ``area`` and ``box``.

    - ``NAME_image.json``: of each image-level task its ``item`` (class, or numbers in the task's
      unit) and, of classes, ``scores``, under its field's name.

    Where frames in different folders have one name, ``NAME`` is the path below the folder that all
    images share. What was not predicted is not written. The official submission files of Cityscapes
    are another matter: ``tools/test.py --format-only``.

    Args:
        out_dir: Folder to write into.
    """

    def __init__(self, out_dir: str) -> None:
        super().__init__()
        self.out_dir = Path(out_dir)
        self.classes: Sequence[str] = ()
        self.image_folder: str | None = None
        self._written: dict[Path, str] = {}

    def before_test(self, runner: Runner) -> None:
        """Read the names of the classes, and whether file names tell the frames apart."""
        dataset = runner.test_dataloader.dataset
        meta = getattr(dataset, 'metainfo', None) or {}
        self.classes = tuple(meta_of_predictions(meta, self.learned).get('classes') or ())
        self._written, self.image_folder = {}, None
        paths = _image_paths(dataset)
        if len({Path(path).stem for path in paths}) < len(paths):
            self.image_folder = os.path.commonpath([os.path.dirname(path) for path in paths])
            print_log(f'{self.out_dir}: frames have equal names, so predictions are put into '
                      f'folders as below {self.image_folder}', logger='current')

    def after_test_iter(self,
                        runner: Runner,
                        batch_idx: int,
                        data_batch: Any = None,
                        outputs: Sequence[Any] | None = None) -> None:
        """Write the samples of one batch.

        Raises:
            ValueError: another image was written under that name.
        """
        for sample in outputs or ():
            stem = self._stem(sample.img_path)
            stem.parent.mkdir(parents=True, exist_ok=True)
            maps = {
                name: sample.get(name).data.cpu().numpy()
                for name in sample.all_keys()
                if name.startswith('pred_') and isinstance(sample.get(name), PixelData)
            }
            write_image_level(stem, sample)
            maps = {name: m[0] if m.shape[0] == 1 else m for name, m in maps.items()}
            semantic = maps.pop('pred_sem_seg', None)
            if semantic is not None:
                shift = int(bool(sample.metainfo.get('reduce_zero_label', False)))
                Image.fromarray((semantic + shift).astype(np.uint8)).save(f'{stem}.png')
            if 'pred_instances' in sample:
                write_instances(
                    stem, maps.pop('pred_instance_map'), sample.pred_instances, self.classes)
            if 'pred_panoptic_map' in maps:
                write_panoptic(stem, maps.pop('pred_panoptic_map'), self.classes)
            if maps:
                np.savez_compressed(f'{stem}.npz', **maps)

    def _stem(self, img_path: str) -> Path:
        """Where the files of an image begin."""
        path = Path(img_path)
        whole = self.image_folder is not None  # '' for relative paths that begin differently
        name = path.relative_to(self.image_folder) if whole else Path(path.name)
        stem = self.out_dir / name.with_suffix('')
        other = self._written.setdefault(stem, img_path)
        if other != img_path:
            raise ValueError(f'{stem}.png: predictions of {other} would be overwritten by those of '
                             f'{img_path}. Test one folder at a time, or rename an image')
        return stem


def _image_paths(dataset: Any) -> set[str]:
    """Images of a data set of mmengine; none where it does not say."""
    if not hasattr(dataset, 'get_data_info'):
        return set()
    infos = (dataset.get_data_info(index) for index in range(len(dataset)))
    return {info['img_path'] for info in infos if 'img_path' in info}
