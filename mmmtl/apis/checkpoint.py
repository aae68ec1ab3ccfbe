"""Find and check checkpoint files before anything is built."""

import re
import zipfile
from pathlib import Path

from mmengine.logging import print_log
from mmengine.runner import CheckpointLoader
from torch import nn

from mmmtl.engine.checkpoint_check_hook import fitting_state


def check_checkpoint_file(name: str, field: str = '') -> None:
    """Make sure that a local checkpoint is there and whole; other schemes (https://) pass.

    Args:
        name: path or address.
        field: of the config that named it, for the message.

    Raises:
        FileNotFoundError: No such file.
        ValueError: It is cut off or no checkpoint.
    """
    if '://' in name:
        return
    path, origin = Path(name).expanduser(), f'{field}: ' if field else ''
    if not path.is_file():
        near = ', '.join(sorted(other.name for other in path.parent.glob('*.pth')))
        hint = f'; in {path.parent} there are {near}' if near else ''
        raise FileNotFoundError(
            f'{origin}checkpoint {name} does not exist (from {Path.cwd()}){hint}')
    if not _is_whole(path):
        raise ValueError(f'{origin}checkpoint {name} is cut off or no checkpoint '
                         f'({path.stat().st_size} bytes); take an earlier one, or copy it again')


def load_weights(model: nn.Module, name: str) -> None:
    """Load a checkpoint for predictions, outside of a runner.

    Raises:
        FileNotFoundError, ValueError: see :func:`check_checkpoint_file`.
        ValueError: It is of another model.
    """
    check_checkpoint_file(name)
    checkpoint = CheckpointLoader.load_checkpoint(name, map_location='cpu')
    model.load_state_dict(fitting_state(model, checkpoint, ['loss_weighting.']), strict=False)


def find_checkpoint_to_resume(work_dir: str) -> str | None:
    """Find the newest whole checkpoint of a run: ``last_checkpoint``, else the highest number.

    mmengine trusts ``last_checkpoint``, which may be empty after a kill, or name a file that was
    cut off, removed or moved with its folder.

    Returns:
        Its path, or None where there is none.
    """
    folder = Path(work_dir)
    last = folder / 'last_checkpoint'
    text = last.read_text().strip() if last.is_file() else ''
    named = [Path(text), folder / Path(text).name] if text else []
    numbered = sorted(
        (path for path in folder.glob('*.pth') if re.fullmatch(r'(iter|epoch)_\d+', path.stem)),
        key=lambda path: int(path.stem.rpartition('_')[2]), reverse=True)
    for path in [*named, *numbered]:
        if path.is_file() and _is_whole(path):
            if text and path not in named:
                print_log(f'{last} names {text}, which is missing or cut off; '
                          f'resuming from {path}', logger='current', level=30)
            return str(path)
    return None


def _is_whole(path: Path) -> bool:
    """A torch file is a zip archive whose directory comes last (before torch 1.6: a pickle)."""
    with open(path, 'rb') as file:
        start = file.read(2)
    return zipfile.is_zipfile(path) if start == b'PK' else start == b'\x80\x02'
