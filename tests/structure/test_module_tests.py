"""Every module has a test file of its own name, or is listed here with where it is tested."""

import re
from collections import Counter
from pathlib import Path

import pytest

#: module → the test file under tests/ that tests it, and why it has none of its own name
ELSEWHERE = {
    'apis/known_keys': 'unit/apis/test_misspelt.py: tables that only the check of keys reads',
    'apis/launch': 'unit/tools/test_train_test_cli.py: needs whole runs',
    'clustering/kernels/vote_kernels':
        'unit/clustering/test_instances.py: the kernels of that module',
    'datasets/decathlon_domain': 'unit/datasets/test_decathlon.py: with the data sets together',
    'datasets/decathlon_domains':
        'unit/evaluation/functional/test_decathlon.py: a table, tested by published scores',
    'datasets/nyuv2_labels': 'unit/datasets/test_nyuv2.py: tables, tested by frames',
    'datasets/restricted_pickle': 'unit/datasets/test_decathlon.py: the only files of this kind',
    'datasets/transforms/load_numpy_image':
        'unit/datasets/test_mtan_preprocessed.py: with the data set that has such files',
    'datasets/transforms/normalize_by_dataset':
        'unit/datasets/test_decathlon.py: with the data set that needs it',
    'engine/prediction_files':
        'unit/engine/test_prediction_writer_hook.py: what the hook writes',
    'evaluation/functional/overlap_kernel':
        'unit/evaluation/functional/test_overlaps.py: the kernel of that module',
    'evaluation/functional/segment_kernel':
        'unit/evaluation/functional/test_segment_distances.py: the kernel of that module',
    'evaluation/functional/semantic_per_image':
        'unit/evaluation/metrics/test_semantic.py: with the metric that gives these scores',
    'evaluation/metrics/decathlon':
        'unit/evaluation/metrics/test_image_level_metrics.py: image-level metrics alike',
    'evaluation/metrics/decathlon_submission':
        'unit/evaluation/metrics/test_image_level_metrics.py: beside the metric of these files',
    'evaluation/metrics/fields': 'unit/evaluation/metrics/test_pixel_metric.py: its messages',
    'evaluation/metrics/image_classification':
        'unit/evaluation/metrics/test_image_level_metrics.py: image-level metrics alike',
    'evaluation/metrics/image_fields':
        'unit/evaluation/metrics/test_image_level_metrics.py: its messages',
    'evaluation/metrics/image_regression':
        'unit/evaluation/metrics/test_image_level_metrics.py: image-level metrics alike',
    'models/backbones/attention':
        'unit/models/backbones/test_mtan_wide_resnet.py: against the authors\' program',
    'models/backbones/cross_stitch': 'unit/models/backbones/test_wrappers.py: wrappers alike',
    'models/backbones/expanded_mobilenet_v2':
        'unit/tools/test_light_weight_refinenet_converter.py: with the networks that have it',
    'models/backbones/mtan': 'unit/models/backbones/test_wrappers.py: wrappers alike',
    'models/backbones/segnet/column':
        'unit/models/backbones/segnet/test_segnet_networks.py: networks alike',
    'models/backbones/segnet/segnet':
        'unit/models/backbones/segnet/test_segnet_networks.py: networks alike',
    'models/backbones/segnet/segnet_cross_stitch':
        'unit/models/backbones/segnet/test_segnet_networks.py: networks alike',
    'models/backbones/segnet/segnet_dense':
        'unit/models/backbones/segnet/test_segnet_networks.py: networks alike',
    'models/backbones/segnet/segnet_mtan':
        'unit/models/backbones/segnet/test_segnet_networks.py: networks alike',
    'models/backbones/stages': 'unit/models/backbones/test_wrappers.py: with the wrappers over it',
    'models/decode_heads/base_image_head':
        'unit/models/decode_heads/test_image_heads.py: image-level heads alike',
    'models/decode_heads/base_task_head':
        'unit/models/decode_heads/test_task_heads.py: map heads alike',
    'models/decode_heads/depth_head':
        'unit/models/decode_heads/test_task_heads.py: map heads alike',
    'models/decode_heads/image_classification_head':
        'unit/models/decode_heads/test_image_heads.py: image-level heads alike',
    'models/decode_heads/image_regression_head':
        'unit/models/decode_heads/test_image_heads.py: image-level heads alike',
    'models/decode_heads/instance_vector_head':
        'unit/models/decode_heads/test_task_heads.py: map heads alike',
    'models/decode_heads/inverse_depth_head':
        'unit/models/decode_heads/test_task_heads.py: map heads alike',
    'models/decode_heads/labelled': 'properties/test_tasks.py: what tasks see of labels',
    'models/geometry': 'unit/models/decode_heads/test_task_heads.py: with the heads that zoom',
    'models/instance_clustering/build':
        'unit/models/segmentors/test_instance_prediction.py: its messages, of a whole segmentor',
    'models/instance_clustering/dbscan':
        'unit/models/instance_clustering/test_base.py: clusterers alike',
    'models/instance_clustering/hdbscan':
        'unit/models/instance_clustering/test_base.py: clusterers alike',
    'models/instance_clustering/nearest_centre':
        'unit/models/instance_clustering/test_base.py: clusterers alike',
    'models/instance_clustering/optics':
        'unit/models/instance_clustering/test_base.py: clusterers alike',
    'models/losses/berhu_loss': 'unit/models/losses/test_losses.py: masked losses alike',
    'models/losses/masked_huber_loss': 'unit/models/losses/test_losses.py: masked losses alike',
    'models/losses/masked_l1_loss': 'unit/models/losses/test_losses.py: masked losses alike',
    'models/losses/masked_loss': 'unit/models/losses/test_losses.py: masked losses alike',
    'models/losses/masking': 'unit/models/losses/test_losses.py: masked losses alike',
    'models/necks/aspp_neck': 'unit/models/necks/test_necks.py: necks alike',
    'models/necks/per_task_neck': 'unit/models/backbones/test_wrappers.py: wrappers alike',
    'models/necks/top_down_fpn': 'unit/models/necks/test_necks.py: necks alike',
    'models/segmentors/joined_maps': 'unit/models/test_fast_maps.py: joined against one by one',
    'models/segmentors/label_watch':
        'unit/models/segmentors/test_usable_labels.py: needs a whole segmentor',
    'models/segmentors/training_losses':
        'unit/models/segmentors/test_multi_task_segmentor.py: a part of its loss',
    'models/tasks/base': 'properties/test_tasks.py: every registered head as a task',
    'models/tasks/dense': 'properties/test_tasks.py: every registered head as a task',
    'models/tasks/host': 'properties/test_tasks.py: every registered head as a task',
    'models/tasks/image': 'properties/test_tasks.py: every registered head as a task',
    'testing/metric_variants': 'properties/test_metrics.py: what that test walks over',
    'testing/narrow_segnet':
        'unit/models/backbones/segnet/test_segnet_networks.py: a change of these networks',
    'testing/samples': 'properties/test_tasks.py: frames that nearly every test reads',
    'testing/toy_config': 'unit/tools/test_train_test_cli.py: a config that runs are started with',
    'testing/toy_decathlon': 'unit/datasets/test_decathlon.py: files that the data set reads',
    'testing/toy_gradients': 'unit/balancing/levels/test_base.py: gradients for these tests',
    'testing/toy_tasks': 'unit/balancing/levels/test_base.py: a model for these tests',
    'version': 'unit/test_install.py: a number that the wheel has',
}


