"""Train a config with several methods of balancing, and each task alone, and compare them.

    python tools/compare_weightings.py CONFIG --methods equal uncertainty pcgrad --seeds 0 1 2 \\
        --work-dir work_dirs/comparison

Finished runs are not repeated and broken ones go on from their newest checkpoint, so the same
command may be typed again, with more methods or seeds. The work directory gets table.md,
table.csv, baseline.json (for the metric DeltaM) and, with --grid, grid.png. docs/comparing.md says
what the numbers mean.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmengine.config import DictAction
from mmengine.registry import init_default_scope

from mmmtl.apis import load_config
from mmmtl.comparison import (
    Run,
    Summary,
    Trainer,
    check_report,
    csv_table,
    execute,
    make_variants,
    markdown_table,
    read_runs,
    summarise,
    write_plan,
)
from mmmtl.comparison.grid import KENDALL
from mmmtl.comparison.grid_figure import draw_grid
from mmmtl.comparison.plan import GRID
from mmmtl.evaluation.functional import read_baseline

TRAIN = Path(__file__).resolve().parent / 'train.py'


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', nargs='?', help='a multi-task config; not with --only-table')
    parser.add_argument('--methods', nargs='*', default=['equal', 'uncertainty'], metavar='NAME',
                        help='default: equal uncertainty; an unknown name lists all there are')
    parser.add_argument('--seeds', nargs='+', type=int, default=[0], metavar='N')
    parser.add_argument('--work-dir', type=Path, required=True)
    parser.add_argument('--method-config', nargs='+', action=_Pairs, default={},
                        metavar='NAME=FILE.py', help='also methods of your own: a config file '
                        'with what it changes, loss_weighting, optim_wrapper.balancer or anything')
    parser.add_argument('--grid', nargs='+', action=_Grid, default={}, metavar='TASK=W,W,...',
                        help='also fixed weights; tasks that are not named share the rest to 1; '
                        f'or {KENDALL}, the weights of that paper for two or three tasks')
    parser.add_argument('--grid-lines', nargs='+', metavar='NAME', help='methods that the picture '
                        'of the grid shows as lines (default: equal uncertainty)')
    parser.add_argument('--no-single', action='store_true', help='train no single-task baselines')
    parser.add_argument('--baseline', metavar='FILE.json',
                        help='scores of single-task models, in place of training them')
    parser.add_argument('--metrics', nargs='+', metavar='KEY',
                        help='scores to show and to count in Δm, such as depth/rmse')
    parser.add_argument('--directions', nargs='+', action=_Pairs, default={},
                        metavar='KEY=higher|lower', help='of scores that mmmtl does not know')
    parser.add_argument('--jobs', type=int, default=1,
                        help='trainings side by side, each on one thread if more than one; '
                        'the table has no times of these')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE',
                        help='settings for all runs, as in train_cfg.max_epochs=1')
    parser.add_argument('--discard-checkpoints', action='store_true',
                        help='remove the checkpoints of finished runs')
    parser.add_argument('--dry-run', action='store_true', help='write the configs, train nothing')
    parser.add_argument('--only-table', action='store_true', help='train nothing; from what is '
                        'in the work directory')
    args = parser.parse_args(arguments)
    if args.config is None and not args.only_table:
        parser.error('give a CONFIG, or --only-table')
    if args.jobs < 1:
        parser.error(f'--jobs must be at least 1, not {args.jobs}')
    return args


class _Pairs(argparse.Action):
    """``NAME=VALUE`` words as a dict."""

    def __call__(self, parser, namespace, values, option_string=None):
        pairs = [value.partition('=') for value in values]
        wrong = [''.join(pair) for pair in pairs if not pair[1] or not pair[0] or not pair[2]]
        if wrong:
            parser.error(f'{option_string}: {wrong[0]!r} is not NAME=VALUE')
        before = getattr(namespace, self.dest) or {}
        setattr(namespace, self.dest, {**before, **{name: value for name, _, value in pairs}})


class _Grid(_Pairs):
    """The same, or the one word ``kendall``."""

    def __call__(self, parser, namespace, values, option_string=None):
        if values == [KENDALL]:
            setattr(namespace, self.dest, KENDALL)
        elif getattr(namespace, self.dest) == KENDALL:
            parser.error(f'{option_string}: {KENDALL}, or weights of your own')
        else:
            super().__call__(parser, namespace, values, option_string)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what is missing and print the table; the exit status is 1 if a run failed."""
    args = parse_args(arguments)
    baseline = read_baseline(args.baseline) if args.baseline else None
    failed = [] if args.only_table else train(args, baseline)
    if args.dry_run:
        return 0
    runs = read_runs(args.work_dir)
    if failed and not any(run.finished for run in runs):
        print('No run has finished; the messages stand above.')
        return 1
    summary = summarise(runs, args.metrics, baseline, args.directions)
    report(summary, args.work_dir, args.grid_lines)
    if failed:
        print(f'{len(failed)} runs failed and are missing above; the same command tries again: '
              + '; '.join(run.title for run in failed))
    return int(bool(failed))


def train(args: argparse.Namespace, baseline: Mapping[str, float] | None = None) -> list[Run]:
    """Check all words, write the plan and train its runs; those that failed."""
    cfg = load_config(args.config, args.cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmseg'))
    grid = KENDALL if args.grid == KENDALL else {
        task: [_number(task, word) for word in words.split(',')]
        for task, words in args.grid.items()}
    variants = make_variants(
        cfg, [*args.methods, *args.method_config],
        singles=not (args.no_single or args.baseline), grid=grid,
        files={name: Path(file) for name, file in args.method_config.items()})
    check_report(cfg, variants, args.work_dir, metrics=args.metrics, baseline=baseline,
                 directions=args.directions, grid_lines=args.grid_lines)
    runs = write_plan(variants, args.seeds, args.work_dir)
    if args.dry_run:
        for run in runs:
            print(f'{run.title}: {"finished" if run.finished else "to train"} ({run.config})')
        return []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('terminated; the same command goes on'))
    one_thread = args.jobs > 1 and 'OMP_NUM_THREADS' not in os.environ
    jobs = min(args.jobs, max(1, sum(not run.finished for run in runs)))
    trainer = Trainer(TRAIN, threads=1 if one_thread else None, say=_say, jobs=jobs)
    after = _discard_checkpoints if args.discard_checkpoints else None
    return execute(runs, trainer, jobs, _say, after)


def report(summary: Summary, work_dir: Path, grid_lines: Sequence[str] | None = None) -> None:
    """Print the table, and write all files."""
    table = markdown_table(summary)
    files = {'table.md': table, 'table.csv': csv_table(summary)}
    counted = {key: summary.baseline[key] for key in summary.counted}
    if counted:
        files['baseline.json'] = json.dumps(counted, indent=1) + '\n'
    for name, text in files.items():
        (work_dir / name).write_text(text)
    print(f'\n{table}\nWritten: {", ".join(str(work_dir / name) for name in files)}')
    if any(row.kind == GRID for row in summary.rows):
        draw_grid(summary, work_dir / 'grid.png', grid_lines)
        print(f'Drawn: {work_dir / "grid.png"}')


def _say(text: str) -> None:
    print(text, flush=True)


def _discard_checkpoints(run: Run) -> None:
    for path in run.folder.glob('*.pth'):
        path.unlink()


def _number(task: str, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f'--grid {task}: {word!r} is not a number; write {task}=0.1,0.5,0.9'
                         ) from None


if __name__ == '__main__':
    sys.exit(main())
