"""The written config is what a person would write."""

from mmmtl.own_data.write_config import config_text


def test_all() -> None:
    text = config_text('mseg::a/b.py', dict(data_root='d', classes=('a', 'b'), size=None),
                       dict(images='i', labels='l', depth='z', instances='n'))
    assert text == """_base_ = ['mseg::a/b.py', 'mmmtl::_base_/mix_in/own.py']
_base_.multi_task.into(
    _base_,
    data_root='d',
    classes=('a', 'b'),
    images='i',
    labels='l',
    depth='z',
    instances='n')
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.DepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'),
    instance_clustering=dict(type='mmmtl.OPTICSClustering'))
"""


def test_semantics_alone() -> None:
    text = config_text('mseg::a/b.py', dict(data_root='d', classes=('a', )),
                       dict(images='i', labels='l'))
    assert 'task_heads' not in text and 'instance_clustering' not in text
