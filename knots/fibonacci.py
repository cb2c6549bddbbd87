"""The Fibonacci representation of the braid group: paths, their distribution, the generators.

A path is a bit string x_0 x_1 … x_n with x_0 = 0 and no two adjacent zeros. The generator σ_i acts
on the bit x_i given its neighbours (see :mod:`plait.knots.conventions`):

    ⟨x'|σ_i|x⟩ = A δ(x, x') + A⁻¹ δ(x_{i−1}, x_{i+1}) √(d_{x_i} d_{x'_i}) / d_{x_{i−1}}.

It is diagonal but for neighbours 1 and 1, where it mixes the middle bit.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .conventions import PHI, check_closure, eigenvalues
from .errors import InputError, ResourceError

__all__ = [
    "CUP",
    "check_path",
    "mixing_block",
    "path_count",
    "path_probability",
    "paths",
    "plat_path",
    "sample_paths",
]

CUP: Final = np.array([1 / PHI, 1 / math.sqrt(PHI)])
"""Unit eigenvector of σ_i with eigenvalue −A⁻³ on the middle bit between two 1s."""

_MAX_BITS = 1_000_000_000


def mixing_block(power: int) -> npt.NDArray[np.complex128]:
    """The 2×2 matrix of σ_i^power on the middle bit when both neighbours are 1.

    Example:
        >>> m = mixing_block(1)
        >>> bool(np.allclose(m @ m.conj().T, np.eye(2)))
        True
    """
    first, second = eigenvalues(power)
    cup = np.outer(CUP, CUP)
    block: npt.NDArray[np.complex128] = first * (np.eye(2) - cup) + second * cup
    return block


def path_count(strands: int) -> int:
    """Number of paths on ``strands`` strands, the Fibonacci number F_{n+1}.

    Example:
        >>> [path_count(n) for n in range(1, 8)]
        [1, 2, 3, 5, 8, 13, 21]
    """
    previous, current = 1, 1
    for _ in range(strands - 1):
        previous, current = current, previous + current
    return current


def paths(strands: int) -> npt.NDArray[np.uint8]:
    """All paths in lexicographic order.

    Returns:
        Array of shape (path_count(strands), strands + 1).

    Raises:
        ResourceError: they have more than 10⁹ bits in all (37 strands).

    Example:
        >>> paths(3).tolist()
        [[0, 1, 0, 1], [0, 1, 1, 0], [0, 1, 1, 1]]
    """
    count = path_count(strands)
    if count * (strands + 1) > _MAX_BITS:
        raise ResourceError(
            f"{strands} strands have about 10^{strands * math.log10(PHI):.0f} paths, too many to "
            f"list; use the face model (method='face')"
        )
    columns = np.zeros((1, 1), dtype=np.uint8)
    for _ in range(strands):
        after_one = columns[:, -1] == 1
        repeat = 1 + after_one.astype(np.intp)
        grown = np.repeat(columns, repeat, axis=0)
        new = np.ones(len(grown), dtype=np.uint8)
        new[(np.cumsum(repeat) - repeat)[after_one]] = 0
        columns = np.column_stack([grown, new])
    return columns


def sample_paths(strands: int, size: int, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Draw paths with the probability P(s) = d_{s_n}/φⁿ of the Markov trace.

    The bits form a Markov chain along the path, P(x_{i+1} | x_i) = d_{x_{i+1}} / (φ d_{x_i}), so
    the draw is exact for any number of strands.

    Returns:
        Array of shape (size, strands + 1), dtype uint8.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> bool((sample_paths(3, 1000, rng)[:, 1] == 1).all())
        True
    """
    draws = rng.random((size, strands))
    result = np.zeros((size, strands + 1), dtype=np.uint8)
    for i in range(strands):
        result[:, i + 1] = (result[:, i] == 0) | (draws[:, i] < 1 / PHI)
    return result


def path_probability(path: Sequence[int]) -> float:
    """P(s) = d_{s_n}/φⁿ for a path s_0 … s_n.

    Example:
        >>> round(sum(path_probability(p) for p in paths(5).tolist()), 12)
        1.0
    """
    strands = len(path) - 1
    return math.exp((bool(path[-1]) - strands) * math.log(PHI))


def plat_path(strands: int) -> tuple[int, ...]:
    """The path 0 1 0 1 … 0 in which each pair of strands is fused to the vacuum.

    Raises:
        InputError: the number of strands is odd.

    Example:
        >>> plat_path(4)
        (0, 1, 0, 1, 0)
    """
    check_closure("plat", strands)
    return tuple(i % 2 for i in range(strands + 1))


def check_path(path: Iterable[int] | str, strands: int) -> tuple[int, ...]:
    """Check a path given as bits or text such as ``"01011"``.

    Raises:
        InputError: wrong length, not bits, x_0 ≠ 0, or two adjacent zeros.

    Example:
        >>> check_path("0110", 3)
        (0, 1, 1, 0)
    """
    try:
        bits = [int(bit) if isinstance(bit, str) else operator.index(bit) for bit in path]
    except (TypeError, ValueError):
        bits = []
    text = "".join(map(str, bits))
    if len(bits) != strands + 1 or not set(bits) <= {0, 1}:
        raise InputError(
            f"path {path!r}: on {strands} strands a path has {strands + 1} bits x_0 … x_{strands}"
        )
    if text[0] != "0" or "00" in text:
        raise InputError(f"path {text!r}: a path begins with 0 and has no two adjacent zeros")
    return tuple(bits)
