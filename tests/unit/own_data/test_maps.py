"""The table of labels agrees with the package's own tables; pipelines pass its checks."""

import pytest

from mmmtl.datasets import check_pipeline
from mmmtl.fields import FIELDS
from mmmtl.own_data.maps import LABEL_KINDS, kinds_of, metrics_of, pipelines_of
from mmmtl.registry import METRICS, MODELS

BY_PATH = {row.path_keys[0]: (name, row) for name, row in FIELDS.items() if row.path_keys}


def test_every_field_with_files_has_a_row() -> None:
    assert {kind.path_key for kind in LABEL_KINDS} == set(BY_PATH)


@pytest.mark.parametrize('kind', LABEL_KINDS, ids=lambda kind: kind.option)
def test_loader_head_and_metric_are_of_the_field(kind) -> None:
    name, row = BY_PATH[kind.path_key]
    assert kind.loader == row.loaders[0]
    truth = name
    for made in kind.made:
        truth, = (field for field, other in FIELDS.items() if other.made and other.made.by == made)
        assert FIELDS[truth].made.of == name
    if kind.head is not None:
        assert MODELS.get(kind.head['type']).target_field == truth
    metric = METRICS.build(dict(kind.metric, prefix=kind.task))
    assert metric.prefix == kind.task
    if hasattr(metric, 'truth_field'):
        assert metric.truth_field == truth


def test_pipelines() -> None:
    kinds = LABEL_KINDS
    made = pipelines_of(kinds, dict(depth=dict(unit_16bit=1 / 256)), (96, 160))
    check_pipeline(made['train'])
    check_pipeline(made['test'], True)
    check_pipeline(made['tta'], True)
    loader, = (step for step in made['train'] if step['type'] == 'mmmtl.LoadDepth')
    assert loader['unit_16bit'] == 1 / 256
    assert len({metric['prefix'] for metric in metrics_of(kinds)}) == len(kinds)


def test_kinds_with_a_folder() -> None:
    assert [kind.option for kind in kinds_of(dict(depth='d', labels='l'))] == ['labels', 'depth']
