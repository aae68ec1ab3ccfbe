"""Write every task's prediction to files while testing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.hooks import Hook
from mmengine.runner import Runner
from PIL import Image

from mmmtl.registry import HOOKS


@HOOKS.register_module()
class PredictionWriterHook(Hook):
    """Write the predictions of each test frame, named after the image (``tools/test.py --out``).

    - ``NAME.png``: semantic classes, uint8 (H, W), as mmseg's ``--out`` writes them: training
      classes, one more with ``reduce_zero_label``.
    - ``NAME.npz``: the other tasks, each under its field's name, in the units of the field:
      ``pred_inverse_depth_map`` (H, W), ``pred_instance_vector`` (2, H, W), …

    Args:
        out_dir: Folder to write into.
    """

    def __init__(self, out_dir: str) -> None:
        self.out_dir = Path(out_dir)

    def after_test_iter(self,
                        runner: Runner,
                        batch_idx: int,
                        data_batch: Any = None,
                        outputs: Sequence[Any] | None = None) -> None:
        """Write the samples of one batch."""
        self.out_dir.mkdir(parents=True, exist_ok=True)
        for sample in outputs or ():
            stem = Path(sample.img_path).stem
            maps = {
                name: sample.get(name).data.cpu().numpy()
                for name in sample.all_keys() if name.startswith('pred_')
            }
            semantic = maps.pop('pred_sem_seg', None)
            if semantic is not None:
                shift = int(bool(sample.metainfo.get('reduce_zero_label', False)))
                classes = (np.squeeze(semantic, 0) + shift).astype(np.uint8)
                Image.fromarray(classes).save(self.out_dir / f'{stem}.png')
            if maps:
                np.savez_compressed(
                    self.out_dir / f'{stem}.npz',
                    **{name: m[0] if m.shape[0] == 1 else m for name, m in maps.items()})
