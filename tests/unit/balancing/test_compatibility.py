"""What goes together with a balancer."""

import pytest
from torch.optim import SGD

from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.testing.toy_tasks import ToyTasks


def build(weighting=None, tasks=('a', 'b', 'c'), **options):
    model = ToyTasks(tasks=tasks, weighting=weighting)
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1), **options)
    wrapper.bind(model)
    return wrapper


@pytest.mark.parametrize(('options', 'match'), [
    (dict(balancer=dict(type='ConFIG'), level='features'), 'ConFIG needs the whole Jacobian'),
    (dict(balancer=dict(type='ExcessMTL'), level='features'), 'ExcessMTL needs the whole'),
    (dict(balancer=dict(type='PCGrad'), level='features', shared=['trunk']), '`shared` names'),
    (dict(balancer=dict(type='PCGrad'), level='features', accumulative_counts=2),
     'accumulative_counts=2.*graphs would have to be kept'),
    (dict(balancer=dict(type='GradNorm', layer='trunk.2'), level='features'), '`layer` names'),
    (dict(balancer=dict(type='GradNorm'), shared='trunk'), 'balancer.layer, not as `shared`'),
    (dict(balancer=dict(type='GradNorm'), weighting=dict(type='UncertaintyWeighting')),
     'GradNorm learns the weights.*UncertaintyWeighting would change both'),
    (dict(balancer=dict(type='PCGrad'), tasks=('a', )), r"nothing to balance.*\['a'\]"),
    (dict(balancer=dict(type='PCGrad'), level='layers'), "level must be one of.*'layers'"),
    (dict(balancer=dict(type='PCGrad'), non_finite='ignore'), "non_finite must be one of"),
    (dict(balancer=dict(type='Constant', weights=[1, 2])), 'weights has 2 values for 3 tasks')])
def test_refused_when_the_config_is_built(options, match):
    with pytest.raises(ValueError, match=match):
        build(**options)


@pytest.mark.parametrize('options', [
    dict(balancer=dict(type='PCGrad'), weighting=dict(type='UncertaintyWeighting')),
    dict(balancer=dict(type='GradNorm'), weighting=dict(type='FixedWeighting', weights=2.0)),
    dict(balancer=dict(type='GradDrop'), level='features'),
    dict(balancer=dict(type='GradNorm'), level='features')])
def test_goes_together(options):
    build(**options)
