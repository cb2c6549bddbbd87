"""Dense Fibonacci representation: the matrix of the braid, or its action on one state.

Exponential in the number of strands (φⁿ), linear in the number of crossings; independent of the
face model, so the two check each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid, Run
from ..knots.closures import closure_writhe
from ..knots.conventions import ORDER, PHI, Closure, bracket_to_jones, eigenvalues
from ..knots.fibonacci import mixing_block, path_count, paths, plat_path
from .resources import Cost, check_cost

__all__ = ["DenseAction", "dense_cost", "dense_jones", "representation"]

_SMALL = 34
_CHUNK = 4096
_RATE = 1e9


class DenseAction:
    """The generators on the paths of one braid group, as gather and scale.

    Args:
        basis: paths, shape (d, strands + 1); closed under the generators.

    Attributes:
        basis: as given.
    """

    def __init__(self, basis: npt.NDArray[np.uint8]) -> None:
        self.basis = basis
        # Weights that rank paths in lexicographic order would do; bytes as keys need no thought.
        self._row = {row.tobytes(): number for number, row in enumerate(basis)}
        self._cache: dict[Run, tuple[npt.NDArray[np.complex128], ...]] = {}
        self._partners: dict[int, npt.NDArray[np.intp]] = {}

    def _partner(self, i: int) -> npt.NDArray[np.intp]:
        """Row of the path with bit i flipped where its neighbours are 1 and 1, else the row."""
        if i not in self._partners:
            flipped = self.basis.copy()
            mixing = (flipped[:, i - 1] == 1) & (flipped[:, i + 1] == 1)
            flipped[mixing, i] ^= 1
            self._partners[i] = np.array([self._row[row.tobytes()] for row in flipped], np.intp)
        return self._partners[i]

    def _coefficients(self, run: Run) -> tuple[npt.NDArray[np.complex128], ...]:
        if run not in self._cache:
            i, power = run
            first, second = eigenvalues(power)
            block = mixing_block(power)
            left, middle, right = (self.basis[:, j] for j in (i - 1, i, i + 1))
            both = (left == 1) & (right == 1)
            diagonal = np.where(left == right, second, first).astype(complex)
            diagonal[both] = block[middle[both], middle[both]]
            other = np.where(both, block[0, 1], 0).astype(complex)
            self._cache[run] = diagonal, other
        return self._cache[run]

    def apply(
        self, runs: Sequence[Run], state: npt.NDArray[np.complex128]
    ) -> npt.NDArray[np.complex128]:
        """Apply the runs, the first one first, to columns of ``state`` (shape (d, …))."""
        shape = (-1,) + (1,) * (state.ndim - 1)
        for run in runs:
            diagonal, other = self._coefficients(run)
            swapped = state[self._partner(run.generator)]
            state = diagonal.reshape(shape) * state + other.reshape(shape) * swapped
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
        return Cost(flops, 64 * d * (braid.strands + 8), flops / _RATE)
    # Two sectors, of about d/φ and d/φ² paths.
    entries = d * d * (PHI**-2 + PHI**-4)
    # 2·10⁴ multiply-adds stand for the overhead of a run.
    flops = (entries * d / 4 if d <= _SMALL else entries * 4 + 2e4) * runs
    return Cost(flops, 64 * (d / PHI) ** 2 + 16 * d * braid.strands, flops / _RATE)


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
    basis = paths(n)
    if closure == "plat":
        basis = basis[basis[:, n] == 0]
        action = DenseAction(basis)
        start = int(np.flatnonzero((basis == np.array(plat_path(n))).all(axis=1))[0])
        state = np.zeros(len(basis), dtype=complex)
        state[start] = 1
        amplitude = complex(action.apply(runs, state)[start])
        return bracket_to_jones(PHI ** (n // 2) * amplitude, writhe)
    bracket = 0j
    for last, weight in ((0, 1.0), (1, PHI)):
        sector = basis[basis[:, n] == last]
        if len(sector):
            bracket += weight * complex(np.trace(DenseAction(sector).matrix(runs)))
    return bracket_to_jones(bracket, writhe)
