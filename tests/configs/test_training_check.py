"""No config of this package is refused by the check of its training data."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import torch
from mmengine.config import Config

from mmmtl.engine import TrainingCheckHook
from mmmtl.registry import DATASETS, MODELS
from mmmtl.testing.mix_in import load_model_cfg

CONFIGS = [path for path in sorted((Path(__file__).parents[2] / 'configs').glob('[!_]*/*.py'))
           if 'decathlon' not in path.stem  # trained in test_decathlon.py
           and ('_segnet_' not in path.stem or path.stem.startswith(('mtan', 'single')))]


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_targets_crops_and_classes_fit(path):
    dataset = Config.fromfile(path).train_dataloader.dataset
    if dataset.get('num_classes') == 40:  # else read from the converter's note
        dataset.label40_encoding = 'merged'
    with torch.device('meta') if '_segnet_' in path.stem else nullcontext():  # large
        model = MODELS.build(load_model_cfg(path)[0])
    loader = SimpleNamespace(dataset=DATASETS.build(dict(dataset, lazy_init=True)))
    with patch('mmmtl.engine.training_check_hook.print_log') as log:
        TrainingCheckHook().before_train(SimpleNamespace(model=model, train_dataloader=loader))
    log.assert_not_called()
