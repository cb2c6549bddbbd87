"""Sets of faces as rows of 64-bit words, for compiled kernels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..knots.jit import compiled

__all__ = ["members", "population"]

_Words = npt.NDArray[np.uint64]


@compiled
def population(x: np.uint64) -> int:
    """Number of ones in a word."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))  # type: ignore[return-value]


@compiled
def members(row: _Words, out: npt.NDArray[np.int64]) -> int:
    """Write the members of a set to ``out``, ascending; return how many there are."""
    n = 0
    for w in range(row.shape[0]):
        x = row[w]
        while x != np.uint64(0):
            lowest = x & (~x + np.uint64(1))
            out[n] = 64 * w + population(lowest - np.uint64(1))
            n += 1
            x ^= lowest
    return n
