"""Names for classes without names."""

from mmmtl.datasets.numbered_classes import numbered_classes


def test_numbers_where_there_are_no_names():
    meta = dict(classes=None, palette=[], thing_classes=('1', ))
    found = numbered_classes(meta, 3)
    assert found['classes'] == ('0', '1', '2') and found['thing_classes'] == ('1', )
    assert len(found['palette']) == 3 and meta['classes'] is None
    assert found['palette'] == numbered_classes(None, 3)['palette']


def test_names_stay():
    assert numbered_classes(dict(classes=('road', )), 3) == dict(classes=('road', ))
