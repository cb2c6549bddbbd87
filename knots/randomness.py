"""Random numbers in compiled functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .jit import compiled

__all__ = ["random_bits"]


@compiled
def random_bits(state: npt.NDArray[np.uint64]) -> Any:
    """The next 64 bits of xorshift64*; the state is one number that is not 0.

    Example:
        >>> state = np.array([1], dtype=np.uint64)
        >>> int(random_bits(state))
        5180492295206395165

    Source: S. Vigna, ACM Trans. Math. Softw. 42 (2016) 30.
    """
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * np.uint64(2685821657736338717)
