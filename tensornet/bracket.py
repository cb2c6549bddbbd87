"""The Jones polynomial, all of it, by the Kauffman bracket of a planar diagram.

A sweep over the diagram holds, for each planar matching of the edges that it has cut, a polynomial
in A. A crossing (a, b, c, d) joins a–b, c–d with weight A and a–d, b–c with weight A⁻¹; a loop is
worth −A² − A⁻². A polynomial is held as its value at A = 2^u, an integer: multiplying by a power
of A is a shift, adding polynomials is adding integers. Nothing is rounded, and only the last
integer must keep its coefficients apart: they are bounded by the number of spanning trees of the
diagram's checkerboard graph, as each tree contributes one ±A^k.

At the fifth root A⁵ = −1, so there it is enough to compute modulo 2^(5u) + 1.

Sources: the bracket is the baseline ``bracket`` of arXiv:2503.05625; spanning trees: M. B.
Thistlethwaite, Topology 26 (1987) 297.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid
from ..knots.closed import ClosedBraid
from ..knots.closures import closure_writhe
from ..knots.conventions import ORDER, Closure, check_closure
from ..knots.diagrams import PlanarDiagram
from ..knots.errors import InputError, ResourceError
from ..knots.inputs import BraidLike, link
from ..knots.laurent import LaurentPolynomial, digits
from ..knots.memory import available_bytes
from ..knots.values import zeta_value
from .calibration import local_seconds
from .methods import Evaluation, Method, Request
from .resources import Cost, check_cost
from .sweep import Sweep, find_sweep, matchings

__all__ = [
    "BRACKET",
    "bracket_cost",
    "bracket_jones",
    "bracket_terms",
    "coefficient_bits",
    "polynomial",
]

_DENSE_FACES = 800
_MAX_CROSSINGS = 20_000
_TRIM = 8
# Integers are returned as long as they fit in floating point.
_LARGEST = 10**300
# Seconds on the reference machine per crossing, per matching and crossing, and per byte of its
# integer; bytes of a matching besides it.
_PER_CROSSING = 8.4e-5
_PER_MATCHING = 7.1e-7
_PER_BYTE = 4.1e-10
_OVERHEAD = 250
_COPIES = 3

_Slots = npt.NDArray[np.uint8]
_Integers = npt.NDArray[np.object_]


def polynomial(
    x: BraidLike | PlanarDiagram | ClosedBraid,
    *,
    closure: str = "markov",
    strands: int | None = None,
    memory: float | None = None,
) -> LaurentPolynomial:
    """The Jones polynomial V(t) of a link.

    Args:
        x: anything that :func:`plait.braid` takes, a :class:`plait.PlanarDiagram`, or a
            :class:`plait.knots.closed.ClosedBraid`, which says itself how it is closed.
        closure: ``"markov"`` (trace closure) or ``"plat"`` (even number of strands; each component
            is oriented so that its strand with the lowest bottom position runs upwards).
        strands: number of strands, where it is more than the word uses.
        memory: bytes allowed; by default half of what is free.

    Returns:
        V with V(unknot) = 1, exactly. The time is exponential in the number of edges that a sweep
        over the diagram has to cut, that is in the square root of the number of crossings.

    Raises:
        InputError: unreadable input, unknown closure, plat with an odd number of strands, a
            closure or strands for a planar diagram, or the empty link.
        UnknownNameError: unknown knot or link.
        ResourceError: predicted memory or time are beyond the limits.

    Example:
        >>> print(polynomial("3_1"))
        t + t^3 - t^4
        >>> print(polynomial("1 1"))
        -t^(1/2) - t^(5/2)

    Source: arXiv:2503.05625; L. H. Kauffman, Topology 26 (1987) 395.
    """
    given = x if isinstance(x, (ClosedBraid, PlanarDiagram)) else link(x, strands=strands)
    if not isinstance(given, Braid):
        if strands is not None or closure != "markov":
            what = "planar diagram" if isinstance(given, PlanarDiagram) else "ClosedBraid"
            raise InputError(
                f"a {what} is closed already; leave out closure={closure!r} and "
                f"strands={strands!r}"
            )
        diagram = given if isinstance(given, PlanarDiagram) else given.diagram()
    else:
        kind = check_closure(closure, given.strands)
        diagram = PlanarDiagram.from_braid(_tidy(given, None), kind)
    count = len(diagram.parts) + diagram.circles
    if not count:
        raise InputError(
            "the empty diagram has no Jones polynomial; for an unknot give circles=1, or a braid"
        )
    found = LaurentPolynomial({Fraction(1, 2): -1, Fraction(-1, 2): -1}) ** (count - 1)
    sweeps = _sweeps(diagram)
    bits = [coefficient_bits(diagram, part) for part in diagram.parts]
    units = [math.ceil(b / 4) for b in bits]
    check_cost(_cost(sweeps, units, fold=False), "the Jones polynomial", memory)
    for part, sweep, unit in zip(diagram.parts, sweeps, units, strict=True):
        low, coefficients = bracket_terms(diagram, sweep, unit, memory)
        writhe = sum(diagram.signs[c] for c in part)
        # (−A)^(−3w) A^e = (−1)^w t^((3w − e)/4), so the order turns.
        high = low + 4 * (len(coefficients) - 1)
        sign = -1 if writhe % 2 else 1
        found = found * LaurentPolynomial.from_coefficients(
            Fraction(3 * writhe - high, 4), [sign * c for c in reversed(coefficients)]
        )
    return found


def bracket_terms(
    diagram: PlanarDiagram, sweep: Sweep, unit: int, memory: float | None = None
) -> tuple[int, list[int]]:
    """The bracket of a part, ⟨unknot⟩ = 1: its lowest power of A, and every fourth coefficient.

    Args:
        diagram: the diagram.
        sweep: over one connected part.
        unit: a quarter of the bits of a coefficient.
        memory: bytes allowed; by default half of what is free.
    """
    value, offset = _contract(diagram.mates, sweep, unit, memory, fold=False)
    # All exponents are those of the state in which every crossing is a–b, c–d, modulo 4.
    skip = (len(sweep.order) + 2 * (_circles(diagram.mates, sweep.order) - 1) - offset) % 4
    return offset + skip, digits(value >> (unit * skip), 4 * unit)


def bracket_jones(braid: Braid, closure: Closure, request: Request) -> Evaluation:
    """V at the fifth root by the bracket in Z[A]/(A⁵ + 1), with its integers.

    Raises:
        ResourceError: predicted memory or time are beyond the limits.
    """
    diagram = PlanarDiagram.from_braid(_tidy(braid, ORDER), closure)
    sweeps = _sweeps(diagram)
    units = [_folded_unit(diagram, part) for part in diagram.parts]
    check_cost(_cost(sweeps, units, fold=True), "the Kauffman bracket", request.memory)
    total = [0] * 5
    # −A = ζ.
    total[-3 * closure_writhe(braid, closure) % 5] = 1
    for sweep, unit in zip(sweeps, units, strict=True):
        value, offset = _contract(diagram.mates, sweep, unit, request.memory, fold=True)
        modulus = (1 << (5 * unit)) + 1
        value %= modulus
        if value > modulus // 2:
            value -= modulus
        factor = [0] * 5
        for k, c in enumerate(digits(value, unit)):
            factor[(k + offset) % 5] += -c if (k + offset) % 2 else c
        total = _times(total, factor)
    for _ in range(len(diagram.parts) + diagram.circles - 1):
        total = _times(total, [0, 0, -1, -1, 0])
    a = [c - total[4] for c in total[:4]]
    exact = (a[0], a[1], a[2], a[3])
    fits = max(map(abs, a)) <= _LARGEST
    return Evaluation(value=zeta_value(exact), exact=exact if fits else None)


def bracket_cost(braid: Braid, closure: Closure) -> Cost:
    """Predicted cost of :func:`bracket_jones`."""
    diagram = PlanarDiagram.from_braid(_tidy(braid, ORDER), closure)
    units = [_folded_unit(diagram, part) for part in diagram.parts]
    return _cost(_sweeps(diagram), units, fold=True)


def _tidy(braid: Braid, modulus: int | None) -> Braid:
    """The braid with inverses cancelled, and with powers reduced to the shorter way round."""
    word: list[int] = []
    for i, power in braid.runs(modulus):
        shorter = power - modulus if modulus and 2 * power > modulus else power
        word += [i if shorter > 0 else -i] * abs(shorter)
    return Braid(word, braid.strands)


def _sweeps(diagram: PlanarDiagram) -> list[Sweep]:
    """An order for each part.

    Raises:
        ResourceError: more than 20,000 crossings.
    """
    if len(diagram.crossings) > _MAX_CROSSINGS:
        raise ResourceError(
            f"this diagram has {len(diagram.crossings)} crossings; the bracket stops at "
            f"{_MAX_CROSSINGS}; at the fifth root, jones(..., method='dense') takes any length "
            f"on up to about 12 strands"
        )
    return [find_sweep(diagram.mates, part) for part in diagram.parts]


def _folded_unit(diagram: PlanarDiagram, part: Sequence[int]) -> int:
    bits = coefficient_bits(diagram, part)
    return bits + -bits % 4


def coefficient_bits(diagram: PlanarDiagram, part: Sequence[int]) -> int:
    """Bits, with sign, that hold each coefficient of the bracket of a connected part.

    The sum of their absolute values is at most the number of spanning trees of a checkerboard
    graph: its faces of one colour, joined at each crossing. That number is a determinant, and at
    most the product of all degrees but one.

    Example:
        >>> d = PlanarDiagram.from_braid(Braid("1 1 1"))
        >>> coefficient_bits(d, d.parts[0])  # three trees
        4
    """
    number = {c: k for k, c in enumerate(part)}
    joined, faces = _checkerboard(diagram, number)
    one, other = joined.T
    degree = np.bincount(one[one != other], minlength=faces)
    degree += np.bincount(other[one != other], minlength=faces)
    logs = np.log2(np.maximum(degree, 1))
    bound = min(float(len(part)), float(logs.sum() - logs.max()))
    if faces <= _DENSE_FACES:
        laplacian = np.diag(degree.astype(float))
        apart = one != other
        np.subtract.at(laplacian, (one[apart], other[apart]), 1.0)
        np.subtract.at(laplacian, (other[apart], one[apart]), 1.0)
        # Elimination in such a matrix cancels nothing, so its rounding is far below one bit.
        bound = min(bound, float(np.linalg.slogdet(laplacian[1:, 1:])[1]) / math.log(2) + 0.01)
    return math.ceil(bound) + 2


def _checkerboard(
    diagram: PlanarDiagram, number: Mapping[int, int]
) -> tuple[npt.NDArray[np.int64], int]:
    """For each crossing the two faces of one colour (the rarer one) it joins; their number."""
    face_of: dict[tuple[int, int], int] = {}
    for k, face in enumerate(diagram.faces):
        if face[0][0] in number:
            face_of.update(dict.fromkeys(face, k))
    start = face_of[next(iter(number)), 0]
    shaded = {start}
    waiting = [start]
    while waiting:
        for c, k in diagram.faces[waiting.pop()]:
            opposite = face_of[c, (k + 2) % 4]
            if opposite not in shaded:
                shaded.add(opposite)
                waiting.append(opposite)
    everything = set(face_of.values())
    rarer = shaded if 2 * len(shaded) <= len(everything) else everything - shaded
    name = {face: k for k, face in enumerate(sorted(rarer))}
    pairs = []
    for c in number:
        k = 0 if face_of[c, 0] in rarer else 1
        pairs.append((name[face_of[c, k]], name[face_of[c, k + 2]]))
    return np.array(pairs, dtype=np.int64), len(name)


def _circles(mates: Sequence[int], part: Sequence[int]) -> int:
    """Circles of the state in which every crossing is a–b, c–d."""
    count = 0
    seen: set[int] = set()
    for c in part:
        for start in range(4 * c, 4 * c + 4):
            half = start
            # One way round: the other way begins at the other end of each arc.
            count += half not in seen
            while half not in seen:
                seen |= {half, half ^ 1}
                half = mates[half ^ 1]
    return count


def _cost(sweeps: Sequence[Sweep], units: Sequence[int], *, fold: bool) -> Cost:
    flops = seconds = memory = 0.0
    for sweep, unit in zip(sweeps, units, strict=True):
        for done, width in enumerate(sweep.widths, 1):
            states = matchings(width)
            # At most 4 powers of A per crossing, and some at the low end.
            size = unit * (9 if fold else min(4 * done + 8, 4 * len(sweep.order))) / 8
            flops += states * (1 + size / 8)
            seconds += _PER_CROSSING + states * (_PER_MATCHING + _PER_BYTE * size)
            memory = max(memory, states * (_COPIES * size + _OVERHEAD))
    return Cost(flops, memory, local_seconds(seconds))


def _contract(
    mates: Sequence[int], sweep: Sweep, unit: int, memory: float | None, *, fold: bool
) -> tuple[int, int]:
    """⟨part⟩ with ⟨unknot⟩ = 1 as (integer, offset): A^offset times the value at A = 2^unit."""
    allowed = available_bytes() if memory is None else memory
    frontier = _Frontier(max(sweep.widths) + 4, unit, fold)
    for number, crossing in enumerate(sweep.order, 1):
        frontier.absorb(crossing, mates, last=number == len(sweep.order))
        if number % _TRIM == 0:
            need = frontier.trim()
            if need > allowed:
                # More matchings than predicted: the frontier is more than one circle.
                check_cost(Cost(0, need, 0), "the Kauffman bracket", memory)
    return (int(frontier.values[0]) if len(frontier.values) else 0), frontier.offset


class _Frontier:
    """Matchings of the cut edges, and the integer of each.

    Every cut edge has a slot; ``slots[p]`` holds the slot that is joined with p, per matching.
    """

    def __init__(self, width: int, unit: int, fold: bool) -> None:
        self.slots: _Slots = np.zeros((width, 1), dtype=np.uint8)
        self.values: _Integers = np.array([1], dtype=object)
        self.offset = 0
        self._unit = unit
        self._fold = fold
        self._free = list(range(width))
        self._slot_of: dict[int, int] = {}

    def absorb(self, crossing: int, mates: Sequence[int], *, last: bool) -> None:
        """Add a crossing in both of its ways, and join it to the edges cut before."""
        legs = [self._free.pop() for _ in range(4)]
        joins: list[tuple[int, int]] = []
        for k, leg in enumerate(legs):
            mate = mates[4 * crossing + k]
            if mate >> 2 == crossing:
                if mate & 3 > k:
                    joins.append((leg, legs[mate & 3]))
            elif mate in self._slot_of:
                joins.append((leg, self._slot_of.pop(mate)))
            else:
                self._slot_of[4 * crossing + k] = leg
        count = self.slots.shape[1]
        slots = np.concatenate([self.slots, self.slots], axis=1)
        for k, leg in enumerate(legs):
            slots[leg, :count] = legs[k ^ 1]
            slots[leg, count:] = legs[3 - k]
        loops = _join(slots, joins)
        # The last crossing closes one loop more in every state: the unknot is 1.
        values = self._weigh(loops - 1 if last else loops)
        for pair in joins:
            for slot in pair:
                slots[slot] = 0
                self._free.append(slot)
        self._merge(slots, values)

    def _weigh(self, loops: npt.NDArray[np.int8]) -> list[int]:
        """The integers of both halves, times A^(±1) and the loops, by one common offset."""
        count = len(self.values)
        groups: list[tuple[int, int, npt.NDArray[np.intp]]] = []
        for half, power in ((0, 1), (1, -1)):
            found = loops[half * count : (half + 1) * count]
            for closed in range(3):
                rows = np.flatnonzero(found == closed)
                if len(rows):
                    groups.append((power - 2 * closed, closed, rows + half * count))
        lowest = min(power for power, _, _ in groups)
        self.offset += lowest
        weighed = np.empty(2 * count, dtype=object)
        for power, closed, rows in groups:
            x = self.values[rows % count]
            for _ in range(closed):
                x = -(x + (x << (4 * self._unit)))
            weighed[rows] = x << ((power - lowest) * self._unit) if power > lowest else x
        if self._fold:
            bits = 5 * self._unit
            weighed = (weighed & ((1 << bits) - 1)) - (weighed >> bits)
        return list(weighed)

    def _merge(self, slots: _Slots, values: list[int]) -> None:
        """Add up the integers of equal matchings."""
        keys = np.ascontiguousarray(slots.T).view(f"S{len(slots)}").ravel().tolist()
        place: dict[bytes, int] = {}
        total: list[int] = []
        first: list[int] = []
        for column, (key, value) in enumerate(zip(keys, values, strict=True)):
            at = place.setdefault(key, len(total))
            if at == len(total):
                total.append(value)
                first.append(column)
            else:
                total[at] += value
        self.values = np.empty(len(total), dtype=object)
        self.values[:] = total
        self.slots = np.ascontiguousarray(slots[:, first])

    def trim(self) -> float:
        """Divide by the power of A that all have in common; the bytes in use at the peak."""
        largest = max((abs(value).bit_length() for value in self.values), default=0)
        if not self._fold:
            ends = 0
            for value in self.values:
                ends |= value & -value
            common = ((ends & -ends).bit_length() - 1) // self._unit if ends else 0
            if common:
                self.values = self.values >> (common * self._unit)
                self.offset += common
        return len(self.values) * (_COPIES * largest / 8 + _OVERHEAD)


def _join(slots: _Slots, joins: Sequence[tuple[int, int]]) -> npt.NDArray[np.int8]:
    """Connect pairs of slots in every matching, in place; the number of loops this closes."""
    count = slots.shape[1]
    columns = np.arange(count)
    loops = np.zeros(count, dtype=np.int8)
    for one, other in joins:
        ends, others = slots[one].copy(), slots[other].copy()
        loops += ends == other
        slots[ends, columns] = others
        slots[others, columns] = ends
    return loops


def _times(x: Sequence[int], y: Sequence[int]) -> list[int]:
    """The product in Z[ζ]/(ζ⁵ − 1)."""
    return [sum(x[j] * y[(k - j) % 5] for j in range(5)) for k in range(5)]


BRACKET = Method(
    name="bracket",
    summary="Kauffman bracket over planar matchings, in integers",
    evaluate=bracket_jones,
    cost=lambda b, closure, _: bracket_cost(b, closure),
)
