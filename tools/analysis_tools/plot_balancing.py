"""Draw how tasks were balanced over one or more trainings: losses, weights, σ² or b², gradients.

    python tools/analysis_tools/plot_balancing.py WORK_DIR [WORK_DIR ...] --out balancing.png

Several runs stand side by side, on the same axes.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from mmmtl.comparison.balancing_figure import draw_balancing
from mmmtl.comparison.balancing_log import read_log, short_names


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('runs', nargs='+', type=Path, metavar='RUN',
                        help='work directory of a training, a folder in it, or a scalars.json')
    parser.add_argument('--out', type=Path, default=Path('balancing.png'),
                        help='the picture (default: %(default)s)')
    parser.add_argument('--names', nargs='+', help='of the runs; default: parts of their paths')
    args = parser.parse_args(arguments)
    if args.names and len(args.names) != len(args.runs):
        parser.error(f'{len(args.runs)} runs, but {len(args.names)} names')
    return args


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the logs and draw them."""
    args = parse_args(arguments)
    logs = [read_log(run) for run in args.runs]
    for log, name in zip(logs, args.names or short_names(args.runs), strict=True):
        log.name = name
    args.out.parent.mkdir(parents=True, exist_ok=True)
    draw_balancing(logs, args.out)
    print(f'{args.out}: {len(logs)} run(s), tasks {", ".join(logs[0].tasks)}')


if __name__ == '__main__':
    main()
