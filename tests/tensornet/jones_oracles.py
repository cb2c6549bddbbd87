"""Ways to the Jones polynomial that share nothing with the package but the letters of a braid.

Exact values are tuples (a0, a1, a2, a3) for a0 + a1 ζ + a2 ζ² + a3 ζ³ with ζ = exp(2πi/5).
Kauffman's A = exp(−3πi/5) is −ζ, since −1 = exp(5πi/5) and exp(−3πi/5) = exp(5πi/5 − 8πi/5) with
exp(−8πi/5) = exp(2πi/5).
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from knot_tables import parse_polynomial as parse_polynomial

from plait.knots import Braid

Exact = tuple[int, int, int, int]
ZETA = cmath.exp(2j * math.pi / 5)
GOLDEN = 2 * math.cos(math.pi / 5)
FIFTH_A = cmath.exp(-3j * math.pi / 5)


def reduced(coefficients: Mapping[int, int], power: int = 1) -> Exact:
    """The polynomial Σ c_e x^e at x = ζ^power."""
    five = [0] * 5
    for exponent, coefficient in coefficients.items():
        five[exponent * power % 5] += coefficient
    a, b, c, d = (value - five[4] for value in five[:4])
    return a, b, c, d


def number(exact: Sequence[int]) -> complex:
    """An exact value as a complex number."""
    return sum((a * ZETA**k for k, a in enumerate(exact)), 0j)


# --- Diagrams: walking along the closed braid ---------------------------------------------------


class Visit(NamedTuple):
    """A passage through a crossing on the strand that has its lower end on the left or right."""

    crossing: int
    from_left: bool
    direction: int


class Diagram(NamedTuple):
    """The closed braid as its components and the signs of its crossings."""

    components: list[list[Visit]]
    signs: list[int]
    over_is_left: list[bool]


def diagram(braid: Braid, closure: str = "markov", reverse: Iterable[int] = ()) -> Diagram:
    """Walk along every component, upwards from its lowest free bottom position."""
    word, n = braid.word, braid.strands
    reversed_ones = set(reverse)
    seen: set[tuple[int, int]] = set()  # (bottom position, direction) of whole strands
    components: list[list[Visit]] = []
    for start in range(n):
        if (start, 1) in seen or (start, -1) in seen:
            continue
        position, direction = start, 1
        visits: list[Visit] = []
        while True:
            if direction == 1:
                if (position, 1) in seen:
                    break
                seen.add((position, 1))
            order = range(len(word)) if direction == 1 else reversed(range(len(word)))
            for k in order:
                i = abs(word[k])
                if position in (i - 1, i):
                    at_left = position == i - 1
                    visits.append(Visit(k, at_left == (direction == 1), direction))
                    position = 2 * i - 1 - position
            if direction == -1:
                seen.add((position, -1))
            if closure == "plat":
                position, direction = position ^ 1, -direction
        if len(components) in reversed_ones:
            visits = [v._replace(direction=-v.direction) for v in reversed(visits)]
        components.append(visits)
    signs = [1 if letter > 0 else -1 for letter in word]
    for visit in itertools.chain.from_iterable(components):
        signs[visit.crossing] *= visit.direction
    # With both strands upwards, the strand from lower left to upper right is the upper one of a
    # positive crossing.
    return Diagram(components, signs, [letter > 0 for letter in word])


def writhe(braid: Braid, closure: str = "markov", reverse: Iterable[int] = ()) -> int:
    """The sum of the signs of the crossings."""
    return sum(diagram(braid, closure, reverse).signs)


def regina_link(regina: Any, braid: Braid, closure: str, reverse: Iterable[int] = ()) -> Any:
    """The closed braid as Regina's Link; components without crossings included."""
    found = diagram(braid, closure, reverse)
    components = [
        [
            (v.crossing + 1) * (1 if v.from_left == found.over_is_left[v.crossing] else -1)
            for v in visits
        ]
        for visits in found.components
    ]
    return regina.Link.fromData(found.signs, components)


def regina_jones(
    regina: Any, braid: Braid, closure: str = "markov", reverse: Iterable[int] = ()
) -> Exact:
    """Regina's Jones polynomial at t^(1/2) = ζ³."""
    link = regina_link(regina, braid, closure, reverse)
    assert link.isClassical(), "the planar diagram is wrong"
    jones = link.jones()
    exponents = range(jones.minExp(), jones.maxExp() + 1)
    return reduced({e: int(str(jones[e])) for e in exponents}, power=3)


# --- The Kauffman bracket by the Temperley-Lieb algebra -----------------------------------------

_Ring = tuple[int, ...]  # coefficients of 1, ζ, …, ζ⁴ modulo ζ⁵ = 1
_LOOP: _Ring = (0, 0, -1, -1, 0)  # −A² − A⁻²


def _times_power(x: _Ring, power: int) -> _Ring:
    """X · A^power with A = −ζ."""
    sign = -1 if power % 2 else 1
    return tuple(sign * x[(k - power) % 5] for k in range(5))


