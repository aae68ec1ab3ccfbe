"""Names and stages that are refused."""

import pytest

from mmmtl.models.segmentors.task_checks import check_stages, check_task_names, check_unlabelled


@pytest.mark.parametrize(('name', 'why'), [
    ('semantic', 'two heads'), ('a.b', "must not contain '.'"), ('loss_of_life', 'mmengine sums'),
    ('keys', 'attribute .keys. of their own')])
def test_names(name, why):
    check_task_names('semantic', dict(depth={}))
    with pytest.raises(ValueError, match=why):
        check_task_names('semantic', {name: {}})


def test_unlabelled_tasks_exist():
    check_unlabelled(['b'], ['a'], taken_away=['b'])
    with pytest.raises(ValueError, match="names 'b'"):
        check_unlabelled(['b'], ['a'])
    with pytest.raises(ValueError, match='a list of tasks'):
        check_unlabelled('a', ['a'])


def test_stages_of_a_cascade():
    check_stages(None, [{}]), check_stages(2, [{}, {}])
    with pytest.raises(ValueError, match='num_stages is 3, but decode_head has 2 heads'):
        check_stages(3, [{}, {}])
