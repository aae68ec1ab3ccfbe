"""Timing side by side: what all benchmarks share."""

import statistics
import time
from collections.abc import Callable, Mapping


def side_by_side(candidates: Mapping[str, Callable[[], object]], rounds: int,
                 warm_up: int = 2) -> dict[str, list[float]]:
    """Time candidates in turn, round by round, so that all meet the same machine.

    The order turns around from round to round: what heats the caches for its successor would
    otherwise always help the same one.

    Args:
        candidates: what to call, by name.
        rounds: how often each is timed.
        warm_up: untimed calls of each before.

    Returns:
        Seconds of each call, by name.
    """
    for call in candidates.values():
        for _ in range(warm_up):
            call()
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds):
        order = list(candidates) if number % 2 == 0 else list(reversed(candidates))
        for name in order:
            start = time.perf_counter()
            candidates[name]()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def median_ratio(numerator: list[float], denominator: list[float]) -> float:
    """Median over rounds of the ratio within a round."""
    return statistics.median(a / b for a, b in zip(numerator, denominator, strict=True))


def table(seconds: Mapping[str, list[float]], base: str) -> str:
    """Markdown: median milliseconds, spread, and ratio to ``base`` within the same rounds."""
    lines = [f'| | median ms | min to max | time / {base} |', '|---|---|---|---|']
    for name, values in seconds.items():
        ms = [1000 * value for value in values]
        lines.append(f'| {name} | {statistics.median(ms):.1f} | {min(ms):.1f} to {max(ms):.1f} | '
                     f'{median_ratio(values, seconds[base]):.3f} |')
    return '\n'.join(lines)
