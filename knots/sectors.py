"""Exact Jones values of small braids, and of those braids with full twists and free strands.

The Fibonacci representation on n strands splits into two sectors by the last bit x_n of a path
(see :mod:`plait.knots.conventions`). With tr_s the trace over the paths that end in s,

    V = (−A)^(−3w) (tr_0 + φ tr_1) / φ.

In the gauge in which E_i has the entries d_T / d_L all entries are in Z[ζ], ζ = exp(2πi/5), as
A = −ζ, φ = −ζ² − ζ³ and 1/φ = φ − 1; so the arithmetic here is that of integers. Two facts lead
from small braids to large ones:

* m free strands prolong every path by m steps, so (tr_0, tr_1) ↦ (tr_1, tr_0 + tr_1) m times;
* the full twist Δ² on n strands is the scalar ζ^(3(s−n)) in the sector s: a strand's own twist is
  −A³ = ζ³, that of the vacuum 1.

Sources: arXiv:2503.05625 for the representation; the twist: L. H. Kauffman and S. L. Lins,
Temperley–Lieb Recoupling Theory and Invariants of 3-Manifolds (1994), chapter 9.
"""

from __future__ import annotations

from math import gcd
from typing import NamedTuple, TypeAlias

from .braids import Braid
from .errors import InputError, ResourceError
from .values import zeta_value

__all__ = [
    "Exact",
    "SectorTraces",
    "magnitude",
    "product",
    "sector_traces",
    "small_value",
    "torus_knot_value",
]

Exact: TypeAlias = tuple[int, int, int, int]
"""(a0, a1, a2, a3), standing for a0 + a1 ζ + a2 ζ² + a3 ζ³."""

_ZERO: Exact = (0, 0, 0, 0)
_ONE: Exact = (1, 0, 0, 0)
_PHI: Exact = (0, 0, -1, -1)
_INVERSE_PHI: Exact = (-1, 0, -1, -1)
# Beyond, the paths are too many for a loop in Python: use the evaluators of plait.tensornet.
_MAX_STRANDS = 10


class SectorTraces(NamedTuple):
    """The traces of a braid over the paths that end in 0 and in 1, with its strands and writhe.

    Example:
        >>> trefoil = sector_traces(Braid("1 1 1"))
        >>> trefoil.value()
        (1, 2, 1, 2)
        >>> trefoil.with_free_strands(1).value() == small_value(Braid("1 1 1", strands=3))
        True
        >>> sector_traces(Braid("1 2")).with_full_twists(1).value()  # T(3, 4)
        (1, 0, 0, 0)
    """

    zero: Exact
    one: Exact
    strands: int
    writhe: int

    def value(self) -> Exact:
        """V of the Markov closure: (−A)^(−3w) (tr_0 + φ tr_1) / φ."""
        bracket = _add(self.zero, product(_PHI, self.one))
        return _rotate(product(_INVERSE_PHI, bracket), -3 * self.writhe)

    def with_free_strands(self, count: int) -> SectorTraces:
        """Of the same braid with ``count`` more strands that it does not touch."""
        zero, one = self.zero, self.one
        for _ in range(count):
            zero, one = one, _add(zero, one)
        return SectorTraces(zero, one, self.strands + count, self.writhe)

    def with_full_twists(self, count: int) -> SectorTraces:
        """Of the product with Δ^(2·count), which commutes with every braid."""
        n = self.strands
        return SectorTraces(
            _rotate(self.zero, -3 * n * count),
            _rotate(self.one, 3 * (1 - n) * count),
            n,
            self.writhe + count * n * (n - 1),
        )


def sector_traces(braid: Braid) -> SectorTraces:
    """The exact traces of a braid on at most ten strands, over all its paths.

    Raises:
        ResourceError: the braid has more strands.
    """
    n = braid.strands
    if n > _MAX_STRANDS:
        raise ResourceError(
            f"sector traces are for braids on at most {_MAX_STRANDS} strands, and this one has "
            f"{n}; use plait.jones(…, exact=True)"
        )
    found = [_ZERO, _ZERO]
    for start in _paths(n):
        state = {start: _ONE}
        for letter in braid.word:
            state = _applied(state, letter)
        found[start[-1]] = _add(found[start[-1]], state.get(start, _ZERO))
    return SectorTraces(found[0], found[1], n, braid.writhe)


