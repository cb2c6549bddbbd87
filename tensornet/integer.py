"""Exact arithmetic: V as an element of Z[ζ], ζ = exp(2πi/5), by integers alone.

The dense representation in the gauge d_T/d_L has all its entries in Z[ζ] (φ = 1 + ζ + ζ⁴ is a unit
there). Elements are held as five coefficients of 1, ζ, …, ζ⁴; as 1 + ζ + … + ζ⁴ = 0, subtracting
the last from all five gives the unique four.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid, Run
from ..knots.closures import closure_writhe
from ..knots.conventions import ORDER, Closure
from ..knots.fibonacci import path_count, paths, plat_path

__all__ = ["exact_coefficients"]

_Ring = npt.NDArray[np.int64]
_MAX_WORK = 5e7
_SAFE = 2**62
# Integers must fit in floating point, with room for their sum.
_LARGEST = 10**300


def _ring(*powers: int) -> _Ring:
    """The sum of ζ^p over the given powers."""
    out = np.zeros(5, dtype=np.int64)
    for p in powers:
        out[p % 5] += 1
    return out


_ONE, _PHI, _INVERSE_PHI = _ring(0), _ring(0, 1, 4), _ring(1, 4)


def _times(x: _Ring, y: _Ring) -> _Ring:
    return x @ _circulant(y)


def _circulant(y: _Ring) -> _Ring:
    """The matrix C with (x·y) = x @ C for coefficient vectors."""
    return np.stack([np.roll(y, k) for k in range(5)])


@cache
def _entries(power: int) -> dict[str, _Ring]:
    """Circulant matrices of the entries of σ^power, by the case of the neighbouring bits."""
    a = (-1) ** power * _ring(power)
    c = _times(_ring(2 * power) - a, _INVERSE_PHI)
    entries = {
        "unequal": a,
        "vacuum": a + _times(c, _PHI),
        "keep0": a + _times(c, _INVERSE_PHI),
        "keep1": a + c,
        "to0": _times(c, _INVERSE_PHI),
        "to1": c,
    }
    return {name: _circulant(entry) for name, entry in entries.items()}


def exact_coefficients(braid: Braid, closure: Closure) -> tuple[int, int, int, int] | None:
    """The integers a with V = a0 + a1 ζ + a2 ζ² + a3 ζ³, or None where they are out of reach.

    That is where the work takes more than some 20 ms, or the integers have more than 300 digits.

    Integer arithmetic throughout: 64-bit while a bound on the next result fits, Python's
    integers beyond.

    Example:
        >>> exact_coefficients(Braid("1 1 1"), "markov")
        (1, 2, 1, 2)
    """
    n = braid.strands
    if n > 40:
        return None
    d = path_count(n)
    runs = braid.runs(ORDER)
    columns = 1.0 if closure == "plat" else d / 1.9
    if 25.0 * d * columns * (len(runs) + 1) > _MAX_WORK or len(runs) > 20_000:
        return None
    basis = paths(n)
    if closure == "plat":
        basis = basis[basis[:, n] == 0]
        start = int(np.flatnonzero((basis == np.array(plat_path(n))).all(axis=1))[0])
        state = np.zeros((len(basis), 1, 5), dtype=np.int64)
        state[start, 0, 0] = 1
        final = _apply(basis, runs, state)
        if final is None:
            return None
        total = final[start, 0]
        factor = n // 2 - 1
    else:
        total = np.zeros(5, dtype=object)
        for last, weight in ((0, _ONE), (1, _PHI)):
            sector = basis[basis[:, n] == last]
            state = np.zeros((len(sector), len(sector), 5), dtype=np.int64)
            index = np.arange(len(sector))
            state[index, index, 0] = 1
            final = _apply(sector, runs, state)
            if final is None:
                return None
            total = total + _times(final[index, index].sum(axis=0), weight)
        factor = -1
    # V = (−A)^(−3w) ⟨L⟩/φ with −A = ζ.
    total = _times(total, _ring(-3 * closure_writhe(braid, closure)))
    for _ in range(abs(factor)):
        total = _times(total, _PHI if factor > 0 else _INVERSE_PHI)
    a = [int(x) - int(total[4]) for x in total[:4]]
    if max(map(abs, a)) > _LARGEST:
        return None
    return a[0], a[1], a[2], a[3]


def _apply(basis: npt.NDArray[np.uint8], runs: tuple[Run, ...], state: _Ring) -> _Ring | None:
    """Apply the runs to the columns of ``state``; None when big integers would take too long."""
    row = {path.tobytes(): number for number, path in enumerate(basis)}
    rows: dict[int, dict[str, npt.NDArray[np.intp]]] = {}
    bound = 1
    for done, (i, power) in enumerate(runs):
        if i not in rows:
            rows[i] = _cases(basis, i, row)
        entries = _entries(power)
        growth = max(int(np.abs(entry).sum(axis=0).max()) for entry in entries.values())
        bound *= 2 * growth
        if state.dtype != object and bound >= _SAFE:
            state = state - state[..., 4:]
            bound = 2 * growth * max(1, int(np.abs(state).max()))
            if bound >= _SAFE:
                if 25.0 * state.size / 5 * (len(runs) - done) > _MAX_WORK / 100:
                    return None
                state = state.astype(object)
        case = rows[i]
        new = np.empty_like(state)
        for name in ("unequal", "vacuum"):
            new[case[name]] = state[case[name]] @ entries[name]
        zero, one = state[case["zero"]], state[case["one"]]
        new[case["zero"]] = zero @ entries["keep0"] + one @ entries["to0"]
        new[case["one"]] = one @ entries["keep1"] + zero @ entries["to1"]
        state = new
    # Reduced so that the sum over the diagonal stays in range.
    return state - state[..., 4:] if state.dtype == object else _widen(state)


def _widen(state: _Ring) -> _Ring:
    return (state - state[..., 4:]).astype(object)


def _cases(
    basis: npt.NDArray[np.uint8], i: int, row: dict[bytes, int]
) -> dict[str, npt.NDArray[np.intp]]:
    """Rows by the bits around i; ``zero`` and ``one`` are the aligned mixing pairs."""
    left, middle, right = (basis[:, j] for j in (i - 1, i, i + 1))
    zero = np.flatnonzero((left == 1) & (right == 1) & (middle == 0))
    flipped = basis[zero].copy()
    flipped[:, i] = 1
    return {
        "unequal": np.flatnonzero(left != right),
        "vacuum": np.flatnonzero((left == 0) & (right == 0)),
        "zero": zero,
        "one": np.array([row[path.tobytes()] for path in flipped], dtype=np.intp),
    }
