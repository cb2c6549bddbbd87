"""Families of links by their parameters: torus, pretzel and two-bridge links.

Chirality. T(2, 3) = K(3/1) = P(−1, −1, −1) is the positive trefoil, KnotInfo's 3_1; all signs
changed give the mirror image. A twist column of a pretzel link with a positive number has positive
crossings where both strands run upwards, so P(−2, 3, 7) is a positive knot.

Orientation. Knots need none. The components of a torus link run parallel. A pretzel link is drawn
with vertical columns side by side, and each component runs upwards on the strand that is leftmost
at the bottom of the columns. For two-bridge links see :func:`two_bridge_link`.

Source: A. Kawauchi, A Survey of Knot Theory, Birkhäuser 1996, chapter 2; the descriptions of
two-bridge and pretzel notation at https://knotinfo.org.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Final

from .braids import Braid
from .diagrams import PlanarDiagram
from .errors import InputError
from .words import MAX_STRANDS

__all__ = [
    "MAX_DIAGRAM_CROSSINGS",
    "MAX_TORUS_CROSSINGS",
    "pretzel_link",
    "rational_link",
    "torus_link",
    "two_bridge_link",
]

MAX_TORUS_CROSSINGS: Final = 1_000_000
"""No torus link is written out with more letters."""
MAX_DIAGRAM_CROSSINGS: Final = 500
"""No pretzel or two-bridge diagram is written out with more crossings.

