"""Compiled loops over the pixels of things. Importing this needs numba."""

import numpy as np

from mmmtl.utils.jit import jit

_BLOCK = 512
_LOG2_E = np.float32(1.4426950408889634)
# 2 ** f for f in [-0.5, 0.5]: Taylor series of exp(f log 2), error below 2e-7
_C1, _C2, _C3 = np.float32(0.6931471806), np.float32(0.2402265070), np.float32(0.0555041087)
_C4, _C5, _C6 = np.float32(0.0096181291), np.float32(0.0013333558), np.float32(0.0001540353)


@jit
def class_probability(logits: np.ndarray, label: int, pixels: np.ndarray,
                      out: np.ndarray) -> None:
    """Softmax of a class at some pixels.

    Args:
        logits: (C, n) float32.
        label: the class.
        pixels: (m,) columns of ``logits``.
        out: (m,) float32, written; 0 where the class's logit is not finite, or any is NaN.
    """
    one, half = np.float32(1), np.float32(0.5)
    base = np.empty(_BLOCK, np.float32)
    sums = np.empty(_BLOCK, np.float32)
    rest = np.empty(_BLOCK, np.float32)
    bits = np.empty(_BLOCK, np.int32)
    power = bits.view(np.float32)
    for start in range(0, len(pixels), _BLOCK):
        n = min(_BLOCK, len(pixels) - start)
        here = pixels[start:start + n]
        own = logits[label]
        for j in range(n):
            score = own[here[j]]
            base[j] = score + (score - score)  # NaN if it is infinite
            sums[j] = one
        for c in range(len(logits)):
            if c == label:
                continue
            row = logits[c]
            for j in range(n):
                rest[j] = (row[here[j]] - base[j]) * _LOG2_E
            for j in range(n):
                value = rest[j]
                value = np.float32(-126) if value < np.float32(-126) else value
                value = np.float32(126) if value > np.float32(126) else value  # NaN stays
                whole = np.floor(value + half)
                bits[j] = (np.int32(whole if value == value else one) + np.int32(127)) << 23
                rest[j] = value - whole
            for j in range(n):
                f = rest[j]
                sums[j] += power[j] * (one + f * (_C1 + f * (_C2 + f * (_C3 + f * (
                    _C4 + f * (_C5 + f * _C6))))))
        for j in range(n):
            chance = one / sums[j]
            out[start + j] = chance if chance == chance else np.float32(0)


@jit
def adopt_noise(votes: np.ndarray, labels: np.ndarray, count: int, bound: float) -> None:
    """Give votes labelled -1 to the cluster with the nearest centre; see ``instances.py``.

    Args:
        votes: (n, 2) float32.
        labels: (n,) int64, changed.
        count: clusters.
        bound: pixels.
    """
    x, y = np.zeros(count), np.zeros(count)
    members = np.zeros(count, np.int64)
    for i in range(len(labels)):
        label = labels[i]
        if label >= 0:
            x[label] += votes[i, 0]
            y[label] += votes[i, 1]
            members[label] += 1
    for label in range(count):
        x[label] = x[label] / members[label] if members[label] else np.inf
        y[label] = y[label] / members[label] if members[label] else np.inf
    for i in range(len(labels)):
        if labels[i] >= 0:
            continue
        nearest, least = -1, bound * bound
        for label in range(count):
            distance = (votes[i, 0] - x[label])**2 + (votes[i, 1] - y[label])**2
            if distance < least:
                nearest, least = label, distance
        labels[i] = nearest
