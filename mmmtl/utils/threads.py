"""How many threads to compute with on a CPU: as many as there are free cores.

With more threads than free cores every parallel region waits for the thread that got no core: two
threads beside one busy process took 11 s for a training step of 0.8 s.
"""

import math
import os
import time
from pathlib import Path


def use_free_cores(processes: int = 1) -> int:
    """Set torch's threads to the cores that are free now, shared among ``processes``.

    ``OMP_NUM_THREADS``, where set, is left in charge (torch reads it itself).

    Args:
        processes: How many processes of this run are on this machine.

    Returns:
        The number of threads in use.
    """
    import torch

    if 'OMP_NUM_THREADS' not in os.environ:
        cores = usable_cores()
        torch.set_num_threads(free_cores(limit_of_cores(cores), busy_cores(cores), processes))
    return torch.get_num_threads()


def free_cores(cores: int, busy: float, processes: int = 1) -> int:
    """Share of the free cores of each process, at least 1.

    Args:
        cores: Number of cores this process may use.
        busy: How many of them are in use by others; half a core counts as one.
        processes: How many processes share what is free.
    """
    return max(1, (cores - math.floor(busy + 0.5)) // processes)


def usable_cores() -> set[int]:
    """Cores that the scheduler may put this process on."""
    if hasattr(os, 'sched_getaffinity'):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def limit_of_cores(cores: set[int], root: Path = Path('/sys/fs/cgroup')) -> int:
    """Number of ``cores``, less where the container's time quota (cgroup 1 or 2) allows less."""
    try:
        if (root / 'cpu.max').exists():
            quota, period = (root / 'cpu.max').read_text().split()
        else:
            quota = (root / 'cpu' / 'cpu.cfs_quota_us').read_text()
            period = (root / 'cpu' / 'cpu.cfs_period_us').read_text()
        if float(quota) > 0:  # -1 is no limit in cgroup 1, and 'max' in cgroup 2
            return max(1, min(len(cores), round(float(quota) / float(period))))
    except (OSError, ValueError, ZeroDivisionError):
        pass
    return len(cores)


def busy_cores(cores: set[int], seconds: float = 0.3, stat: Path = Path('/proc/stat')) -> float:
    """Measure how many of ``cores`` others keep busy, over ``seconds`` in which we sleep.

    The load average would still count what this run itself did in the last minute (making data
    before it trains), and in a container what the whole host does. It serves where there is no
    ``/proc/stat``.
    """
    try:
        before = core_times(stat.read_text())
        time.sleep(seconds)
        after = core_times(stat.read_text())
        shares = []
        for core in cores:
            busy, total = (b - a for a, b in zip(before[core], after[core], strict=True))
            shares.append(busy / total)
        return sum(shares)
    except (OSError, KeyError, ValueError, ZeroDivisionError):
        return os.getloadavg()[0] if hasattr(os, 'getloadavg') else 0.0


def core_times(text: str) -> dict[int, tuple[int, int]]:
    """Read ``/proc/stat``: (busy, total) ticks of each core since the start of the machine."""
    times = {}
    for line in text.splitlines():
        name, *fields = line.split()
        if name.startswith('cpu') and name != 'cpu':
            ticks = [int(field) for field in fields[:8]]  # guest time is in user time already
            idle = ticks[3] + ticks[4]  # idle, waiting for a disk
            times[int(name[3:])] = (sum(ticks) - idle, sum(ticks))
    return times
