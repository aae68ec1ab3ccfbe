"""`make demo`: frames, training, scores and pictures of a three-task network, in one command.

Instances are clustered from the predicted vectors; ``tools/analysis_tools/tune_clustering.py``
chose the parameters, on other frames than those scored here.

Each step is a command of this package that also works by itself; it is printed before it runs.

    python tools/demo.py --work-dir demo_run
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / 'configs' / 'demo'
RENDERER = 'tools/street_scenes'  # a package of its own, which runs where it lies
# Whatever fails here fails again, with its message, where the clustering is used.
COMPILE_CLUSTERING = ('from mmmtl.models.instance_clustering import OPTICSClustering; '
                      'OPTICSClustering().warm_up()')
# What the table shows: key of the evaluator, what a reader calls it, unit.
ROWS = (
    ('semantic/mIoU', 'semantic segmentation, mIoU', '%'),
    ('instance/mae', 'instance vectors, mean error per component', 'px'),
    ('instance/epe', 'instance vectors, mean end-point error', 'px'),
    ('depth/mae', 'inverse depth, mean error', 'px'),
    ('depth/rmse', 'inverse depth, RMS error', 'px'),
    ('instance/AP', 'instances, AP, mean of 5 classes', '%'),
    ('instance/AP50', 'instances, AP50, mean of 5 classes', '%'),
    ('instance/AP/car', 'cars, AP', '%'),
    ('instance/AP50/car', 'cars, AP50', '%'),
    ('instance/AP50_from_100px/car', 'cars of 100 pixels and more, AP50', '%'),
    ('instance/AP50_16_to_100px/car', 'cars of 16 to 99 pixels, AP50', '%'),
    ('panoptic/PQ', 'panoptic quality, PQ', '%'),
)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--work-dir', type=Path, default=Path('demo_run'),
                        help='for frames, checkpoints, scores and pictures (default: %(default)s)')
    parser.add_argument('--weighting', choices=('uncertainty', 'equal'), default='uncertainty',
                        help='weights of the losses: learned (Kendall) or all 1')
    parser.add_argument('--iters', type=int, default=500, help='training steps of 4 frames')
    parser.add_argument('--train', type=int, default=300, help='frames to train on')
    parser.add_argument('--val', type=int, default=60, help='frames to score on')
    parser.add_argument('--seed', type=int, default=0, help='of training; frames stay the same')
    return parser.parse_args()


def main() -> None:
    """Run the steps and print the table."""
    args = parse_args()
    if not (ROOT / RENDERER).is_dir():
        sys.exit(f'{ROOT / RENDERER} is missing: wheels of mmmtl leave the renderer out; '
                 'run the demo in a checkout (git clone, make demo)')
    start = time.time()
    frames, run = args.work_dir / 'street_scenes', args.work_dir / f'{args.weighting}_{args.seed}'
    infix = '' if args.weighting == 'uncertainty' else '_equal'
    config = str(CONFIGS / f'lite0-fpn_street-scenes{infix}_1xb4-500_128x256.py')
    options = ['--cfg-options', *(f'{split}_dataloader.dataset.data_root={frames}'
                                  for split in ('train', 'test'))]
    no_validation = [f'val_{part}=None' for part in ('dataloader', 'cfg', 'evaluator')]
    length = [f'train_cfg.max_iters={args.iters}', f'param_scheduler.1.end={args.iters}',
              f'randomness.seed={args.seed}',
              f'default_hooks.checkpoint.interval={args.iters}']
    checkpoint = run / f'iter_{args.iters}.pth'
    pictures = run / 'pictures'

    # Both compile on one core at first: side by side. Training counts the free cores, so it waits.
    with subprocess.Popen([sys.executable, '-c', COMPILE_CLUSTERING], cwd=ROOT,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        step('Render street scenes, and compile the clustering meanwhile',
             RENDERER, '--out', str(frames), '--train',
             str(args.train), '--val', str(args.val), '--workers', str(usable_cores()))
    step('Score a constant predictor', 'tools/analysis_tools/constant_predictor.py', config,
         '--out', str(args.work_dir / 'constant.json'), '--split', 'test', *options)
    step(f'Train {args.iters} steps', 'tools/train.py', config, '--work-dir', str(run),
         *options, *length, *no_validation)  # the test scores the same frames
    step('Test, and draw every frame', 'tools/test.py', config, str(checkpoint),
         '--work-dir', str(run), '--show-dir', str(pictures), *options,
         'default_hooks.logger.interval=3')

    constant = json.loads((args.work_dir / 'constant.json').read_text())['scores']
    table = score_table(constant, newest_scores(run))
    (run / 'scores.md').write_text(table)
    print(f'\n{table}\nScores: {run / "scores.md"}\nPictures: {find_pictures(pictures)}\n'
          f'Checkpoint: {checkpoint}\nDone in {(time.time() - start) / 60:.1f} minutes.')


def usable_cores() -> int:
    """Cores of this process, busy ones too: unlike a step's threads, frames do not wait."""
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def step(title: str, script: str, *arguments: str) -> None:
    """Say what is run, and run it; a failure ends the demo with its exit status."""
    print(f'\n== {title}\n$ python {" ".join([script, *arguments])}', flush=True)
    status = subprocess.run([sys.executable, str(ROOT / script), *arguments]).returncode
    if status:
        sys.exit(f'"{title}" failed (exit status {status}); its message stands above')


def newest_scores(run: Path) -> dict[str, float]:
    """The scores that the last test wrote below the work directory."""
    files = sorted(run.glob('*/*.json'), key=lambda path: path.stat().st_mtime)
    for path in reversed(files):
        lines = path.read_text().splitlines()
        if lines and 'semantic/mIoU' in lines[-1]:
            return json.loads(lines[-1])
    sys.exit(f'no scores below {run}')


def score_table(constant: dict[str, float], scores: dict[str, float]) -> str:
    """Markdown: what the network scores beside a predictor that looks at no image."""
    from mmmtl.evaluation.directions import is_higher_better  # here: torch takes its time
    lines = ['| held-out frames, 128×256 | constant predictor | network |', '|---|---|---|']
    for key, name, unit in ROWS:
        arrow = '↑' if is_higher_better(key) else '↓'
        constants = f'{constant[key]:.2f}' if key in constant else '–'  # it has no objects
        lines.append(f'| {name} ({unit}) {arrow} | {constants} | {scores[key]:.2f} |')
    return '\n'.join(lines) + '\n'


def find_pictures(folder: Path) -> Path:
    """Where test.py put the pictures: a time stamp lies between."""
    found = sorted(folder.rglob('*.png'))
    return found[0].parent if found else folder


if __name__ == '__main__':
    main()
