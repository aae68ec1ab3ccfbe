"""The table of label ids agrees with mmseg's classes and the official list."""

from mmseg.datasets import CityscapesDataset

from mmmtl.datasets.cityscapes_labels import THING_CLASSES, TRAIN_CLASS_IDS, id_to_train_id


def test_classes():
    assert tuple(TRAIN_CLASS_IDS) == CityscapesDataset.METAINFO['classes']
    assert [TRAIN_CLASS_IDS[name] for name in THING_CLASSES] == [24, 25, 26, 27, 28, 31, 32, 33]


def test_table():
    table = id_to_train_id()
    assert sorted(table) == [*range(34), 255]
    assert [table[i] for i in (0, 7, 8, 9, 29, 33, 255)] == [255, 0, 1, 255, 255, 18, 255]
    assert sorted(set(table.values())) == [*range(19), 255]
    swapped = {i: {13: 0, 0: 1}.get(i, 255) for i in range(19)}
    assert id_to_train_id(swapped)[26] == 0 and id_to_train_id(swapped)[7] == 1
