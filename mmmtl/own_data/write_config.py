"""The text of a config for one's own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .maps import kinds_of


def config_text(published: str, arguments: Mapping[str, Any], folders: Mapping[str, str]) -> str:
    """A config of a dozen lines.

    Args:
        published: config that it inherits from, ``mmseg::FAMILY/NAME.py``.
        arguments: of :func:`mmmtl.own_data.into` besides the folders; ``None`` is left out.
        folders: by argument of ``into``.
    """
    given = {**{name: value for name, value in arguments.items() if value is not None}, **folders}
    said = ',\n    '.join(f'{name}={value!r}' for name, value in given.items())
    heads = ',\n        '.join(f"{kind.task}=dict(type={kind.head['type']!r})"
                               for kind in kinds_of(folders) if kind.head)
    model = ["    type='mmmtl.MultiTaskSegmentor'", f'    task_heads=dict(\n        {heads})',
             "    loss_weighting=dict(type='mmmtl.UncertaintyWeighting')"]
    if 'instances' in folders:
        model.append("    instance_clustering=dict(type='mmmtl.OPTICSClustering')")
    if not heads:
        del model[1]
    return (f"_base_ = [{published!r}, 'mmmtl::_base_/mix_in/own.py']\n"
            f'_base_.multi_task.into(\n    _base_,\n    {said})\n'
            'model = dict(\n' + ',\n'.join(model) + ')\n')
