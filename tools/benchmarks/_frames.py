"""Full-size rendered frames on one thread: what the benchmarks of data and scores share."""

import argparse
import subprocess
import sys
from pathlib import Path

import cv2
import torch
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / 'configs/_base_/datasets/cityscapes_multitask.py'


def frame_options(description: str | None, frames: int, rounds: int) -> argparse.Namespace:
    """Read the command line, and let everything compute on one thread.

    Args:
        description: of the command, for ``--help``.
        frames, rounds: defaults.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, default=Path('work_dirs/full_size_frames'))
    parser.add_argument('--frames', type=int, default=frames)
    parser.add_argument('--rounds', type=int, default=rounds)
    args = parser.parse_args()
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
    init_default_scope('mmseg')
    MMLogger.get_instance('mmengine', log_level='WARNING')
    return args


def render(folder: Path, frames: int) -> None:
    """Render training frames of 1024 x 2048 that are not there yet."""
    subprocess.run(
        [sys.executable, str(ROOT / 'tools/street_scenes'), '--out', str(folder), '--train',
         str(frames), '--val', '0', '--width', '2048', '--height', '1024'], check=True)
