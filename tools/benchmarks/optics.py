"""How long clustering takes: our OPTICS beside scikit-learn's, and beside other clusterers.

    OMP_NUM_THREADS=1 taskset -c 0 python tools/benchmarks/optics.py --plot docs/images/optics.png

Simulated votes (error 2 px) with min_samples 50 and a radius of 2 px throughout, one process on
one core. Up to 50,000 votes scikit-learn's OPTICS runs on the same votes, which takes some minutes
and tells whether the results are equal; without it (--no-sklearn) the rest takes about two.
Others are skipped where they are not installed, or from the number of votes on at which they
would take minutes; what a skip is due to stands below the table. They answer other questions than
OPTICS, so only their time is compared.
"""

import argparse
import contextlib
import ctypes
import importlib
import math
import os
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

import numpy as np

from mmmtl.clustering import cluster_dbscan, optics, optics_labels, warm_up
from mmmtl.clustering.sklearn_optics import sklearn_optics
from mmmtl.testing.votes import simulate_votes

EPS, MIN_SAMPLES = 2.0, 50
BUDGET = 60.0  # seconds that a peer may take, as far as its last time tells
MEMORY = 3e9  # bytes, likewise; scikit-learn's DBSCAN keeps all neighbours of all votes
Clusterer = Callable[[np.ndarray], object]


def ours() -> dict[str, Clusterer]:
    """Our functions by name."""
    return {
        'labels': lambda votes: optics_labels(votes, EPS, MIN_SAMPLES),
        'labels, q=2': lambda votes: optics_labels(votes, EPS, MIN_SAMPLES, quantise=2),
        'labels, q=4': lambda votes: optics_labels(votes, EPS, MIN_SAMPLES, quantise=4),
        'full OPTICS': lambda votes: optics(votes, MIN_SAMPLES, EPS),
    }


def peers() -> tuple[dict[str, Clusterer], list[str]]:
    """Other clusterers by name, and the names of those that are not installed."""
    found: dict[str, Clusterer] = {}
    absent = []
    size = dict(min_cluster_size=MIN_SAMPLES, min_samples=MIN_SAMPLES)
    builders: dict[str, tuple[str, str, Callable]] = {
        'scikit-learn DBSCAN': ('sklearn.cluster', 'DBSCAN', lambda make: lambda votes: make(
            eps=EPS, min_samples=MIN_SAMPLES).fit(votes)),
        'dbscan (PyPI)': ('dbscan', 'DBSCAN', lambda run: lambda votes: run(
            votes.astype(np.float64), EPS, MIN_SAMPLES)),
        'scikit-learn HDBSCAN': ('sklearn.cluster', 'HDBSCAN', lambda make: lambda votes: make(
            **size, copy=True).fit(votes)),
        'fast_hdbscan': ('fast_hdbscan', 'HDBSCAN', lambda make: lambda votes: make(
            **size).fit(votes)),
        'hdbscan': ('hdbscan', 'HDBSCAN', lambda make: lambda votes: make(
            **size, core_dist_n_jobs=1).fit(votes)),
    }
    for name, (module, attribute, build) in builders.items():
        try:
            found[name] = build(getattr(importlib.import_module(module), attribute))
        except (ImportError, AttributeError):
            absent.append(name)
    return found, absent


CLOCKS = dict(wall=time.perf_counter, cpu=time.process_time)
clock = CLOCKS['wall']


def seconds(call: Callable[[], object], least: float = 0.5, most_runs: int = 15) -> float:
    """Median time of a call, repeated for ``least`` seconds if it is shorter."""
    times: list[float] = []
    while not times or (sum(times) < least and len(times) < most_runs):
        start = clock()
        call()
        times.append(clock() - start)
    return statistics.median(times)


def peak_bytes(call: Callable[[], object]) -> int:
    """Most memory that the process takes during a call beyond what it had before (Linux)."""
    _give_back()
    _reset_peak()
    before = _resident('VmRSS')
    call()
    return max(0, _resident('VmHWM') - before)


def _resident(field: str) -> int:
    """Memory of this process in bytes, now or at its peak."""
    if not Path('/proc/self/status').exists():
        return 0
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    return 0


def _give_back() -> None:
    """Let the allocator return what it holds for later, which would hide what a call takes."""
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def _reset_peak() -> None:
    """Start a new peak; where the kernel does not allow it, the old one stays."""
    try:
        Path('/proc/self/clear_refs').write_text('5')
    except OSError:
        warnings.warn('the peak of memory cannot be reset here: it is that of the whole run',
                      stacklevel=2)


def show(value: float) -> str:
    """Seconds with three digits, in a unit that suits them."""
    if not math.isfinite(value):
        return '–'
    return f'{1e3 * value:.3g} ms' if value < 1 else f'{value:.3g} s'


