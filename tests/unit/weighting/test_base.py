"""Names of tasks, and weightings that nobody would ever move."""

import pytest
import torch
from mmengine.logging import MessageHub

from mmmtl.weighting import DynamicWeightAverage, FixedWeighting

LOSSES = dict(a=torch.tensor(1.0), b=torch.tensor(2.0))


def test_tasks_by_name_only_or_by_the_first_losses():
    assert FixedWeighting(['a', 'b']).tasks == dict(a=None, b=None)
    weighting = FixedWeighting(weights=dict(a=2.0, b=3.0))
    assert weighting(LOSSES)['b'].item() == 6.0
    with pytest.raises(KeyError, match=r"\['c'\]; the tasks are \['a', 'b'\]"):
        weighting(dict(c=torch.tensor(1.0)))


@pytest.mark.parametrize('tasks, message', [
    ([], 'tasks is empty'), ('depth', "tasks is 'depth'"),
    (dict(a='ranking'), "kind of task 'a' must be one of .* got 'ranking'")])
def test_refuses_other_tasks(tasks, message):
    with pytest.raises(ValueError, match=message):
        FixedWeighting(tasks)


def test_the_ten_lines_of_the_docs_make_a_weighting(repo_root):
    text = (repo_root / 'docs' / 'weighting.md').read_text()
    code = text[text.rindex('```python') + 9:].partition('```')[0]
    assert code.count('register_module') == 1
    names = {}
    exec(code.replace('@WEIGHTINGS.register_module()', ''), names)
    weighting = names['InverseWeighting'](['a', 'b', 'c'])
    assert {t: v.item() for t, v in weighting(LOSSES).items()} == dict(a=1.0, b=1.0)
    assert [w.item() for w in weighting.state()['weight'].values()] == [1.0, 0.5, 1.0]


def test_a_runner_without_the_hook_is_noticed_at_its_second_step():
    hub = MessageHub.get_instance('no_hook')
    for weighting, fails in ((DynamicWeightAverage(), True), (FixedWeighting(), False),
                             (DynamicWeightAverage(interval=5), False)):
        for step in range(2):
            hub.update_info('iter', step)
            if fails and step:
                with pytest.raises(RuntimeError, match='custom_hooks=.*LossWeightingHook'):
                    weighting(LOSSES)
            else:
                weighting(LOSSES)


def test_a_loop_of_ones_own_needs_no_hook():
    MessageHub.get_instance('own_loop').update_info('iter', 7)  # left by a runner of before
    weighting = DynamicWeightAverage()
    for _ in range(3):
        weighting(LOSSES)
    weighting.after_epoch()
    assert weighting.finished == 1