def _plus(x: _Ring, y: _Ring) -> _Ring:
    return tuple(a + b for a, b in zip(x, y, strict=True))


def _times_loops(x: _Ring, loops: int) -> _Ring:
    for _ in range(loops):
        x = tuple(sum(x[j] * _LOOP[(k - j) % 5] for j in range(5)) for k in range(5))
    return x


def bracket_jones(braid: Braid, closure: str = "markov", reverse: Iterable[int] = ()) -> Exact:
    """V from the Kauffman bracket, as a sum over planar matchings of the 2n ends."""
    n = braid.strands
    identity = tuple(range(n, 2 * n)) + tuple(range(n))  # bottom 0 … n−1, top n … 2n−1
    state: dict[tuple[int, ...], _Ring] = {identity: (1, 0, 0, 0, 0)}
    for letter in braid.word:
        sign = 1 if letter > 0 else -1
        new: dict[tuple[int, ...], _Ring] = {}

        def add(to: dict[tuple[int, ...], _Ring], matching: tuple[int, ...], x: _Ring) -> None:
            to[matching] = _plus(to[matching], x) if matching in to else x

        a, b = n + abs(letter) - 1, n + abs(letter)
        for matching, x in state.items():
            add(new, matching, _times_power(x, sign))
            capped = list(matching)
            loops = int(matching[a] == b)
            if not loops:
                p, q = matching[a], matching[b]
                capped[p], capped[q] = q, p
            capped[a], capped[b] = b, a
            add(new, tuple(capped), _times_loops(_times_power(x, -sign), loops))
        state = new
    joined = (
        identity
        if closure == "markov"
        else tuple((k - n ^ 1) + n if k >= n else k ^ 1 for k in range(2 * n))
    )
    total: _Ring = (0,) * 5
    for matching, x in state.items():
        total = _plus(total, _times_loops(x, _loops(matching, joined) - 1))
    w = writhe(braid, closure, reverse)
    # (−A)^(−3w) = (−1)^w A^(−3w)
    total = _times_power(total, -3 * w)
    return reduced({k: (-1) ** (w % 2) * x for k, x in enumerate(total)})


def _loops(one: Sequence[int], other: Sequence[int]) -> int:
    seen: set[int] = set()
    count = 0
    for start in range(len(one)):
        if start not in seen:
            count += 1
            at = start
            while at not in seen:
                seen.add(at)
                seen.add(one[at])
                at = other[one[at]]
    return count


# --- The Fibonacci representation, from its formula ---------------------------------------------


def all_paths(strands: int) -> list[tuple[int, ...]]:
    """Bit strings x_0 … x_n with x_0 = 0 and no two adjacent zeros."""
    return [
        (0, *bits)
        for bits in itertools.product((0, 1), repeat=strands)
        if all(a or b for a, b in itertools.pairwise((0, *bits)))
    ]


def generator(i: int, strands: int) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The matrix of σ_i by the formula for its elements, A = exp(−3πi/5)."""
    basis = all_paths(strands)
    d = (1.0, GOLDEN)
    matrix = np.zeros((len(basis), len(basis)), dtype=np.complex128)
    for column, x in enumerate(basis):
        for row, y in enumerate(basis):
            if any(x[j] != y[j] for j in range(strands + 1) if j != i):
                continue
            if x == y:
                matrix[row, column] += FIFTH_A
            if x[i - 1] == x[i + 1]:
                matrix[row, column] += math.sqrt(d[x[i]] * d[y[i]]) / d[x[i - 1]] / FIFTH_A
    return matrix


def word_matrix(braid: Braid) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """The matrix of the braid, letter by letter, the first letter acting first."""
    size = len(all_paths(braid.strands))
    tables: dict[int, np.ndarray[Any, np.dtype[np.complex128]]] = {}
    for i in {abs(letter) for letter in braid.word}:
        tables[i] = generator(i, braid.strands)
        tables[-i] = np.linalg.inv(tables[i])
    total = np.eye(size, dtype=np.complex128)
    for letter in braid.word:
        total = tables[letter] @ total
    return total


# --- Torus knots, and polynomials of the tables -------------------------------------------------


def torus_knot_jones(p: int, q: int) -> complex:
    """V of the torus knot T(p, q) by Jones' formula, p and q coprime."""
    t = ZETA
    powers = [(p - 1) * (q - 1) // 2, p + 1, q + 1, p + q]
    first, second, third, fourth = (t ** (k % 5) for k in powers)
    return first * (1 - second - third + fourth) / (1 - t**2)


class Entry(NamedTuple):
    """A row of KnotInfo or LinkInfo: V = Σ c_e x^e at x = ζ^power."""

    name: str
    braids: tuple[Braid, ...]
    polynomial: dict[int, int]
    vector: dict[int, int] | None
    power: int