def modules(root: Path) -> dict[str, Path]:
    """Modules of the package by path without suffix, packages' own files left out."""
    package = root / 'mmmtl'
    return {path.relative_to(package).with_suffix('').as_posix(): path
            for path in sorted(package.rglob('*.py')) if path.name != '__init__.py'}


def without_test(names: list[str], tests: list[Path]) -> list[str]:
    """Modules without ``test_<name>.py``; of those that share a name, in a folder of theirs."""
    shared = Counter(name.rpartition('/')[2] for name in names)
    found = {(path.parent.name, path.stem) for path in tests} | {('', path.stem) for path in tests}

    def has_test(name: str) -> bool:
        folder, _, own = name.rpartition('/')
        folder = folder.rpartition('/')[2] if shared[own] > 1 else ''
        return (folder, f'test_{own.lstrip("_")}') in found

    return [name for name in names if not has_test(name)]


@pytest.fixture(scope='module')
def lacking(repo_root: Path) -> list[str]:
    return without_test([*modules(repo_root)], [*(repo_root / 'tests').rglob('test_*.py')])


def test_every_module_has_a_test_or_a_reason(lacking):
    forgotten = [name for name in lacking if name not in ELSEWHERE]
    assert not forgotten, (f'no tests/**/test_<name>.py of {forgotten}; write it, or say in '
                           f'ELSEWHERE of {__file__} where they are tested, and why there')


def test_the_list_is_true(repo_root, lacking):
    known = modules(repo_root)
    gone = [name for name in ELSEWHERE if name not in known]
    assert not gone, f'take {gone} out of ELSEWHERE: there is no such module'
    tested = [name for name in ELSEWHERE if name not in lacking]
    assert not tested, f'take {tested} out of ELSEWHERE: they have a test file of their name'


@pytest.mark.parametrize('name', ELSEWHERE)
def test_reasons_name_a_test(name, repo_root):
    found = re.fullmatch(r'([\w/]+/test_\w+\.py): \S.*', ELSEWHERE[name])
    assert found, f'{name}: write "path of the test under tests/: why"'
    assert (repo_root / 'tests' / found[1]).is_file(), f'{name}: there is no tests/{found[1]}'


def test_what_counts_as_a_test():
    names = ['a/base', 'b/base', 'a/one', '_two']
    tests = [Path('tests/unit/a/test_base.py'), Path('tests/x/test_one.py'), Path('t/test_two.py')]
    assert without_test(names, tests) == ['b/base']