def small_value(braid: Braid) -> Exact:
    """The exact V of the Markov closure of a braid on at most ten strands.

    Raises:
        ResourceError: the braid has more strands.

    Example:
        >>> small_value(Braid([], strands=2)) == (0, 0, -1, -1)  # φ
        True
    """
    return sector_traces(braid).value()


def torus_knot_value(p: int, q: int) -> Exact:
    """V of the torus knot T(p, q), positive crossings, from the closed formula.

    V(t) = t^((p−1)(q−1)/2) (1 − t^(p+1) − t^(q+1) + t^(p+q)) / (1 − t²).

    Args:
        p: at least 1.
        q: at least 1, coprime to p.

    Raises:
        InputError: p and q are not positive and coprime.

    Example:
        >>> torus_knot_value(2, 3)
        (1, 2, 1, 2)

    Source: V. F. R. Jones, Annals of Mathematics 126 (1987) 335, section 11.
    """
    if p < 1 or q < 1 or gcd(p, q) != 1:
        raise InputError(f"T({p},{q}) is no torus knot: give coprime integers from 1 on")
    terms = ((0, 1), (p + 1, -1), (q + 1, -1), (p + q, 1))
    numerator = _ZERO
    for power, sign in terms:
        numerator = _add(numerator, _rotate((sign, 0, 0, 0), power))
    # 1/(1 − ζ²) = (1 − ζ)(1 − ζ³)(1 − ζ⁴)/5, as the product over all four powers is 5.
    for power in (1, 3, 4):
        numerator = _add(numerator, _negative(_rotate(numerator, power)))
    a0, a1, a2, a3 = (a // 5 for a in numerator)
    return _rotate((a0, a1, a2, a3), (p - 1) * (q - 1) // 2)


def magnitude(value: Exact, strands: int) -> float:
    """|V|/φ^(n−1), which is |E_s⟨s|U|s⟩| over the paths s and lies in [0, 1].

    Example:
        >>> magnitude((0, 0, -1, -1), 2)
        1.0
    """
    # Divided in Z[ζ], as V and powers of φ leave the range of floats from 1500 strands on.
    for _ in range(strands - 1):
        value = product(_INVERSE_PHI, value)
    return min(1.0, abs(zeta_value(value)))


def _paths(strands: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [(0,)]
    for _ in range(strands):
        found = [(*path, bit) for path in found for bit in (0, 1) if path[-1] or bit]
    return found


def _applied(state: dict[tuple[int, ...], Exact], letter: int) -> dict[tuple[int, ...], Exact]:
    """σ_i^(±1) on a combination of paths: A^(±1) + A^(∓1) E_i, where A = −ζ."""
    i, sign = abs(letter), 1 if letter > 0 else -1
    out: dict[tuple[int, ...], Exact] = {}
    for path, amount in state.items():
        out[path] = _add(out.get(path, _ZERO), _negative(_rotate(amount, sign)))
        left = path[i - 1]
        if left != path[i + 1]:
            continue
        turned = _negative(_rotate(amount, -sign))
        # d_T / d_L: φ for the only T next to vacua; else 1/φ for T = 0 and 1 for T = 1.
        weights = ((1, _PHI),) if left == 0 else ((0, _INVERSE_PHI), (1, _ONE))
        for middle, weight in weights:
            other = (*path[:i], middle, *path[i + 1 :])
            out[other] = _add(out.get(other, _ZERO), product(weight, turned))
    return out


def _add(a: Exact, b: Exact) -> Exact:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])


def _negative(a: Exact) -> Exact:
    return (-a[0], -a[1], -a[2], -a[3])


def _reduced(a0: int, a1: int, a2: int, a3: int, a4: int) -> Exact:
    """Without ζ⁴ = −1 − ζ − ζ² − ζ³."""
    return (a0 - a4, a1 - a4, a2 - a4, a3 - a4)


def _rotate(a: Exact, power: int) -> Exact:
    """ζ^power · a."""
    k = -power % 5
    five = (*a, 0)
    return _reduced(*five[k:], *five[:k])


def product(a: Exact, b: Exact) -> Exact:
    """The product in Z[ζ].

    Example:
        >>> product((0, 0, 0, 1), (0, 0, 1, 0))  # ζ³ · ζ² = 1
        (1, 0, 0, 0)
    """
    total = _ZERO
    for power, factor in enumerate(a):
        if factor:
            c0, c1, c2, c3 = _rotate(b, power)
            total = _add(total, (factor * c0, factor * c1, factor * c2, factor * c3))
    return total
