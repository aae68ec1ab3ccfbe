"""Types of label files: strict for official encodings, whatever holds the ids for one's own."""

import pytest

from mmmtl.datasets.map_types import OFFICIAL_TYPES, needs_16_bits, own_types


@pytest.mark.parametrize(('encoding', 'wanted'), [
    (None, False), (dict(divisor=1000, class_ids=(24, )), True),
    (dict(divisor=256, class_ids=(1, ), first=1), True),
    (dict(divisor=10, class_ids=(25, )), False),
    (dict(divisor=10, class_ids=(25, ), first=6), True), (dict(divisor=1000, class_ids=()), False)])
def test_encodings(encoding, wanted):
    assert needs_16_bits(encoding) == wanted
    strict = OFFICIAL_TYPES['instance_path']
    assert (own_types(encoding)['instance_path'] == strict) == wanted
