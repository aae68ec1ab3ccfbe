"""Timing side by side: what all benchmarks share."""

import statistics
from collections.abc import Mapping

from mmmtl.apis.latency import side_by_side

__all__ = ['median_ratio', 'side_by_side', 'table']


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
