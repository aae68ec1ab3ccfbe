"""Convert NYU Depth v2 from its official files to folders of images.

    python tools/dataset_converters/nyuv2.py --mat nyu_depth_v2_labeled.mat --splits splits.mat \\
        --class-mapping classMapping40.mat --out data/nyuv2

Writes what :class:`mmmtl.datasets.NYUv2MultiTaskDataset` reads: ``image/k.jpg``, ``depth/k.png``
(16 bits, millimetres, 0 = not measured), ``label40/k.png``, ``label13/k.png``, ``instance/k.png``
(16 bits, label40 * 1000 + number), ``train.txt``, ``test.txt`` and ``nyuv2.json``. Frame k is the
official index k + 1. Goes on where it was interrupted.

Where to get the files: nyu_depth_v2_labeled.mat (2.8 GB) and splits.mat from
https://cs.nyu.edu/~fergus/datasets/nyu_depth_v2.html; classMapping40.mat from
https://github.com/ankurhanda/nyuv2-meta-data (894 classes to 40; the .mat has only the 894).
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from mmmtl.datasets.nyuv2_frames import label_tables, write_frame

LAYOUT = dict(label40_encoding='official', depth='16-bit millimetres, 0 = not measured',
              instance='16-bit, label40 * 1000 + number, 0 = none')


def require(name: str) -> ModuleType:
    """Import an optional package or say how to get it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise SystemExit(f'this converter needs {name.split(".")[0]}: '
                         f'pip install {name.split(".")[0]}') from error


def read_mat_vector(path: Path, name: str) -> np.ndarray:
    """Read one variable of an old-style .mat file as a flat integer array.

    Raises:
        SystemExit: file or variable is missing.
    """
    if not path.is_file():
        raise SystemExit(f'{path} does not exist; see --help for where to get it')
    content = require('scipy.io').loadmat(str(path))
    if name not in content:
        known = [key for key in content if not key.startswith('__')]
        raise SystemExit(f'{path} has no variable {name}, only {known}: is it the right file?')
    return np.asarray(content[name]).ravel().astype(np.int64)


def write_splits(path: Path, out: Path, frames: int) -> None:
    """Write train.txt and test.txt (indices from 0) from splits.mat (indices from 1)."""
    for name in ('train', 'test'):
        indices = np.sort(read_mat_vector(path, f'{name}Ndxs')) - 1
        if indices.size and (indices.min() < 0 or indices.max() >= frames):
            raise ValueError(f'{path}: {name}Ndxs goes up to {indices.max() + 1}, but there are '
                             f'{frames} frames')
        (out / f'{name}.txt').write_text(''.join(f'{index}\n' for index in indices))


def convert(mat: Path, splits: Path, class_mapping: Path, out: Path,
            size: tuple[int, int] | None = None, raw_depth: bool = False) -> int:
    """Convert the data set.

    Args:
        mat: nyu_depth_v2_labeled.mat (HDF5; MATLAB's axes come out reversed: (N, 3, W, H)).
        splits: splits.mat.
        class_mapping: classMapping40.mat.
        out: folder to write to.
        size: (height, width) to resize to.
        raw_depth: the sensor's depth with holes instead of the in-painted one.

    Returns:
        The number of frames written now.
    """
    h5py = require('h5py')
    if not mat.is_file():
        raise SystemExit(f'{mat} does not exist; see --help for where to get it')
    tables = label_tables(read_mat_vector(class_mapping, 'mapClass'))
    for folder in ('image', 'depth', 'label40', 'label13', 'instance'):
        (out / folder).mkdir(parents=True, exist_ok=True)
    layout = dict(LAYOUT, size=size, raw_depth=raw_depth)
    check_layout(out / 'nyuv2.json', layout)
    written = 0
    with h5py.File(mat, 'r') as file:
        depths = file['rawDepths' if raw_depth else 'depths']
        count = depths.shape[0]
        for number in range(count):
            if not (out / 'image' / f'{number}.jpg').exists():
                write_frame(out, number, file['images'][number].transpose(2, 1, 0),
                            depths[number].T, file['labels'][number].T,
                            file['instances'][number].T, tables, size)
                written += 1
            show_progress(number + 1, count)
    write_splits(splits, out, count)
    (out / 'nyuv2.json').write_text(json.dumps(layout, indent=2) + '\n')
    return written


def check_layout(path: Path, layout: dict) -> None:
    """Do not go on with other options than before; note the options of a new conversion."""
    wanted = json.dumps(layout, indent=2) + '\n'
    if path.exists() and path.read_text() != wanted:
        raise SystemExit(f'{path} was written with other options: {path.read_text()}now: {wanted}'
                         'Give another --out, or remove the folder')
    path.write_text(wanted)


def show_progress(done: int, count: int) -> None:
    """A counter on one line of the terminal; every hundred frames in a log."""
    if sys.stderr.isatty() or done % 100 == 0 or done == count:
        end = '\r' if sys.stderr.isatty() and done < count else '\n'
        print(f'{done}/{count} frames', end=end, file=sys.stderr, flush=True)


def parse_size(text: str) -> tuple[int, int]:
    """'288x384' -> (288, 384)."""
    parts = text.lower().split('x')
    if len(parts) != 2 or not all(part.isdigit() and int(part) for part in parts):
        raise argparse.ArgumentTypeError(f'must be HEIGHTxWIDTH such as 288x384, not {text!r}')
    return int(parts[0]), int(parts[1])


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--mat', type=Path, required=True, help='nyu_depth_v2_labeled.mat')
    parser.add_argument('--splits', type=Path, required=True, help='splits.mat')
    parser.add_argument('--class-mapping', type=Path, required=True, help='classMapping40.mat')
    parser.add_argument('--out', type=Path, required=True, help='folder to write to')
    parser.add_argument('--size', type=parse_size, help='HEIGHTxWIDTH; default: 480x640 as it is')
    parser.add_argument('--raw-depth', action='store_true', help='sensor depth with holes')
    options = parser.parse_args(arguments)
    written = convert(**vars(options))
    print(f'{written} frames written to {options.out}')


if __name__ == '__main__':
    main()
