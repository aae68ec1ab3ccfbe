"""Choose the parameters of an ``instance_clustering``: try them on predictions of a network.

    python tools/analysis_tools/tune_clustering.py CONFIG CHECKPOINT --eps 1 2 3 --min-samples 20 40

Take frames other than those that are reported on: by default the last 60 of the training frames;
better are frames of which the network has seen nothing (``--split``, ``--cfg-options
test_dataloader.dataset.data_root=...``). The network runs once; then each combination is clustered
and scored, and the best one of each class is printed as options of the config. With several
checkpoints (seeds of one config) scores are means over them. ``--oracle`` puts the truth in the
place of one prediction and so tells what limits the score.
"""

import argparse
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.config import Config, DictAction
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmengine.utils import ProgressBar
from mmseg.structures import SegDataSample

from mmmtl.apis import load_config
from mmmtl.apis.checkpoint import load_weights
from mmmtl.registry import METRICS, MODELS

PARAMETERS = ('eps', 'min_samples', 'min_area', 'noise_bound')


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a path, or mmmtl::FOLDER/NAME.py')
    parser.add_argument('checkpoints', nargs='+', help='files with weights')
    parser.add_argument('--split', default='train', help='of the test data set (default: train)')
    parser.add_argument('--last', type=int, default=60, help='so many frames (default: 60)')
    for name in PARAMETERS:
        kind = float if name in ('eps', 'noise_bound') else int
        parser.add_argument(f'--{name.replace("_", "-")}', type=kind, nargs='+', metavar='N',
                            help='values to try (default: that of the config)')
    parser.add_argument('--scores', nargs='+', default=['AP50'], metavar='KEY',
                        help='keys of the metric: a table each, and their mean is made best')
    parser.add_argument('--oracle', choices=('semantics', 'vectors'), help='truth for this one')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, default={},
                        help='change settings of the config: key=value, key="[a,b]"')
    args = parser.parse_args(arguments)
    if args.last < 1:
        parser.error(f'--last must be at least 1, not {args.last}')
    return args


def predict(config: Config, checkpoint: str) -> list[SegDataSample]:
    """Run the network; samples with what clustering and metric read (logits in half precision)."""
    model = MODELS.build({k: v for k, v in config.model.items() if k != 'instance_clustering'})
    load_weights(model, checkpoint)
    model.eval()
    loader = Runner.build_dataloader(config.test_dataloader)
    progress, frames = ProgressBar(len(loader.dataset)), []
    for batch in loader:
        with torch.no_grad():
            samples = model.test_step(batch)
        for sample in samples:
            kept = SegDataSample(metainfo=sample.metainfo)
            kept.set_data(dict(seg_logits=PixelData(data=sample.seg_logits.data.half())))
            for name in ('pred_sem_seg', 'pred_instance_vector', 'gt_sem_seg', 'gt_instance_map',
                         'gt_instance_vector'):
                if name in sample:
                    kept.set_data({name: sample.get(name)})
            frames.append(kept)
            progress.update()
    print()
    return frames


def use_truth(sample: SegDataSample, what: str) -> None:
    """Put the truth in the place of a prediction wherever there is truth, if the frame has any."""
    pred, truth = dict(semantics=('pred_sem_seg', 'gt_sem_seg'),
                       vectors=('pred_instance_vector', 'gt_instance_vector'))[what]
    if truth not in sample:
        return
    known = (sample.gt_sem_seg.data != 255 if what == 'semantics'
             else sample.gt_instance_vector.data.isfinite())
    sample.set_data({pred: PixelData(
        data=torch.where(known, sample.get(truth).data, sample.get(pred).data))})


def score(clustering: Any, metric: Any, frames: list[SegDataSample],
          keys: Sequence[str]) -> dict[str, dict[str, float]]:
    """By score, the mean over classes ('mean') and that of each class; percent."""
    for sample in frames:
        clustering.predict(sample)
        metric.process(None, [sample.to_dict()])
    found = metric.evaluate(len(frames))
    prefix = f'{metric.prefix}/'
    names = metric.dataset_meta['thing_classes']
    return {key: {name: found[prefix + key + ('' if name == 'mean' else f'/{name}')]
                  for name in ('mean', *names)} for key in keys}


