"""Which loaders are looked at, and of which models."""

from types import SimpleNamespace
from unittest.mock import patch

from mmseg.models import SegDataPreProcessor

from mmmtl.engine import BatchShapeHook


def looked_at(method, preprocessor, **loops):
    loops = {name: loops.get(name) and SimpleNamespace(dataloader=loops[name])
             for name in ('val_loop', 'test_loop')}
    runner = SimpleNamespace(model=SimpleNamespace(data_preprocessor=preprocessor), **loops)
    with patch('mmmtl.engine.batch_shape_hook.check_batch_shapes') as check:
        getattr(BatchShapeHook(), method)(runner)
    return [call.args for call in check.call_args_list]


def test_loaders():
    stacks = SegDataPreProcessor()
    assert looked_at('before_train', stacks, val_loop='v') == [('val_dataloader', 'v')]
    assert looked_at('before_train', stacks) == []
    assert looked_at('before_test', stacks, test_loop='t') == [('test_dataloader', 't')]
    assert looked_at('before_train', object(), val_loop='v') == []
