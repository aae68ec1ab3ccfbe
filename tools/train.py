"""Train a model: ``python tools/train.py CONFIG``."""

import argparse
from collections.abc import Sequence

from mmmtl.apis import add_common_options, build_train_runner, leave_group


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line (mmseg's options)."""
    parser = argparse.ArgumentParser(description='Train a model')
    add_common_options(parser)
    parser.add_argument(
        '--work-dir', help='for logs and checkpoints; default: work_dirs/ and the name of CONFIG')
    parser.add_argument(
        '--resume', action='store_true',
        help='go on from the newest checkpoint in the work dir, '
        'or from that of --cfg-options load_from=FILE')
    parser.add_argument(
        '--amp', action='store_true',
        help="mixed precision: mmengine's on accelerators, bfloat16 on CPUs")
    return parser.parse_args(arguments)


def main() -> None:
    build_train_runner(parse_args()).train()
    leave_group()


if __name__ == '__main__':
    main()
