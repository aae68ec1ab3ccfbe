"""Seeds of frames: never shared between the splits, nor between two seeds of a data set."""

import numpy as np

SPLITS = ('train', 'val')
# A seed below this is one word of NumPy's seed sequence, so that no two triples look alike.
SEED_LIMIT = 1 << 32


def frame_seed(seed: int, split: str, index: int) -> int:
    """Return the seed (128 bits) of one frame of a data set."""
    sequence = np.random.SeedSequence((seed, SPLITS.index(split), index))
    high, low = (int(word) for word in sequence.generate_state(2, np.uint64))
    return (high << 64) | low
