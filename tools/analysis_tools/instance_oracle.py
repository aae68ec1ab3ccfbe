"""How good instance vectors must be: true semantics, true vectors + noise, clustered and scored.

    python tools/analysis_tools/instance_oracle.py --cityscapes data/cityscapes \\
        --kitti data/kitti_semantics

First a grid of parameters for each clusterer at errors of 1, 2 and 3.5 px, then every clusterer at
all errors. Each data set is scored with the parameters that are best on the *other* one; the
parameters that are best on both are printed as defaults. Best is the mean of AP50 (of classes, and
of cars, which most objects are) and PQ of things: with the truth's semantics all scores are 1, so
that AP alone hardly counts false positives.

Frames have the area of 256 x 512 pixels (``--area`` for others, 0 for the files' own), and errors
are pixels of that size. Objects from 100 pixels of the file's size up are judged, as officially.
Results go to ``--work-dir`` line by line: a second call goes on where the first one ended.
"""

import argparse
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from mmseg.structures import SegDataSample

from mmmtl.datasets import CityscapesMultiTaskDataset, KITTISemanticsMultiTaskDataset
from mmmtl.evaluation import CityscapesInstanceMetric, PanopticQualityMetric
from mmmtl.registry import MODELS
from mmmtl.testing.oracle_votes import (
    NOISE_KINDS,
    add_error,
    confuse_things,
    oracle_sample,
    vector_noise,
)

ERRORS = (0., 1., 2., 3.5, 5.)
GRID_ERRORS = (1., 2., 3.5)
SCORES = ('AP', 'AP50', 'AP50/car', 'PQ', 'PQ_things')
CHOSEN_BY = ('AP50', 'AP50/car', 'PQ_things')
METHODS: dict[str, tuple[dict, dict[str, Sequence]]] = {
    'OPTICS (dbscan)': (dict(type='mmmtl.OPTICSClustering', quantise=None),
                        dict(eps=(1., 1.5, 2., 3., 4.), min_samples=(3, 5, 10, 20, 40))),
    'OPTICS (xi)': (dict(type='mmmtl.OPTICSClustering', cluster_method='xi', noise_bound=1.),
                    dict(eps=(8.,), min_samples=(5, 10, 20, 40), xi=(0.05, 0.15, 0.3))),
    'DBSCAN': (dict(type='mmmtl.DBSCANClustering'), {}),
    'HDBSCAN': (dict(type='mmmtl.HDBSCANClustering', max_votes=3000, eps=8., noise_bound=1.),
                dict(min_samples=(20, 40, 80, 160))),
    'nearest centre': (dict(type='mmmtl.NearestCentreClustering'),
                       dict(eps=(2., 3., 4., 6., 8.), min_samples=(2, 5, 10, 20))),
}
"""Clusterer -> fixed options, grid. DBSCAN takes the parameters of OPTICS (dbscan)."""


class FrameSet(NamedTuple):
    """Frames of one data set, its meta information, and how much they were enlarged."""

    frames: list[SegDataSample]
    meta: dict
    zoom: float


