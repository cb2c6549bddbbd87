"""Dense Fibonacci representation: the matrix of the braid, or its action on one state.

Exponential in the number of strands (φⁿ), linear in the number of crossings; independent of the
face model, so the two check each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid, Run
from ..knots.closures import closure_writhe
from ..knots.conventions import ORDER, PHI, Closure, bracket_to_jones, eigenvalues
from ..knots.fibonacci import mixing_block, path_count, paths, plat_path
from .calibration import local_seconds
from .methods import Evaluation, Method
from .resources import Cost, check_cost

__all__ = ["DENSE", "DenseAction", "dense_cost", "dense_jones", "plat_amplitude", "representation"]

_SMALL = 34
_CHUNK = 4096
# Seconds on the reference machine: per letter read, per run applied to one sector and per entry of
# it (in the cache, and how much more in memory), per multiply-add of small matrices. Random words
# have about 0.7 runs per letter.
_PER_LETTER = 1.2e-6
_PER_RUN = 1.3e-5
_PER_ENTRY, _CACHED, _BEYOND = 7.1e-10, 1e7, 2.8
_PER_PRODUCT = 1.5e-10
_PER_AMPLITUDE = 2.2e-9
_RUNS = 0.7


class _Rows(NamedTuple):
    """What σ_i does to the rows of a basis.

    Attributes:
        zero: rows of paths with x_i = 0 between two 1s.
        one: the same paths with x_i = 1, in the same order.
        kind: where the factor of each row is found: 0 and 1 for the two eigenvalues, 2 and 3 for
            the diagonal of the mixing block.
    """

    zero: npt.NDArray[np.intp]
    one: npt.NDArray[np.intp]
    kind: npt.NDArray[np.uint8]


class DenseAction:
    """The generators on the paths of one braid group, as gather and scale.

    Args:
        basis: paths in lexicographic order, shape (d, strands + 1); closed under the generators.

    Attributes:
        basis: as given.
    """

    def __init__(self, basis: npt.NDArray[np.uint8]) -> None:
        self.basis = basis
        self._cache: dict[int, _Rows] = {}

    def _rows(self, i: int) -> _Rows:
        if i not in self._cache:
            left, middle, right = (self.basis[:, j] == 1 for j in (i - 1, i, i + 1))
            mixing = left & right
            kind = (left == right).astype(np.uint8)
            kind[mixing] = 2 + middle[mixing]
            # Flipping a bit keeps the order of paths that agree in this bit, so the two lists
            # belong together row by row and no path has to be looked up.
            self._cache[i] = _Rows(np.flatnonzero(kind == 2), np.flatnonzero(kind == 3), kind)
        return self._cache[i]

    def apply(
        self, runs: Sequence[Run], state: npt.NDArray[np.complex128]
    ) -> npt.NDArray[np.complex128]:
        """Apply the runs, the first one first, to columns of ``state`` (shape (d, …))."""
        shape = (-1,) + (1,) * (state.ndim - 1)
        state = state.copy()
        for i, power in runs:
            zero, one, kind = self._rows(i)
            block = mixing_block(power)
            factors = np.array([*eigenvalues(power), block[0, 0], block[1, 1]])
            swapped = block[0, 1] * state[one], block[1, 0] * state[zero]
            state *= factors[kind].reshape(shape)
            state[zero] += swapped[0]
            state[one] += swapped[1]
        return state

    def matrix(self, runs: Sequence[Run]) -> npt.NDArray[np.complex128]:
        """The d×d matrix of the product of the runs."""
        d = len(self.basis)
        identity = np.eye(d, dtype=complex)
        if d > _SMALL or len(runs) < 64:
            return self.apply(runs, identity)
        total = identity
        for product in self._chunk_products(runs):
            total = product @ total
        return total

    def _chunk_products(self, runs: Sequence[Run]) -> Iterator[npt.NDArray[np.complex128]]:
        """Products of successive chunks of runs by pairwise batched multiplication."""
        identity = np.eye(len(self.basis), dtype=complex)
        distinct = sorted(set(runs))
        table = np.stack([self.apply([run], identity) for run in distinct] + [identity])
        number = {run: k for k, run in enumerate(distinct)}
        for start in range(0, len(runs), _CHUNK):
            which = [number[run] for run in runs[start : start + _CHUNK]]
            which += [len(distinct)] * (-len(which) % _CHUNK if len(runs) > _CHUNK else 0)
            factors = table[which]
            while len(factors) > 1:
                if len(factors) % 2:
                    factors = np.concatenate([factors, identity[None]])
                factors = factors[1::2] @ factors[0::2]
            yield factors[0]


def representation(braid: Braid) -> npt.NDArray[np.complex128]:
    """The unitary matrix of a braid on all paths, in the order of :func:`plait.knots.paths`.

    The first letter acts first: the matrix of w1 w2 is M(w2) M(w1).

    Returns:
        Array of shape (F, F) with F = path_count(strands).

    Example:
        >>> m = representation(Braid("1 2 -1"))
        >>> bool(np.allclose(m @ m.conj().T, np.eye(3)))
        True
    """
    return DenseAction(paths(braid.strands)).matrix(braid.runs(ORDER))


def dense_cost(braid: Braid, closure: Closure) -> Cost:
    """Predicted cost of :func:`dense_jones`."""
    d = float(path_count(min(braid.strands, 200)))
    runs = len(braid) + 1
    if closure == "plat":
        flops = (10 * d + 2e4) * runs
        seconds = (_PER_LETTER + _RUNS * (_PER_RUN + _PER_AMPLITUDE * d)) * runs
        return Cost(flops, 64 * d * (braid.strands + 8), local_seconds(seconds))
    # Two sectors, of about d/φ and d/φ² paths.
    entries = d * d * (PHI**-2 + PHI**-4)
    # 2·10⁴ multiply-adds stand for the overhead of a run.
    flops = (entries * d / 4 if d <= _SMALL else entries * 4 + 2e4) * runs
    seconds = _PER_LETTER * runs
    for sector in (d / PHI, d / PHI**2):
        if sector <= _SMALL + 0.5 and runs > 64:
            seconds += _RUNS * runs * _PER_PRODUCT * sector**3
        else:
            slower = 1 + _BEYOND * min(1.0, entries / _CACHED)
            seconds += _RUNS * runs * (_PER_RUN + _PER_ENTRY * slower * sector**2)
    return Cost(flops, 64 * (d / PHI) ** 2 + 16 * d * braid.strands, local_seconds(seconds))


def dense_jones(braid: Braid, closure: Closure, memory: float | None = None) -> complex:
    """V at the fifth root by dense linear algebra on the paths.

    Raises:
        ResourceError: the matrix does not fit.

    Example:
        >>> t = complex(np.exp(2j * np.pi / 5))
        >>> bool(abs(dense_jones(Braid("1 1 1"), "markov") - (t + t**3 - t**4)) < 1e-12)
        True
    """
    check_cost(dense_cost(braid, closure), f"the dense method on {braid.strands} strands", memory)
    n = braid.strands
    runs = braid.runs(ORDER)
    writhe = closure_writhe(braid, closure)
    if closure == "plat":
        return bracket_to_jones(PHI ** (n // 2) * plat_amplitude(n, runs), writhe)
    basis = paths(n)
    bracket = 0j
    for last, weight in ((0, 1.0), (1, PHI)):
        sector = basis[basis[:, n] == last]
        if len(sector):
            bracket += weight * complex(np.trace(DenseAction(sector).matrix(runs)))
    return bracket_to_jones(bracket, writhe)


def plat_amplitude(strands: int, runs: Sequence[Run]) -> complex:
    """⟨p|U|p⟩ for the plat path p and the product U of the runs.

    Example:
        >>> plat_amplitude(4, [])
        (1+0j)
    """
    basis = paths(strands)
    basis = basis[basis[:, strands] == 0]
    state = (basis == np.array(plat_path(strands))).all(axis=1).astype(complex)
    return complex(state @ DenseAction(basis).apply(runs, state))


DENSE = Method(
    name="dense",
    summary="dense Fibonacci representation; any length on few strands",
    evaluate=lambda b, closure, request: Evaluation(value=dense_jones(b, closure, request.memory)),
    cost=lambda b, closure, _: dense_cost(b, closure),
)
