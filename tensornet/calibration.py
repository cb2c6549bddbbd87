"""How fast this machine is, as a multiple of the reference that predictions are made for."""

from __future__ import annotations

import time
from functools import cache

import numpy as np

from .program import single_threaded_blas

__all__ = ["local_seconds", "speed"]

# Shorter predictions are not worth the probe.
_SHORT = 0.05

# Seconds of the probe on the reference machine: one core of a server of 2023.
_REFERENCE = 0.00235


def local_seconds(reference: float) -> float:
    """Seconds on this machine, from those on the reference machine.

    Example:
        >>> local_seconds(1e-3)
        0.001
    """
    return reference if reference < _SHORT else reference / speed()


@cache
def speed() -> float:
    """Speed of one core of this machine, 1 for the reference; measured once, in about 150 ms.

    The probe is what contractions do: gather, complex matrix product, scatter.

    Example:
        >>> speed() > 0
        True
    """
    rng = np.random.default_rng(0)
    n = 256
    data = rng.standard_normal(n * n) + 1j * rng.standard_normal(n * n)
    order = rng.permutation(n * n)
    best = np.inf
    with single_threaded_blas():
        for _ in range(12):
            start = time.perf_counter()
            block = data[order].reshape(n, n)
            block = block @ block
            data[order] = block.ravel() / n
            best = min(best, time.perf_counter() - start)
    return float(_REFERENCE / best)
