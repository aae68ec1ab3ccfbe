"""Install this checkout into the running Python's environment: ``python requirements/install.py``.

Torch goes first, at the tested version: otherwise a range would bring the newest build. What an
environment that is not ours (``--keep``) already has stays as it is, its stack and torch above all.
Standard library only.
"""

from __future__ import annotations  # to reach the message for old versions

import argparse
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / 'requirements' / 'constraints.txt'
STACKS = {'onedl': 'onedl-mmsegmentation', 'openmmlab': 'mmsegmentation'}


def installed() -> dict[str, str]:
    """Versions of the environment's distributions, by normalised name."""
    return {
        normalise(dist.metadata['Name']): dist.version
        for dist in metadata.distributions() if dist.metadata['Name']
    }


def normalise(name: str) -> str:
    """Spell a distribution's name as package indexes compare it."""
    return re.sub(r'[-_.]+', '-', name).lower()


def pins(text: str) -> dict[str, str]:
    """Read ``name==version`` lines, without comments: the whole line by normalised name."""
    lines = [line.partition('#')[0].strip() for line in text.splitlines()]
    return {normalise(line.partition('==')[0]): line for line in lines if line}


def apply_pins(pinned: dict[str, str], have: dict[str, str], keep: bool) -> dict[str, str]:
    """Choose the pins to install with; ``keep`` leaves alone what the environment has."""
    return {name: line for name, line in pinned.items() if not (keep and name in have)}


def choose_stack(asked: str | None, have: dict[str, str]) -> str:
    """Name the extra of the stack: the one that is there, else the one asked for, else onedl.

    Raises:
        ValueError: The other stack is installed; both install the same modules.
    """
    present = [stack for stack, dist in STACKS.items() if dist in have]
    if len(present) > 1 or (asked and present and asked not in present):
        raise ValueError(
            f'this environment has the stack {" and ".join(present)}'
            + (f', {asked} was asked for' if asked else '')
            + '; one cannot go over the other: use a fresh environment')
    return present[0] if present else asked or 'onedl'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--stack', choices=sorted(STACKS), help='default: what is there, or onedl')
    parser.add_argument('--extras', default='demo,tests', help='further extras of setup.py')
    parser.add_argument('--keep', action='store_true', help='keep installed packages as they are')
    args = parser.parse_args()
    if sys.version_info < (3, 10):  # noqa: UP036
        sys.exit(f'mmmtl needs Python 3.10 or newer, this is {sys.version.split()[0]}: '
                 'name another one, as in `make test PYTHON=python3.11`')
    have = installed()
    if 'pip' not in have:
        sys.exit(f'{sys.prefix} has no pip: type `{sys.executable} -m ensurepip`')
    try:
        stack = choose_stack(args.stack, have)
    except ValueError as error:
        sys.exit(f'{sys.prefix}: {error}')
    pinned = pins(CONSTRAINTS.read_text(encoding='utf-8'))
    applied = apply_pins(pinned, have, args.keep)
    kept = [f'{name} {have[name]}' for name in ('torch', STACKS[stack]) if name not in applied]
    if kept:
        print(f'keeping {", ".join(kept)} of {sys.prefix}', flush=True)

    pip = [sys.executable, '-m', 'pip', 'install']
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder, 'constraints.txt')
        constraints.write_text('\n'.join(applied.values()) + '\n', encoding='utf-8')
        if 'torch' in applied:
            subprocess.run([*pip, pinned['torch']], check=True)
        target = f'{ROOT}[{stack},{args.extras}]'
        subprocess.run([*pip, '-c', str(constraints), '-e', target], check=True)


if __name__ == '__main__':
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
