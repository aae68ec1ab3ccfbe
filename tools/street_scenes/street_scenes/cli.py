"""The command line."""

import argparse
import shlex
import sys
from pathlib import Path

DESCRIPTION = """
Render street scenes with true geometry into a folder laid out and encoded as Cityscapes:
images, label ids, instance ids, disparity and calibration. Frames that are there already are
skipped, so an interrupted run goes on where it stopped.
"""
FRAME_LIMIT = 1_000_000  # six digits in the names of Cityscapes
MISSING = """street_scenes needs numba, NumPy, OpenCV and mmmtl: {error}
Run it from a checkout of mmmtl, where it takes
    pip install numba numpy opencv-python
or install it there, after mmmtl: pip install ./tools/street_scenes"""


def whole_number(low: int, high: int, meaning: str):
    """Return a parser of whole numbers from low to high - 1."""
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f'{text!r} is not a whole number') from None
        if not low <= value < high:
            raise argparse.ArgumentTypeError(f'{meaning} must be from {low} to {high - 1}, '
                                             f'not {value}')
        return value
    return parse


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog='street_scenes', description=DESCRIPTION,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    frames = whole_number(0, FRAME_LIMIT, 'a number of frames')
    pixels = whole_number(1, 1 << 14, 'a size in pixels')
    parser.add_argument('--out', required=True, type=Path, metavar='DIR',
                        help='root of the data set; made if it does not exist')
    parser.add_argument('--train', type=frames, default=300, metavar='N', help='training frames')
    parser.add_argument('--val', type=frames, default=60, metavar='N', help='validation frames')
    parser.add_argument('--width', type=pixels, default=512, metavar='PIXELS',
                        help='fixes the focal length too: the field of view stays that of '
                        'Cityscapes')
    parser.add_argument('--height', type=pixels, default=256, metavar='PIXELS',
                        help='half the width shows what Cityscapes shows; more or less shows '
                        'more or less above and below')
    parser.add_argument('--seed', type=whole_number(0, 1 << 32, 'a seed'), default=0,
                        help='the same seed gives the same frames')
    parser.add_argument('--workers', type=whole_number(1, 1025, 'a number of processes'),
                        default=None, metavar='N', help='processes (default: the free cores)')
    parser.add_argument('--overwrite', action='store_true',
                        help='remove the frames of earlier runs in DIR first')
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.train + options.val == 0:
        parser.error('--train 0 --val 0 leaves nothing to render')
    if options.out.exists() and not options.out.is_dir():
        parser.error(f'--out {options.out} is a file, not a folder')
    try:
        from street_scenes.dataset import EXPECTED_ERRORS, make_dataset
    except ImportError as error:
        parser.exit(1, MISSING.format(error=error) + '\n')
    command = shlex.join([parser.prog, *(sys.argv[1:] if arguments is None else arguments)])
    try:
        make_dataset(options, command)
    except EXPECTED_ERRORS as error:
        parser.exit(1, f'{parser.prog}: error: {error}\n')
    except KeyboardInterrupt:
        parser.exit(130, '\nStopped. The same command goes on from here.\n')
    return 0
