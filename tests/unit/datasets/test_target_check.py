"""Which transforms bring a target; the hooks' tests see whole data sets refused."""

import pytest

from mmmtl.datasets.target_check import sources
from mmmtl.fields import FIELDS


@pytest.mark.parametrize(('field', 'expected'), [
    ('gt_sem_seg', [('LoadSemanticLabels', 'LoadAnnotations', 'LoadBiomedicalAnnotation',
                     'LoadBiomedicalData')]),
    ('gt_instance_vector', [('LoadInstanceIds', ), ('GenerateInstanceVectors', )]),
    ('gt_inverse_depth_map', [('LoadDisparity', )]),
    ('gt_depth_map', [('LoadDepth', 'LoadDepthAnnotation')]),
    ('gt_normal_map', [('LoadNormals', 'GenerateNormals')])])
def test_sources(field, expected):
    assert sources(FIELDS[field]) == expected
