"""A task of which no frame has a label is refused by the lists of frames alone."""

import pytest
from mmengine.dataset import BaseDataset, ConcatDataset, RepeatDataset

from mmmtl.datasets import CityscapesMultiTaskDataset, VisualDecathlonDataset
from mmmtl.datasets.labels_found import check_labels_found
from mmmtl.registry import TRANSFORMS
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes
from mmmtl.testing.toy_decathlon import make_toy_decathlon

PIPELINE = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
            dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDisparity'),
            dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp('data')
    make_toy_cityscapes(root, frames=2, splits=('train', ))
    return str(root)


def data(root, cls=CityscapesMultiTaskDataset, pipeline=PIPELINE, **absent):
    prefix = dict.fromkeys(absent, None)
    return cls(data_root=root, split='train', pipeline=pipeline, data_prefix=prefix)


def test_a_task_without_a_file(root):
    without = data(root, disparity_path=None)
    for dataset, number in ((without, 2), (RepeatDataset(without, 3), 2),
                            (ConcatDataset([without, without]), 4)):
        with pytest.raises(ValueError, match=(
                f"task 'depth' would never learn: none of the {number} frames of the training set "
                r'has a label for it \(disparity_path of a frame\)\. Check '
                r"data_prefix\['disparity_path'\] and disparity_suffix .*"
                r"write model\.unlabelled_tasks=\['depth'\]")):
            check_labels_found('depth', 'gt_inverse_depth_map', dataset)
        check_labels_found('semantic', 'gt_sem_seg', dataset)
        check_labels_found('instance', 'gt_instance_vector', dataset)


def test_one_labelled_part_is_enough(root):
    mixed = ConcatDataset([data(root, disparity_path=None), data(root)])
    check_labels_found('depth', 'gt_inverse_depth_map', mixed)


def test_frames_that_are_not_listed_yet_are_not_known():
    lazy = CityscapesMultiTaskDataset(
        data_root='gone', split='train', pipeline=PIPELINE, lazy_init=True)
    check_labels_found('depth', 'gt_inverse_depth_map', lazy)


def test_image_level_tasks_of_a_data_set_that_brings_them(tmp_path):
    make_toy_decathlon(tmp_path, {'dtd': 2, 'svhn': 2}, images=2)
    dataset = VisualDecathlonDataset(
        data_root=str(tmp_path), domains={'dtd': 2, 'svhn': 2},
        pipeline=[PIPELINE[0], PIPELINE[-1]])
    for task in ('dtd', 'svhn'):
        check_labels_found(task, f'gt_{task}', dataset)
    with pytest.raises(ValueError, match="task 'omniglot' would .* none of the 4 frames"):
        check_labels_found('omniglot', 'gt_omniglot', dataset)


def test_image_level_tasks(root):
    with pytest.raises(ValueError, match=(
            r"task 'age' .* \(image_labels\['age'\] of a frame\)\. Add a transform or a data set "
            r".*unlabelled_tasks=\['age'\]")):
        check_labels_found('age', 'gt_age', data(root))


def test_what_others_bring_is_not_known(root):
    class Mine(CityscapesMultiTaskDataset):
        pass

    @TRANSFORMS.register_module(force=True)
    class BringLabels:
        def __call__(self, results):
            return results

    absent = dict(disparity_path=None)
    for dataset in (data(root, cls=Mine, **absent), BaseDataset(lazy_init=True),
                    data(root, pipeline=[*PIPELINE, dict(type='mmmtl.BringLabels')], **absent)):
        check_labels_found('depth', 'gt_inverse_depth_map', dataset)


def test_labels_of_which_the_target_is_made(root):
    """Where a transform makes it of another label, that one's file will do."""
    made = [*PIPELINE[:-1], dict(type='mmmtl.GenerateBoundaries'), PIPELINE[-1]]
    check_labels_found('boundary', 'gt_boundary_map', data(root, pipeline=made))
    for pipeline, absent in ((PIPELINE, {}), (made, dict(seg_map_path=None))):
        with pytest.raises(ValueError, match='boundary_path of a frame'):
            check_labels_found('boundary', 'gt_boundary_map',
                               data(root, pipeline=pipeline, **absent))