Its braid may have up to about the square of this number of letters.
"""

_MAX_DIGITS: Final = 1000


def torus_link(p: int, q: int) -> Braid:
    """The torus link T(p, q), all components parallel, as a closed braid on min(|p|, |q|) strands.

    The word is (σ_1 … σ_{p−1})^q; there are gcd(p, q) components. T(q, p) = T(p, q), and one sign
    changed gives the mirror image. T(0, q) is the unlink of |q| components.

    Raises:
        InputError: not integers, both zero, or more letters than ``MAX_TORUS_CROSSINGS``.

    Example:
        >>> torus_link(2, 3)
        Braid([1, 1, 1], strands=2)
        >>> torus_link(3, -4).writhe, torus_link(4, 6).components
        (-8, 2)

    Source: W. B. R. Lickorish, An Introduction to Knot Theory, Springer 1997, chapter 1.
    """
    p, q = _integer(p, "p"), _integer(q, "q")
    if p == q == 0:
        raise InputError("T(0, 0) is not a link; give T(p, q) with p and q not both zero")
    strands, turns = sorted((abs(p), abs(q)))
    if strands == 0:
        if turns > MAX_STRANDS:
            raise InputError(
                f"T({p}, {q}) is an unlink of {turns} components, more than the {MAX_STRANDS} "
                f"allowed"
            )
        return Braid([], turns)
    letters = (strands - 1) * turns
    if letters > MAX_TORUS_CROSSINGS:
        raise InputError(
            f"T({p}, {q}) has {letters} crossings, more than the {MAX_TORUS_CROSSINGS} that are "
            f"written out; take smaller numbers"
        )
    sign = -1 if (p < 0) != (q < 0) else 1
    # One strand needs no letter, however often it turns.
    word = [sign * i for i in range(1, strands)] * turns if strands > 1 else []
    return Braid(word, strands)


def pretzel_link(*twists: int) -> PlanarDiagram:
    """The pretzel link P(a_1, …, a_k): vertical columns of |a_i| half twists, side by side.

    Neighbouring columns are joined at the top and at the bottom, the last one with the first. The
    crossings of a column with a_i > 0 are positive where both strands run upwards. Without even
    numbers there are one (k odd) or two components, otherwise as many as there are even numbers;
    each runs upwards on the strand that is leftmost at the bottom. A column without twists is
    drawn with two crossings that cancel.

    Raises:
        InputError: no numbers, not integers, or more crossings than ``MAX_DIAGRAM_CROSSINGS``.

    Example:
        >>> pretzel_link(-2, 3, 7).writhe
        12
        >>> len(pretzel_link(2, 2, 2).components)
        3

    Source: H. F. Trotter, Non-invertible knots exist, Topology 2 (1963) 275-280.
    """
    numbers = [_integer(twist, f"column {k}") for k, twist in enumerate(twists, 1)]
    name = f"P({', '.join(map(str, numbers))})"
    if not numbers:
        raise InputError("a pretzel link needs at least one column, as in pretzel_link(-2, 3, 7)")
    _check_size(name, sum(abs(number) or 2 for number in numbers))
    word: list[int] = []
    for column, number in enumerate(numbers):
        generator = 2 * column + 1
        if number:
            word += [generator if number > 0 else -generator] * abs(number)
        else:
            word += [generator, -generator]
    count = 2 * len(numbers)
    joined = [(k, (k + 1) % count) for k in range(1, count, 2)]
    return _closed_diagram(word, count, joined)


def two_bridge_link(p: int, q: int) -> PlanarDiagram:
    """The two-bridge link K(p/q), of determinant p: a knot for odd p, else of two components.

    The diagram is the alternating plat σ_2^{a_1} σ_1^{−a_2} σ_2^{a_3} … with p/q the continued
    fraction [a_1; a_2, …, a_m], all a_i > 0 and m odd; K(−p/q) is its mirror image. K(p/q) and
    K(p/q′) are the same knot for q′ ≡ q^(±1) mod p; so q is reduced mod p.

    With two components (p even) both run upwards on the outer strands, the first and the fourth,
    of that plat, so that K(2n/1) = T(2, 2n). K(p/(q+p)) is K(p/q) with one component reversed:
    here q counts mod 2p, as in Schubert's theorem, and the linking number is
    Σ (−1)^⌊(2i−1)q/p⌋ over i = 1 … p/2. K(1/q) is the unknot, K(0/1) the unlink of two circles.

    Raises:
        InputError: not integers, p and q with a common divisor, or more crossings than
            ``MAX_DIAGRAM_CROSSINGS``.

    Example:
        >>> two_bridge_link(5, 2).writhe, two_bridge_link(3, 1).writhe
        (0, 3)
        >>> [two_bridge_link(2, q).writhe for q in (1, 3)]
        [2, -2]

    Source: H. Schubert, Knoten mit zwei Brücken, Math. Z. 65 (1956) 133-170.
    """
    p, q = _integer(p, "p"), _integer(q, "q")
    if math.gcd(p, q) != 1:
        raise InputError(
            f"K({p}/{q}): numerator and denominator of a two-bridge link have no common divisor"
        )
    if p < 0:
        p, q = -p, -q
    if p == 0:
        return PlanarDiagram([], 2)
    if p == 1:
        return PlanarDiagram([], 1)
    turns, rest = divmod(q, p)
    fraction = _continued_fraction(p, rest)
    _check_size(f"K({p}/{q})", sum(fraction))
    word: list[int] = []
    for place, number in enumerate(fraction):
        word += [-1 if place % 2 else 2] * number
    reverse = [1] if p % 2 == 0 and turns % 2 == 0 else []
    return PlanarDiagram.from_braid(Braid(word, 4), "plat", reverse=reverse)


def rational_link(*twists: int) -> PlanarDiagram:
    """The rational link C(a_1 … a_m) in Conway's notation: K(p/q), p/q = a_m + 1/(… + 1/a_1).

    Read from the other end the numbers give the same link for odd m and its mirror image for even
    m, up to the orientation of one component. Numbers may be negative or zero. Tables often give
    the notation without regard to the mirror image: of KnotInfo's 95 rational knots to 10
    crossings 83 are the knot of this function and 12 its mirror image.

    Raises:
        InputError: no numbers, not integers, or more crossings than ``MAX_DIAGRAM_CROSSINGS``.

    Example:
        >>> rational_link(3, 1, 2) == two_bridge_link(11, 4)
        True

    Source: J. H. Conway, An enumeration of knots and links, in: Computational Problems in
    Abstract Algebra, Pergamon 1970, 329-358.
    """
    numbers = [_integer(twist, f"number {k}") for k, twist in enumerate(twists, 1)]
    if not numbers:
        raise InputError("Conway's notation needs at least one number, as in rational_link(2, 2)")
    _check_size(f"C({' '.join(map(str, numbers))})", sum(map(abs, numbers)))
    p, q = 1, 0
    for number in numbers:
        p, q = number * p + q, p
    return two_bridge_link(p, q)


def _integer(value: object, what: str) -> int:
    if not isinstance(value, bool):
        try:
            number = operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if abs(number) < 10**_MAX_DIGITS:
                return number
            raise InputError(f"{what} has more than {_MAX_DIGITS} digits")
    raise InputError(f"{what} is {value!r}; the parameters of a link are integers")


def _check_size(name: str, crossings: int) -> None:
    if crossings > MAX_DIAGRAM_CROSSINGS:
        short = name if len(name) <= 60 else name[:57] + "…"
        raise InputError(
            f"{short} has more than the {MAX_DIAGRAM_CROSSINGS} crossings that are written out; "
            f"take smaller numbers"
        )


def _continued_fraction(p: int, q: int) -> list[int]:
    """p/q = [a_1; a_2, …] for 0 < q < p, positive and of odd length."""
    terms: list[int] = []
    while q:
        terms.append(p // q)
        p, q = q, p % q
    if len(terms) % 2 == 0:
        terms[-1:] = [terms[-1] - 1, 1]  # the last one is at least 2
    return terms


def _closed_diagram(
    word: Sequence[int], strands: int, joined: Iterable[tuple[int, int]]
) -> PlanarDiagram:
    """A braid that meets every strand, with the same pairs of positions joined below and above.

    Each component runs upwards on the strand with the lowest bottom position.
    """
    # Half-edge 4·c + k is end k of crossing c, counterclockwise from the lower strand's bottom.
    mate = [0] * (4 * len(word))
    first = [-1] * strands
    last = [-1] * strands
    for number, letter in enumerate(word):
        right = abs(letter)
        turn = 1 if letter < 0 else 0
        ends = [4 * number + (k + turn) % 4 for k in range(4)]
        # Of σ_i, ends 0 … 3 are lower right, upper right, upper left, lower left.
        for position, below, above in ((right - 1, ends[3], ends[2]), (right, ends[0], ends[1])):
            if last[position] < 0:
                first[position] = below
            else:
                mate[below], mate[last[position]] = last[position], below
            last[position] = above
    for one, other in joined:
        for outer in (first, last):
            mate[outer[one]], mate[outer[other]] = outer[other], outer[one]
    return PlanarDiagram(_labelled(mate, first))


def _labelled(mate: Sequence[int], starts: Iterable[int]) -> list[list[int]]:
    """Crossings with labels 1, 2, … along walks that come in at the given half-edges."""
    labels = [0] * len(mate)
    comes_in = [False] * len(mate)
    label = 0
    for half in starts:
        while not labels[half]:
            label += 1
            labels[half] = labels[mate[half]] = label
            comes_in[half] = True
            half = mate[half ^ 2]
    crossings: list[list[int]] = []
    for k in range(0, len(mate), 4):
        around = labels[k : k + 4]
        crossings.append(around if comes_in[k] else around[2:] + around[:2])
    return crossings
