"""The Alexander and Conway polynomials of links, exactly and as fast fingerprints.

For a braid β on n strands with writhe w and reduced Burau matrix ψ(β), which maps σ_i to the
identity but for column i, which is (t, −t, 1) in the rows i − 1, i, i + 1,

    Δ(t) = (−t^(−1/2))^(w−n+1) · (1 − t)/(1 − tⁿ) · det(1 − ψ(β)).

This is the Alexander polynomial in Conway's normalisation, without any unit left open: 1 for the
unknot, Δ(L₊) − Δ(L₋) = (t^(1/2) − t^(−1/2)) Δ(L₀), hence a polynomial ∇ in z = t^(1/2) − t^(−1/2),
and 0 for split links. Δ(1) = 1 for knots. With c components Δ(1/t) = (−1)^(c−1) Δ(t), and the
powers of t are halves of odd integers where c is even. All components carry the same variable.

Δ does not tell a knot from its mirror image; the Jones polynomial often does. Δ sees the value at
every t, where plait's Jones value is at one t only.

The determinant is computed modulo primes at as many points as ∇ has coefficients; the integers
follow by interpolation and the Chinese remainder theorem. Resolving the crossings that keep a
diagram of m crossings from being descending gives one term ±z^k for each set of k smoothed
crossings at most, so the coefficient of z^k is at most binomial(m, k): nothing is guessed.

Sources: W. Burau, Abh. Math. Sem. Hamburg 11 (1936) 179; J. S. Birman, Braids, Links and Mapping
Class Groups (1974), theorem 3.11; J. H. Conway, in Computational Problems in Abstract Algebra
(1970) 329; normalisation: L. H. Kauffman, Topology 20 (1981) 101.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from .braids import Braid
from .checks import check_integer, shown
from .diagrams import PlanarDiagram
from .errors import InputError, ResourceError
from .inputs import BraidLike, braid
from .laurent import LaurentPolynomial
from .modular import (
    Residues,
    determinant,
    determinants,
    is_prime,
    polynomial_through,
    powers,
    primes_for,
)

if TYPE_CHECKING:
    from .closed import ClosedBraid

__all__ = [
    "FINGERPRINT_PRIME",
    "alexander_fingerprint",
    "alexander_polynomial",
    "alexander_value",
    "conway_polynomial",
    "link_determinant",
]

FINGERPRINT_PRIME: Final = 2**61 - 1
"""The field of :func:`alexander_fingerprint`."""

_CHUNK: Final = 1 << 18
_MAX_WORK: Final = 2e10  # five minutes
_MAX_PRIME_BITS: Final = 1024


def alexander_polynomial(x: BraidLike | PlanarDiagram | ClosedBraid) -> LaurentPolynomial:
    """The Alexander polynomial Δ(t) in Conway's normalisation.

    Δ(unknot) = 1 and Δ(L₊) − Δ(L₋) = (t^(1/2) − t^(−1/2)) Δ(L₀). So Δ(1) = 1 for knots; for c
    components Δ(1/t) = (−1)^(c−1) Δ(t), and the sign is that of the skein relation (the positive
    Hopf link has t^(1/2) − t^(−1/2), the negative one the opposite). 0 for split links.

    Args:
        x: a braid, whose Markov closure is taken, or anything that :func:`plait.braid` reads; a
            :class:`ClosedBraid`; a :class:`PlanarDiagram`.

    Raises:
        InputError: not readable as a link, or the empty link.
        ResourceError: too many strands and crossings for the exact polynomial.

    Example:
        >>> print(alexander_polynomial("4_1"))
        -t^(-1) + 3 - t
        >>> print(alexander_polynomial([1, 1]))
        -t^(-1/2) + t^(1/2)
        >>> print(alexander_polynomial(Braid([1, 1, 1], strands=3)))
        0

    Source: see the module.
    """
    coefficients = _conway(_markov(x))
    if not coefficients:
        return LaurentPolynomial()
    lowest = next(iter(coefficients))
    top = max(coefficients)
    # Horner in y = z² = t − 2 + 1/t; row[k] holds the coefficient of t^(k − degree).
    row = [coefficients.get(top, 0)]
    for power in range(top - 2, lowest - 1, -2):
        longer = [0] * (len(row) + 2)
        for k, value in enumerate(row):
            longer[k] += value
            longer[k + 1] -= 2 * value
            longer[k + 2] += value
        longer[len(row) // 2 + 1] += coefficients.get(power, 0)
        row = longer
    y_part = LaurentPolynomial.from_coefficients(-(len(row) // 2), row)
    z = LaurentPolynomial({Fraction(1, 2): 1, Fraction(-1, 2): -1})
    return y_part * z**lowest


def conway_polynomial(x: BraidLike | PlanarDiagram | ClosedBraid) -> dict[int, int]:
    """The Conway polynomial ∇(z) as {power of z: coefficient ≠ 0} by increasing power.

    ∇(L₊) − ∇(L₋) = z ∇(L₀) and ∇(unknot) = 1; ∇(t^(1/2) − t^(−1/2)) = Δ(t). Empty (∇ = 0) for
    split links. The coefficient of z of a link of two components is their linking number.

    Args:
        x: as for :func:`alexander_polynomial`.

    Raises:
        InputError: not readable as a link, or the empty link.
        ResourceError: too many strands and crossings for the exact polynomial.

    Example:
        >>> conway_polynomial("3_1")
        {0: 1, 2: 1}
        >>> conway_polynomial([-1, -1, -1, -1])
        {1: -2, 3: -1}
    """
    return _conway(_markov(x))


def link_determinant(x: BraidLike | PlanarDiagram | ClosedBraid) -> int:
    """The determinant |Δ(−1)| = |∇(2i)| of a link: odd for knots, 0 for split links.

    Args:
        x: as for :func:`alexander_polynomial`.

    Raises:
        InputError: not readable as a link, or the empty link.
        ResourceError: too many strands and crossings for the exact polynomial.

    Example:
        >>> link_determinant("4_1"), link_determinant([1, 1])
        (5, 2)
    """
    # All powers of z have one parity, so z^k = ±2^k up to one common factor 1 or i.
    terms = _conway(_markov(x)).items()
    return abs(sum(-(a << k) if k // 2 % 2 else a << k for k, a in terms))


def alexander_fingerprint(x: BraidLike | PlanarDiagram | ClosedBraid, *, seed: int = 0) -> int:
    """Δ at a point drawn from the seed, modulo 2^61 − 1: equal for equal oriented links.

    Polynomials that differ modulo 2^61 − 1 agree there for d of its residues at most, where d is
    the number of crossings: by chance with a probability of at most d/10^18. It takes
    milliseconds: one matrix of numbers instead of polynomials. It is 0 for split links, and the
    same for a knot and its mirror image.

    Args:
        x: as for :func:`alexander_polynomial`.
        seed: chooses the point; the same seed gives comparable values.

    Raises:
        InputError: not readable as a link, the empty link, or a seed that is no integer.

    Example:
        >>> a = alexander_fingerprint([1, -2, 1, -2])
        >>> a == alexander_fingerprint([2, 1, -2, 1, -2, -2]), a == alexander_fingerprint("5_2")
        (True, False)
    """
    root = _random_root(check_integer(seed, "seed"))
    return alexander_value(x, root=root, prime=FINGERPRINT_PRIME)


def alexander_value(
    x: BraidLike | PlanarDiagram | ClosedBraid, *, root: int, prime: int = FINGERPRINT_PRIME
) -> int:
    """Δ modulo a prime at t^(1/2) = root, without computing the polynomial.

    Args:
        x: as for :func:`alexander_polynomial`.
        root: the residue that stands for t^(1/2).
        prime: the modulus, an odd prime.

    Returns:
        The residue, 0 … prime − 1.

    Raises:
        InputError: not readable as a link; a modulus that is no odd prime; or a root at which the
            formula has no value, as t = 0 or tⁿ = 1 there, n being the number of strands.

    Example:
        >>> alexander_value("3_1", root=2, prime=101) == (4 - 1 + pow(4, -1, 101)) % 101
        True

    Source: see the module.
    """
    b = _markov(x)
    p, s = check_integer(prime, "prime"), check_integer(root, "root")
    if p < 3 or p.bit_length() > _MAX_PRIME_BITS or not is_prime(p):
        raise InputError(
            f"prime={shown(p)}: give an odd prime of at most {_MAX_PRIME_BITS} bits, such as "
            f"2**61 - 1"
        )
    s %= p
    t = s * s % p
    if not t or pow(t, b.strands, p) == 1:
        raise InputError(
            f"root={shown(root)}: t = root² is 0 or a root of unity of order dividing "
            f"{b.strands}, the number of strands, modulo {p}; choose another root"
        )
    if _is_split(b):
        return 0
    value = determinant(_one_minus_burau(b, t, p), p)
    factor = (1 - t) * pow(1 - pow(t, b.strands, p), -1, p)
    return value * factor * pow(-pow(s, -1, p), b.writhe - b.strands + 1, p) % p


def _markov(x: BraidLike | PlanarDiagram | ClosedBraid) -> Braid:
    """A braid whose Markov closure is the link."""
    from .closed import ClosedBraid

    if isinstance(x, ClosedBraid):
        return x.to_markov().braid
    if isinstance(x, PlanarDiagram):
        if not x.crossings and not x.circles:
            raise InputError("the empty link has no Alexander polynomial; give at least a circle")
        from .vogel import vogel_braid

        return vogel_braid(x)
    return braid(x)


def _random_root(seed: int) -> int:
    return random.Random(seed).randrange(2, FINGERPRINT_PRIME - 1)


def _is_split(b: Braid) -> bool:
    """Whether some generator is missing, so that the closed diagram falls apart."""
    return len(set(map(abs, b.word))) < b.strands - 1


def _one_minus_burau(b: Braid, t: int, p: int) -> list[list[int]]:
    """The columns of 1 − ψ(β) modulo p; ψ is multiplied up letter by letter."""
    size = b.strands - 1
    inverse = pow(t, -1, p)
    zero = [0] * size
    # Column 0 and the last one stay 0: the generators σ_1 and σ_{n−1} have one neighbour only.
    columns = [zero, *([int(j == k) for j in range(size)] for k in range(size)), zero]
    for letter in b.word:
        i = abs(letter)
        triple = zip(columns[i - 1], columns[i], columns[i + 1], strict=True)
        if letter > 0:
            columns[i] = [(t * (left - own) + right) % p for left, own, right in triple]
        else:
            columns[i] = [(left + inverse * (right - own)) % p for left, own, right in triple]
    return [[int(j == k) - columns[k + 1][j] for j in range(size)] for k in range(size)]


def _conway(b: Braid) -> dict[int, int]:
    """The coefficients of ∇ by powers of z."""
    if _is_split(b):
        return {}
    if b.strands == 1:
        return {0: 1}
    lowest = b.components - 1
    # Twice the genus of Seifert's surface, of n discs joined by m bands, bounds the degree.
    degree = (len(b) - b.strands + 1 - lowest) // 2
    size = degree + 1
    primes = primes_for(len(b) + 1)
    work = float(len(primes)) * size * b.strands * (len(b) + b.strands**2 / 3)
    if work > _MAX_WORK:
        raise ResourceError(
            f"the exact polynomial of {b.strands} strands and {len(b)} crossings needs "
            f"{work:.2g} multiplications, more than the {_MAX_WORK:.0e} allowed; "
            f"alexander_fingerprint gives its value at a random point at once"
        )
    residues = [_interpolated(b, lowest, size, p) for p in primes]
    modulus = math.prod(primes)
    weights = [modulus // p * pow(modulus // p, -1, p) for p in primes]
    found: dict[int, int] = {}
    for k in range(size):
        total = sum(w * int(row[k]) for w, row in zip(weights, residues, strict=True)) % modulus
        value = total - modulus if 2 * total > modulus else total
        if value:
            found[lowest + 2 * k] = value
    return found


def _interpolated(b: Braid, lowest: int, size: int, p: int) -> Residues:
    """The coefficients of ∇(z)/z^lowest as a polynomial in z² modulo p."""
    points, squares = _points(size, b.strands, p)
    chunk = max(1, _CHUNK // (b.strands - 1) ** 2)
    values = np.concatenate(
        [_burau_determinants(b, points[k : k + chunk], p) for k in range(0, size, chunk)]
    )
    exponent = b.writhe - b.strands + 1
    values = values * powers(1 - points, 1 - lowest, p) % p
    values = values * powers(1 - powers(points, b.strands, p), -1, p) % p
    # (−t^(−1/2))^exponent / z^lowest, with z = −t^(−1/2)(1 − t); the rest is t to a whole power.
    values = values * powers(points, -(exponent - lowest) // 2, p) % p
    return polynomial_through(squares, values, p)


def _points(count: int, strands: int, p: int) -> tuple[Residues, Residues]:
    """Values of t with 1 − tⁿ ≠ 0 and different y = t − 2 + 1/t, and those y."""
    points: list[int] = []
    squares: set[int] = set()
    listed: list[int] = []
    generator = random.Random(p)
    while len(points) < count:
        t = generator.randrange(2, p - 1)
        y = (t - 2 + pow(t, -1, p)) % p
        if y not in squares and pow(t, strands, p) != 1:
            points.append(t)
            squares.add(y)
            listed.append(y)
    return np.array(points, dtype=np.int64), np.array(listed, dtype=np.int64)


def _burau_determinants(b: Braid, points: Residues, p: int) -> Residues:
    """det(1 − ψ(β)) modulo p at each t."""
    size = b.strands - 1
    inverse = powers(points, -1, p)
    columns = np.zeros((size + 2, size, len(points)), dtype=np.int64)
    columns[np.arange(1, size + 1), np.arange(size)] = 1
    for letter in b.word:
        i = abs(letter)
        left, own, right = columns[i - 1], columns[i], columns[i + 1]
        if letter > 0:
            columns[i] = (points * (left - own) + right) % p
        else:
            columns[i] = (inverse * (right - own) + left) % p
    matrix = -columns[1:-1]
    matrix[np.arange(size), np.arange(size)] += 1
    return determinants(matrix % p, p)
