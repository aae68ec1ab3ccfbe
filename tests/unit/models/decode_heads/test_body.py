"""Adapting decode heads: configs, outputs, cascades."""

import pytest
import torch
from mmseg.models import decode_heads as mmseg_heads

from mmmtl.models.decode_heads.body import (
    CascadeHead,
    adapt_body_cfg,
    build_body,
    split_maps,
)

FCN = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, num_classes=19,
           dropout_ratio=0, loss_decode=dict(type='CrossEntropyLoss', class_weight=[1.0] * 19))


def test_every_number_of_classes_changes_and_the_host_config_does_not():
    host = dict(
        type='IterativeDecodeHead',
        kernel_update_head=[dict(type='KernelUpdateHead', num_classes=150, out_channels=512)] * 2,
        kernel_generate_head=dict(FCN, num_classes=150))
    adapted = adapt_body_cfg(host, 2)
    assert [h['num_classes'] for h in adapted['kernel_update_head']] == [2, 2]
    assert adapted['kernel_update_head'][0]['out_channels'] == 512  # width, not classes
    assert adapted['kernel_generate_head']['num_classes'] == 2
    assert host['kernel_generate_head']['num_classes'] == 150


def test_options_of_the_hosts_loss_are_dropped():
    adapted = adapt_body_cfg(dict(FCN, out_channels=1, threshold=0.3, num_classes=2), 1)
    assert 'loss_decode' not in adapted and adapted['out_channels'] == 1


@pytest.mark.parametrize('channels', [1, 2])
def test_no_talk_of_binary_segmentation(channels, recwarn):
    build_body(FCN, channels)
    assert not [w for w in recwarn if 'binary' in str(w.message)]


def test_body_gives_the_tasks_channels():
    body = build_body(FCN, 2).eval()
    assert body([torch.randn(1, 4, 8, 8)]).shape == (1, 2, 8, 8)


def ocr_cascade():
    ocr = dict(type='OCRHead', in_channels=4, channels=8, ocr_channels=4, num_classes=19,
               dropout_ratio=0)
    return [FCN, ocr]


def test_cascade_gives_all_stages_while_training_and_the_last_one_after():
    body = build_body(ocr_cascade(), 2)
    assert isinstance(body, CascadeHead)
    features = [torch.randn(2, 4, 8, 8)]
    assert [m.shape[1] for m in body.train()(features)] == [2, 2]
    with torch.no_grad():
        last = body.eval()(features)
        first = body[0](features)
    assert last.shape == (2, 2, 8, 8) and not torch.equal(last, first)
    meta = [dict(img_shape=(16, 16), pad_shape=(16, 16))]
    assert body.predict(features, meta, {}).shape == (2, 2, 16, 16)


def test_cascade_names_parameters_as_mmseg():
    assert {key.split('.')[0] for key in build_body(ocr_cascade(), 2).state_dict()} == {'0', '1'}


def body_of(head):
    """An object of the class, without building it: only its kind is looked at."""
    cls = CascadeHead if head == 'CascadeHead' else getattr(mmseg_heads, head)
    return cls.__new__(cls)


@pytest.mark.parametrize('head, shapes, first, rest', [
    ('FCNHead', [(1, 2, 4, 4)], 0, 0),
    ('DAHead', [(1, 2, 4, 4)] * 3, 0, 0),
    ('EncHead', [(1, 2, 4, 4), (1, 2)], 0, 1),
    ('IterativeDecodeHead', [(1, 2, 4, 4)] * 4, 3, 0),
    ('CascadeHead', [(1, 2, 4, 4)] * 2, 1, 0),
    ('PIDHead', [(1, 2, 4, 4), (1, 2, 4, 4), (1, 1, 4, 4)], 1, 1),
])
def test_which_map_predicts(head, shapes, first, rest):
    outputs = [torch.randn(shape) for shape in shapes]
    maps, others = split_maps(outputs, 2, body_of(head))
    assert maps[0] is outputs[first]
    assert len(others) == rest and len(maps) + len(others) == len(outputs)


def test_boundary_of_pidnet_is_not_taken_for_a_one_channel_map():
    detail, fused, boundary = (torch.randn(1, 1, 4, 4) for _ in range(3))
    maps, rest = split_maps((detail, fused, boundary), 1, body_of('PIDHead'))
    assert maps[0] is fused and maps[1] is detail and rest[0] is boundary


def test_body_without_a_map_is_named():
    with pytest.raises(ValueError, match=r"FCNHead returned \[\(1, 5, 4, 4\)\], no map of 2"):
        split_maps(torch.randn(1, 5, 4, 4), 2, body_of('FCNHead'))