def load(dataset: Any, area: int, confused: float = 0.) -> FrameSet:
    """Frames of a data set that have both labels.

    Args:
        dataset: with semantics and instances; a frame without one of the two is left out.
        area: pixels to which frames are resized (nearest); 0 = as they are.
        confused: share of the pixels of things that get another thing's class, in patches.
    """
    frames, meta = [], dict(dataset.metainfo)
    things = [meta['classes'].index(name) for name in meta['thing_classes']]
    for index in range(len(dataset)):
        if not {'seg_map_path', 'instance_path'} <= dataset.get_data_info(index).keys():
            continue
        found = dataset[index]
        maps = found['gt_seg_map'], found['gt_instance_map']
        zoom = float(np.sqrt(area / maps[0].size)) if area else 1.
        rows, columns = (((np.arange(round(n * zoom)) + .5) * n // round(n * zoom)).astype(int)
                         for n in maps[0].shape)
        semantic, instance = (m[rows][:, columns] for m in maps)
        frames.append(oracle_sample(semantic, instance, len(meta['classes']),
                                    confuse_things(semantic, things, confused, index)))
    if not frames:
        raise SystemExit(f'none of the {len(dataset)} frames of {type(dataset).__name__} has '
                         'semantics and instances')
    if len(frames) < len(dataset):
        print(f'{len(frames)} of {len(dataset)} frames have semantics and instances')
    return FrameSet(frames, meta, zoom)


class Study:
    """Scores of clusterers, kept in a file.

    Args:
        sets: frames by name of their data set.
        path: of the file, one json a line.
        correlation: blur of smooth noise, pixels.
        confused: share of confused pixels in the frames, to tell results apart.
    """

    def __init__(self, sets: dict[str, FrameSet], path: Path, correlation: float,
                 confused: float) -> None:
        self.sets, self.path, self.correlation, self.confused = sets, path, correlation, confused
        self.known = {}
        if path.exists():
            for line in path.read_text().splitlines():
                row = json.loads(line)
                self.known[row['key']] = row['scores']
        self.noises: dict[tuple, np.ndarray] = {}

    def scores(self, method: str, parameters: dict, name: str, kind: str, error: float,
               draws: int = 1) -> dict[str, float]:
        """Percent, by names of ``SCORES``; with the seconds that clustering took per frame."""
        draws = draws if error else 1
        frames = self.sets[name].frames
        sizes = [tuple(frame.ori_shape) for frame in frames]
        key = json.dumps([method, parameters, name, kind if error else '', error, draws,
                          self.correlation, self.confused, sizes])
        if key not in self.known:
            self.known[key] = self._run(method, parameters, name, kind, error, draws)
            with self.path.open('a') as file:
                file.write(json.dumps(dict(key=key, scores=self.known[key])) + '\n')
        return self.known[key]

    def _run(self, method: str, parameters: dict, name: str, kind: str, error: float,
             draws: int) -> dict[str, float]:
        frames, meta, zoom = self.sets[name]
        clustering = MODELS.build({'min_area': 1, **METHODS[method][0], **parameters})
        clustering.prepare(meta)
        smallest = max(1, round(100 * zoom * zoom))
        metrics = (CityscapesInstanceMetric(min_region_sizes=(smallest, ) * 3, prefix=''),
                   PanopticQualityMetric(prefix=''))
        seconds = 0.
        for metric in metrics:
            metric.dataset_meta = meta
        for number, draw in itertools.product(range(len(frames)), range(draws)):
            sample = frames[number]
            add_error(sample, error * self._noise(name, number, kind, draw))
            start = time.perf_counter()
            clustering.predict(sample)
            seconds += time.perf_counter() - start
            for metric in metrics:
                metric.process(None, [sample.to_dict()])
        found = {}
        for metric in metrics:
            found |= metric.compute_metrics(metric.results)
        return {**{score: found[score] for score in SCORES},
                'seconds': seconds / len(frames) / draws}

    def _noise(self, name: str, number: int, kind: str, draw: int) -> np.ndarray:
        key = name, number, kind, draw
        if key not in self.noises:
            instance_map = self.sets[name].frames[number].gt_instance_map.data[0].numpy()
            self.noises[key] = vector_noise(
                kind, instance_map, 1000 * draw + number, self.correlation).astype(np.float32)
        return self.noises[key]

    def quality(self, method: str, parameters: dict, name: str) -> float:
        """What parameters are chosen by: mean of ``CHOSEN_BY`` over the grid's noises."""
        found = [self.scores(method, parameters, name, kind, error)
                 for kind in NOISE_KINDS for error in GRID_ERRORS]
        return float(np.mean([one[score] for one in found for score in CHOSEN_BY]))

    def choose(self, method: str) -> tuple[dict[str, dict], dict, list[tuple[dict, dict]]]:
        """Parameters by data set (best on the others), best on all, and the grid's qualities."""
        axes = METHODS[method][1]
        grid = [dict(zip(axes, values, strict=True))
                for values in itertools.product(*axes.values())]
        rows = []
        for parameters in grid:
            rows.append((parameters, {name: self.quality(method, parameters, name)
                                      for name in self.sets}))
            print(f'{method} {parameters}: ' + ', '.join(
                f'{name} {value:.1f}' for name, value in rows[-1][1].items()), flush=True)

        def best(names: Sequence[str]) -> dict:
            return max(rows, key=lambda row: np.mean([row[1][name] for name in names]))[0]

        others = {name: [other for other in self.sets if other != name] or [name]
                  for name in self.sets}
        return {name: best(names) for name, names in others.items()}, best(list(self.sets)), rows


def grid_table(rows: list[tuple[dict, dict]]) -> str:
    """Markdown: quality (mean over data sets) by the parameters that vary; the best of a third."""
    varied = [key for key in rows[0][0] if len({row[0][key] for row in rows}) > 1]
    second, first = varied[1] if len(varied) > 1 else varied[0], varied[0]
    columns = sorted({row[0][second] for row in rows})
    cells: dict[tuple, float] = {}
    for parameters, quality in rows:
        place = parameters[first] if first != second else 'quality', parameters[second]
        cells[place] = max(float(np.mean(list(quality.values()))), cells.get(place, 0.))
    lines = [f'| {first if first != second else ""} \\ {second} | '
             + ' | '.join(map(str, columns)) + ' |', '|---|' + '---|' * len(columns)]
    for value in sorted({place[0] for place in cells}):
        lines.append(f'| {value} | ' + ' | '.join(f'{cells[value, c]:.1f}' for c in columns) + ' |')
    return '\n'.join(lines)


def score_tables(results: dict, methods: Sequence[str], name: str) -> Iterator[str]:
    """Markdown: AP / AP50 / PQ of things by clusterer and error, for each kind of noise."""
    for kind in NOISE_KINDS:
        yield f'\n{name}, {kind} noise: AP / AP50 / AP50 of cars / PQ of things\n'
        yield '| error, px | ' + ' | '.join(f'{error:g}' for error in ERRORS) + ' |'
        yield '|---|' + '---|' * len(ERRORS)
        for method in methods:
            cells = [results[method, name, kind, error] for error in ERRORS]
            yield f'| {method} | ' + ' | '.join(
                ' / '.join(f'{c[score]:.0f}' for score in ('AP', *CHOSEN_BY)) for c in cells) + ' |'


def plot(results: dict, methods: Sequence[str], names: Sequence[str], path: Path) -> None:
    """AP50 of cars against the error, a row for each kind of noise, a column for each data set."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot as plt
    figure, axes = plt.subplots(2, len(names), figsize=(4.6 * len(names), 6), sharex=True,
                                sharey=True, squeeze=False, layout='constrained')
    for (row, kind), (column, name) in itertools.product(enumerate(NOISE_KINDS), enumerate(names)):
        axis = axes[row, column]
        for method, marker in zip(methods, 'osx^D', strict=False):
            axis.plot(ERRORS, [results[method, name, kind, e]['AP50/car'] for e in ERRORS],
                      marker=marker, markersize=4, linewidth=1.3, label=method)
        axis.set(title=f'{name}, {kind} noise', ylim=(0, 102))
        axis.grid(alpha=0.3)
    for axis in axes[-1]:
        axis.set_xlabel('mean error of the vectors, px')
    for axis in axes[:, 0]:
        axis.set_ylabel('AP50 of cars, %')
    axes[0, 0].legend(fontsize=8)
    figure.savefig(path, dpi=110)


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cityscapes', help='root of Cityscapes')
    parser.add_argument('--split', default='train', help='of Cityscapes (default: train)')
    parser.add_argument('--kitti', help="root of KITTI's semantics (the folder of image_2)")
    parser.add_argument('--frames', type=int, help='at most so many of each')
    parser.add_argument('--area', type=int, default=256 * 512, help='pixels of a frame, 0 = own')
    parser.add_argument('--draws', type=int, default=2, help='noises for each frame')
    parser.add_argument('--correlation', type=float, default=4., help='blur of smooth noise, px')
    parser.add_argument('--confused', type=float, default=0.,
                        help='share of the pixels of things with the class of another thing')
    parser.add_argument('--methods', nargs='+', choices=METHODS, default=list(METHODS))
    parser.add_argument('--work-dir', type=Path, default=Path('work_dirs/instance_oracle'))
    args = parser.parse_args(arguments)
    if not args.cityscapes and not args.kitti:
        parser.error('give --cityscapes, --kitti or both')
    return args


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is missing, and write tables.md and instance_oracle.png."""
    args = parse_args(arguments)
    init_default_scope('mmseg')
    options = dict(check_files=False, indices=args.frames, pipeline=[
        dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadInstanceIds')])
    sets = {}
    if args.cityscapes:
        sets['Cityscapes'] = load(CityscapesMultiTaskDataset(
            data_root=args.cityscapes, split=args.split, **options), args.area, args.confused)
    if args.kitti:
        sets['KITTI'] = load(KITTISemanticsMultiTaskDataset(
            data_root=args.kitti, **options), args.area, args.confused)
    MMLogger.get_current_instance().setLevel('ERROR')  # one table, not one a combination
    args.work_dir.mkdir(parents=True, exist_ok=True)
    study = Study(sets, args.work_dir / 'results.jsonl', args.correlation, args.confused)
    results, lines, chosen = {}, [], {}
    for method in args.methods:
        source = 'OPTICS (dbscan)' if method == 'DBSCAN' and 'OPTICS (dbscan)' in chosen else method
        if source == method:
            chosen[method], best, rows = study.choose(method)
            lines += [f'\n{method}: best on all frames {best}; by data set (best on the others) '
                      f'{chosen[method]}\n']
            if len(rows) > 1:
                lines += [grid_table(rows)]
        for name, kind, error in itertools.product(sets, NOISE_KINDS, ERRORS):
            results[method, name, kind, error] = study.scores(
                method, chosen[source][name], name, kind, error, args.draws)
        for name in sets:
            seconds = [results[method, name, kind, error]['seconds']
                       for kind, error in itertools.product(NOISE_KINDS, ERRORS)]
            lines += [f'\n{method}: {1000 * np.median(seconds):.0f} ms a frame ({name})']
    for name in sets:
        lines += score_tables(results, args.methods, name)
    text = '\n'.join(lines)
    print(text)
    (args.work_dir / 'tables.md').write_text(text + '\n')
    plot(results, args.methods, list(sets), args.work_dir / 'instance_oracle.png')
    print(f'\nwritten: {args.work_dir}/tables.md, {args.work_dir}/instance_oracle.png')


if __name__ == '__main__':
    main()