def find_metric(config: Config) -> dict:
    """Config of the instance metric among the evaluators of a config."""
    evaluators = config.test_evaluator
    for cfg in evaluators if isinstance(evaluators, list) else [evaluators]:
        if str(cfg.type).endswith('CityscapesInstanceMetric'):
            return dict(cfg)
    raise SystemExit('test_evaluator has no mmmtl.CityscapesInstanceMetric to score with')


def grid(clustering: dict, wanted: dict[str, Sequence | None]) -> list[dict[str, Any]]:
    """All combinations; a parameter without values keeps that of the config, if it has one."""
    axes = {name: values or [clustering[name]] for name, values in wanted.items()
            if values or name in clustering}
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]


def mean_of(*tables: list[dict[str, float]]) -> list[dict[str, float]]:
    """Mean over tables with the same rows and columns."""
    return [{name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
            for rows in zip(*tables, strict=True)]


def make_table(combinations: list[dict], scores: list[dict[str, float]]) -> str:
    """Markdown; the best of each column is bold."""
    columns = list(scores[0])
    best = {name: np.nanmax([s[name] for s in scores] + [-1.]) for name in columns}
    lines = ['| ' + ' | '.join([*combinations[0], *columns]) + ' |',
             '|' + '---|' * (len(combinations[0]) + len(columns))]
    for combination, row in zip(combinations, scores, strict=True):
        cells = [str(value) for value in combination.values()]
        for name in columns:
            bold = row[name] == best[name] != min(s[name] for s in scores)
            cells.append(f'**{row[name]:.1f}**' if bold else f'{row[name]:.1f}')
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def best_by_class(combinations: list[dict], scores: list[dict[str, float]]) -> dict[str, dict]:
    """The best value of each parameter by class; the mean decides between equal scores."""
    chosen = {}
    for name in scores[0]:
        values = [(s[name] if np.isfinite(s[name]) else 0., s['mean']) for s in scores]
        chosen[name] = combinations[values.index(max(values))]
    chosen.pop('mean')
    return {option: {name: best[option] for name, best in chosen.items()}
            for option in combinations[0]}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the best options."""
    args = parse_args(arguments)
    config = load_config(args.config, {
        'test_dataloader.dataset.split': args.split, 'test_dataloader.dataset.indices': -args.last,
        **args.cfg_options})
    if not config.model.get('instance_clustering'):
        raise SystemExit(f'{args.config}: model has no instance_clustering')
    init_default_scope(config.get('default_scope', 'mmseg'))
    clustering = config.model.instance_clustering
    meta = dict(Runner.build_dataloader(config.test_dataloader).dataset.metainfo)
    metric = METRICS.build(find_metric(config))
    metric.dataset_meta = meta
    MMLogger.get_current_instance().setLevel('WARNING')  # one table, not one a combination
    combinations = grid(clustering, {name: getattr(args, name) for name in PARAMETERS})
    runs: list[list[dict[str, dict[str, float]]]] = []
    for checkpoint in args.checkpoints:
        print(checkpoint)
        frames = predict(config, checkpoint)
        for sample in frames:
            if args.oracle:
                use_truth(sample, args.oracle)
        progress = ProgressBar(len(combinations))
        runs.append([])
        for combination in combinations:
            built = MODELS.build({**clustering, **combination, 'panoptic': False})
            built.prepare(meta)
            runs[-1].append(score(built, metric, frames, args.scores))
            progress.update()
        print()
    print(f'\nPercent; {len(frames)} frames of {args.split}, {len(args.checkpoints)} checkpoints')
    tables = {key: mean_of(*([found[key] for found in run] for run in runs))
              for key in args.scores}
    for key, table in tables.items():
        print(f'\n{key}\n\n{make_table(combinations, table)}')
    print()
    for option, values in best_by_class(combinations, mean_of(*tables.values())).items():
        print(f'{option}={values},')


if __name__ == '__main__':
    main()
