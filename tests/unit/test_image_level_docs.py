"""The example of docs/image_level.md runs."""

import re

import numpy as np
import torch
from mmengine.registry import init_default_scope

from mmmtl.apis.config import load_config
from mmmtl.apis.metrics import check_evaluators
from mmmtl.registry import MODELS, TRANSFORMS


def test_the_example(repo_root, tmp_path, monkeypatch):
    init_default_scope('mmseg')
    text = (repo_root / 'docs' / 'image_level.md').read_text()
    plugin, config = re.findall(r'```python\n(.*?)```', text, re.DOTALL)
    (tmp_path / 'my_ages.py').write_text(plugin)
    (tmp_path / 'config.py').write_text(config.replace('mmmtl::', f'{repo_root}/configs/'))
    (tmp_path / 'ages.csv').write_text('frame_1,31.0\n')
    monkeypatch.syspath_prepend(tmp_path)
    cfg = load_config(str(tmp_path / 'config.py'))
    try:
        for loader in (cfg.train_dataloader, cfg.test_dataloader):
            *_, load, pack = loader.dataset.pipeline
            load = TRANSFORMS.build(dict(load, file=tmp_path / 'ages.csv'))
            pack = TRANSFORMS.build(pack)
            samples = [pack(load(dict(img=np.zeros((4, 6, 3), np.uint8), img_path=f'{name}.png',
                                      img_shape=(4, 6), ori_shape=(4, 6))))['data_samples']
                       for name in ('frame_1', 'frame_2')]
            assert samples[0].gt_age.item.tolist() == [31.0]
            assert 'gt_age' not in samples[1]
    finally:
        TRANSFORMS.module_dict.pop('LoadAge')
    model = MODELS.build(cfg.model)
    assert list(model.heads) == ['semantic', 'depth', 'age']
    features = model.eval().extract_feat(torch.zeros(1, 3, 64, 64))
    assert model.heads['age'](features).shape == (1, 1)
    check_evaluators(model, dict(test_evaluator=cfg.test_evaluator))