def row(cells: list[str]) -> str:
    """A row of a Markdown table."""
    return f'| {" | ".join(cells)} |'


def beside_sklearn(sizes: list[int]) -> dict[str, dict[int, float]]:
    """Print time and ratio beside scikit-learn's OPTICS; return its times."""
    print(f'\n{row(["votes", "scikit-learn OPTICS", *ours(), "equal"])}\n'
          f'{row(["---"] * (len(ours()) + 3))}')
    times = {}
    for size in sizes:
        votes = simulate_votes(size).votes
        expected: list = []
        run = lambda votes=votes, out=expected: out.append(  # noqa: E731
            sklearn_optics(votes.astype(np.float64), MIN_SAMPLES, EPS))
        times[size] = seconds(run, least=0)
        result = optics(votes, MIN_SAMPLES, EPS)
        equal = all(np.array_equal(a, b) for a, b in zip(result, expected[0], strict=True))
        equal &= np.array_equal(cluster_dbscan(result, EPS),
                                optics_labels(votes, EPS, MIN_SAMPLES))
        cells = []
        for call in ours().values():
            own = seconds(lambda call=call, votes=votes: call(votes))
            cells.append(f'{show(own)} (×{times[size] / own:,.0f})')
        print(row([f'{size:,}', show(times[size]), *cells, 'yes' if equal else 'NO']), flush=True)
    return {'scikit-learn OPTICS': times}


def alone(sizes: list[int]) -> dict[str, dict[int, float]]:
    """Print time and memory of each clusterer; return the times."""
    others, absent = peers()
    calls = ours() | others
    times: dict[str, dict[int, float]] = {name: {} for name in calls}
    memory: dict[str, dict[int, int]] = {name: {} for name in calls}
    skipped = [f'{name}: not installed' for name in absent]
    for size in sizes:
        votes = simulate_votes(size).votes
        for name, call in calls.items():
            last = max(times[name], default=size)
            slow = times[name].get(last, 0) * (size / last)**1.5 > BUDGET
            large = memory[name].get(last, 0) * (size / last)**2 > MEMORY
            if name in others and (slow or large):
                skipped.append(f'{name}, {size:,} votes: more than '
                               f'{f"{BUDGET:.0f} s" if slow else f"{MEMORY / 1e9:.0f} GB"} '
                               f'expected from what {last:,} took')
                continue
            run = lambda call=call, votes=votes: call(votes)  # noqa: E731
            if size == sizes[0]:
                run()  # compile, import
            memory[name][size] = peak_bytes(run)
            times[name][size] = seconds(run)
    print(f'\n{row(["", *(f"{size:,}" for size in sizes)])}\n{row(["---"] * (len(sizes) + 1))}')
    for name in calls:
        print(row([name, *(
            f'{show(times[name][size])}, {memory[name][size] / 1e6:.0f} MB'
            if size in times[name] else '–' for size in sizes)]))
    print('\n' + '\n'.join(f'- skipped: {line}' for line in skipped), flush=True)
    return times


def plot(times: dict[str, dict[int, float]], path: Path) -> None:
    """Draw time against votes, both logarithmic."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7.5, 5), layout='constrained')
    for name, values in times.items():
        mine = name in ours()
        axes.loglog(list(values), list(values.values()), marker='o', markersize=4, label=name,
                    linewidth=2.5 if mine else 1, linestyle='-' if mine else '--')
    axes.set_xlabel('votes')
    axes.set_ylabel('seconds, one core')
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc='upper left', bbox_to_anchor=(1, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    print(f'\nwrote {path}')


def main() -> None:
    """Time, print tables, draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--paired', type=int, nargs='*', default=[5_000, 20_000, 50_000],
                        help='numbers of votes beside scikit-learn')
    parser.add_argument('--sizes', type=int, nargs='*',
                        default=[5_000, 20_000, 50_000, 200_000, 500_000, 800_000])
    parser.add_argument('--no-sklearn', action='store_true', help='leave out what takes minutes')
    parser.add_argument('--clock', choices=CLOCKS, default='wall',
                        help='cpu: less disturbed on a machine that is not idle')
    parser.add_argument('--plot', type=Path, help='PNG to write')
    args = parser.parse_args()
    warnings.filterwarnings('ignore', category=FutureWarning)
    global clock
    clock = CLOCKS[args.clock]
    warm_up()
    load = os.getloadavg()[0] if hasattr(os, 'getloadavg') else float('nan')
    print(f'radius {EPS} px, min_samples {MIN_SAMPLES}, {args.clock} time; '
          f'load of the machine before: {load:.1f}')
    times = {} if args.no_sklearn else beside_sklearn(args.paired)
    times |= alone(args.sizes)
    if args.plot:
        plot(times, args.plot)


if __name__ == '__main__':
    main()
