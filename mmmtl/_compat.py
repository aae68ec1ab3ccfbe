"""What differs between the two OpenMMLab stacks, and nothing else.

Both the upstream packages (``mmengine``, ``mmcv``, ``mmsegmentation``) and their maintained
continuation (``onedl-*``) import as ``mmengine``, ``mmcv`` and ``mmseg``. ``mmmtl`` requires
neither, since installing one over the other breaks an environment; it says what to install.
"""

from collections.abc import Callable
from importlib import metadata
from importlib.util import find_spec
from pickle import UnpicklingError
from types import FunctionType

_INSTALL_HINT = """mmmtl needs {missing}, from one of these two stacks:
    pip install "mmmtl[onedl]"        maintained, no compiled operators, installs in a minute
    pip install "mmmtl[openmmlab]"    upstream; take mmcv from OpenMMLab's wheels: mim install mmcv
(from a checkout: pip install -e ".[onedl]"). Do not install one over the other."""


def check_stack() -> None:
    """Raise an :class:`ImportError` with the command to type if a package is missing."""
    missing = [name for name in ('torch', 'mmengine', 'mmcv', 'mmseg') if find_spec(name) is None]
    if missing:
        raise ImportError(_INSTALL_HINT.format(missing=', '.join(missing)))


def prepare_stack() -> None:
    """Teach mmengine where configs live, and torch which classes its checkpoints contain."""
    _name_config_packages()
    _declare_checkpoint_classes()


def _name_config_packages() -> None:
    """Let ``mmseg::`` and ``mmmtl::`` in ``_base_`` find the installed packages.

    mmengine maps a module's name to that of its distribution and knows only its own family. It
    then looks for the module's folder beside the distribution's metadata, where upstream finds
    no editable install. A name that is no distribution it imports, which finds every install:
    so ours is mapped to one of our modules.
    """
    from mmengine.config.utils import MODULE2PACKAGE

    MODULE2PACKAGE['mmmtl'] = 'mmmtl.version'
    if not _is_distribution('mmsegmentation') and _is_distribution('onedl-mmsegmentation'):
        MODULE2PACKAGE['mmseg'] = 'onedl-mmsegmentation'


def _is_distribution(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _declare_checkpoint_classes() -> None:
    """Declare what mmengine writes into checkpoints safe for ``torch.load(weights_only=True)``.

    torch >= 2.6 loads only declared classes by default. Beside tensors a checkpoint contains the
    message hub: history buffers of numpy arrays, and numpy scalars. Upstream declares none of it.
    """
    import numpy as np
    import torch
    from mmengine.logging.history_buffer import HistoryBuffer

    if not hasattr(torch.serialization, 'get_unsafe_globals_in_checkpoint'):  # torch < 2.6
        return
    try:
        from numpy._core import multiarray
    except ImportError:  # numpy < 1.26
        from numpy.core import multiarray
    # Under the names that numpy 1 and numpy 2 write, whichever is installed.
    builders = [
        (getattr(multiarray, name), f'numpy.{core}.multiarray.{name}')
        for core in ('core', '_core') for name in ('_reconstruct', 'scalar')
    ]
    names = ('float16', 'float32', 'float64', 'int32', 'int64', 'uint8', 'bool')
    classes = [HistoryBuffer, np.ndarray, np.dtype, *(type(np.dtype(name)) for name in names)]
    # With their names: onedl-mmengine declares some of the classes while it loads, and torch
    # then takes back all entries equal to its.
    torch.serialization.add_safe_globals([
        *((cls, f'{cls.__module__}.{cls.__qualname__}') for cls in classes), *builders,
        (_history_buffer_method, 'builtins.getattr')])


def _history_buffer_method(owner: type, name: str) -> Callable:
    """Stand in for ``getattr`` in checkpoints, where a history buffer names its own methods.

    ``getattr`` itself, once declared safe, would reach anything from any loaded class.
    """
    from mmengine.logging.history_buffer import HistoryBuffer

    method = None
    if owner is HistoryBuffer and not name.startswith('_'):
        method = vars(HistoryBuffer).get(name)
    if not isinstance(method, FunctionType):
        raise UnpicklingError(
            f'checkpoint asks for attribute {name!r} of {owner!r}; mmmtl allows the methods of '
            'HistoryBuffer only. Load a file that you trust with weights_only=False')
    return method
