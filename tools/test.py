"""Test a model and print its scores: ``python tools/test.py CONFIG CHECKPOINT``.

``--format-only`` writes what benchmark servers judge instead (docs/submission.md).
"""

import argparse
from collections.abc import Sequence

from mmmtl.apis import add_common_options, build_test_runner, leave_group


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line (mmseg's options)."""
    parser = argparse.ArgumentParser(description='Test a model and print its scores')
    add_common_options(parser)
    parser.add_argument('checkpoint', help='file with the weights')
    parser.add_argument('--work-dir', help='for the log and the scores as json')
    parser.add_argument('--out', metavar='DIR', help='write the predictions of all tasks here')
    parser.add_argument(
        '--format-only', action='store_true',
        help='write submission files (Cityscapes, Visual Decathlon) to --out or '
        'WORK_DIR/submission; no scores, and no ground truth is needed')
    parser.add_argument('--show', action='store_true', help='show the pictures in a window')
    parser.add_argument('--show-dir', metavar='DIR', help='write the pictures here')
    parser.add_argument(
        '--wait-time', type=float, default=2, help='seconds that --show shows a picture')
    parser.add_argument('--tta', action='store_true', help='augmentation at test time')
    return parser.parse_args(arguments)


def main() -> None:
    build_test_runner(parse_args()).test()
    leave_group()


if __name__ == '__main__':
    main()
