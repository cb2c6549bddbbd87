"""The random numbers that Quantinuum machines draw during a shot, recomputed on the host.

PCG-XSH-RR 64/32: a linear congruential state of 64 bits, of which 32 permuted ones are output. The
machines' seed selects the stream (the increment 2·seed + 1); all streams begin at the state 42. An
index is a position in the stream. Source of the generator: M. E. O'Neill, "PCG: A family of simple
fast space-efficient statistically good algorithms for random number generation",
HMC-CS-2014-0905; of the seeding: the numbers of Quantinuum's own simulators, see the tests.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["pcg32"]

_MULTIPLIER: Final = 6364136223846793005
_INITIAL: Final = 42
_MASK: Final = (1 << 64) - 1


def pcg32(seed: int, first: int, count: int) -> npt.NDArray[np.uint32]:
    """Numbers ``first``, ``first`` + 1, … of the stream that a seed selects.

    Args:
        seed: the machine's ``RNGseed``, at least 0; bits beyond 63 have no effect.
        first: position of the first number, the machine's ``RNGindex``.
        count: how many.

    Returns:
        Shape (count,).

    Example:
        >>> pcg32(42, 0, 3).tolist()
        [1085446021, 176895750, 789123591]
        >>> pcg32(42, 2, 1).tolist()
        [789123591]
    """
    increment = (2 * seed + 1) & _MASK
    start = _advance((_INITIAL + increment) & _MASK, 1 + first, increment)
    states = np.full(count, start, dtype=np.uint64)
    done = 1
    while done < count:
        # State k + done is an affine function of state k.
        factor, offset = _steps(done, increment)
        size = min(done, count - done)
        states[done : done + size] = states[:size] * np.uint64(factor) + np.uint64(offset)
        done += size
    shifted = (((states >> np.uint64(18)) ^ states) >> np.uint64(27)).astype(np.uint32)
    turn = (states >> np.uint64(59)).astype(np.uint32)
    return (shifted >> turn) | (shifted << ((32 - turn) & np.uint32(31)))


def _steps(number: int, increment: int) -> tuple[int, int]:
    """(factor, offset) of ``number`` steps: state ↦ factor · state + offset."""
    factor, offset = 1, 0
    step_factor, step_offset = _MULTIPLIER, increment
    while number:
        if number & 1:
            factor = factor * step_factor & _MASK
            offset = (offset * step_factor + step_offset) & _MASK
        step_offset = (step_factor + 1) * step_offset & _MASK
        step_factor = step_factor * step_factor & _MASK
        number >>= 1
    return factor, offset


def _advance(state: int, number: int, increment: int) -> int:
    factor, offset = _steps(number, increment)
    return (factor * state + offset) & _MASK
