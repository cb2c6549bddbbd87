"""Certificates: the moves that lead from a closed braid to a smaller one, each of them checked.

The closed braid is a set of runs σ_g^power, each with a name, linked along the positions; the
runs of :meth:`plait.Braid.runs` are named 0, 1, … in their order. Moves follow below; a run is
*next below* another on a position if no run lies between them there. Runs that commute have no
order and the closure has no beginning, so far commutation and conjugation are no moves.

=============  ====================================================================================
slide          σ_i^x σ_j^y σ_i^z = σ_j^z σ_i^y σ_j^x, where |i − j| = 1 and x = −z = ±1 or
               x = y = ±1 or y = z = ±1. v is σ_j^y. a is σ_i^p next below v on the position they
               share, c is σ_i^r next above v there, and where both are given c is next above a on
               the other position of σ_i too. One of them may be −1: then σ_i^(−x) σ_i^x is put in
               below v, or σ_i^z σ_i^(−z) above it. What slides is x of a's crossings, the upper
               ones, and z of c's, the lower ones; σ_i^(p−x) and σ_i^(r−z) stay where they are, and
               vanish if they are nothing. ``side`` is 0 for i = j − 1 and 1 for i = j + 1. v keeps
               its name as σ_i^y; σ_j^z, σ_j^x and what was put in for a and c get new names.
merge          Two runs of one generator, next to each other on both positions, become one with the
               name of the first; if nothing is left of them, they vanish.
exchange       A generator that has the two crossings σ_g and σ_g^(−1) only: both change sign.
destabilise    A generator that has one crossing only, taken out; positions g and g + 1 become one,
               so the link is the connected sum of what is to the left and to the right.
free           Position g has no crossing: a circle is split off.
single         A generator that is one run of any power k: as destabilise, and V is multiplied with
               that of the torus link T(2, k).
join           A generator that does not occur between two that do: the sides become a connected
               sum, and V is multiplied with −t^(1/2) − t^(−1/2) = φ.
modulo         Ten crossings of a run less or more, which are the identity at t = exp(2πi/5); if
               nothing is left of it, it vanishes.
=============  ====================================================================================

The first five keep the link; the last three keep only the value at t = exp(2πi/5), times the
factor.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..braids import Braid, Run
from ..conventions import PHI, bracket_to_jones, eigenvalues
from ..errors import InputError, RecordError
from .linked import linked_runs, named_runs, word_of

__all__ = ["BY_VALUE", "KINDS", "Certificate", "Move", "moves_of", "torus_value"]

KINDS: Final = (
    "slide",
    "merge",
    "exchange",
    "destabilise",
    "free",
    "single",
    "join",
    "modulo",
)
BY_VALUE: Final = KINDS[5:]
"""Moves that keep the value at exp(2πi/5) only, up to a factor."""
FORMAT: Final = 1


class Move(NamedTuple):
    """One move; see the table above.

    Attributes:
        kind: one of :data:`KINDS`.
        run: the run that it is about; for ``free`` the position.
        other: a of a slide; the second run of merge, exchange and join; else −1.
        third: c of a slide, else −1.
        side: of a slide; of merge, 0 if the second run is above and 1 if it is below.
        x: of a slide; the power of what is taken out; what modulo adds.
        z: of a slide.
    """

    kind: str
    run: int
    other: int = -1
    third: int = -1
    side: int = 0
    x: int = 0
    z: int = 0


def torus_value(power: int) -> complex:
    """V of T(2, power), the closure of σ_1^power, at t = exp(2πi/5).

    Example:
        >>> abs(torus_value(1) - 1) < 1e-15
        True
    """
    plain, turned = eigenvalues(power)
    return bracket_to_jones(PHI * (PHI * plain + turned), power) / PHI


@dataclass(frozen=True)
class Certificate:
    """Moves from one closed braid to another.

    Attributes:
        start: the braid that the moves begin with.
        moves: the moves.

    Example:
        >>> trefoil = Certificate(Braid("1 2 1 2"), (
        ...     Move("slide", run=1, other=0, third=2, x=1, z=1),
        ...     Move("merge", run=5, other=3),
        ...     Move("merge", run=5, other=4),
        ...     Move("destabilise", run=1, x=1),
        ... ))
        >>> trefoil.check()
        (Braid([1, 1, 1], strands=2), 0, (1+0j))
    """

    start: Braid
    moves: tuple[Move, ...]

    def __len__(self) -> int:
        """The number of moves."""
        return len(self.moves)

    @property
    def keeps_link(self) -> bool:
        """Whether all moves keep the link, and not only its value."""
        return not any(move.kind in BY_VALUE for move in self.moves)

    def check(self) -> tuple[Braid, int, complex]:
        """Follow the moves, checking that each is possible.

        Returns:
            The braid at the end, the number of circles split off, and the factor: V(start) =
            factor · V(end), the circles' φ each included.

        Raises:
            InputError: a move is not possible; the message says which and why.
        """
        diagram = _Diagram(self.start)
        for number, move in enumerate(self.moves):
            try:
                diagram.do(move)
            except _NoMoveError as error:
                raise InputError(f"move {number}, {move}, is not possible: {error}") from None
        return diagram.braid(), diagram.free, diagram.factor

    def braids(self) -> Iterator[Braid]:
        """The braids on the way, the first included; circles split off are not part of them.

        Raises:
            InputError: as for :meth:`check`.
        """
        diagram = _Diagram(self.start)
        yield diagram.braid()
        for number, move in enumerate(self.moves):
            try:
                diagram.do(move)
            except _NoMoveError as error:
                raise InputError(f"move {number}, {move}, is not possible: {error}") from None
            yield diagram.braid()

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; a move is [number of its kind, run, other, third, side, x, z].

        Kinds are numbered from 1 in the order of :data:`KINDS`.
        """
        return {
            "format": FORMAT,
            "word": list(self.start.word),
            "strands": self.start.strands,
            "moves": [[KINDS.index(move.kind) + 1, *move[1:]] for move in self.moves],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Certificate:
        """The certificate that :meth:`to_json` wrote.

        Raises:
            RecordError: it is not one.
        """
        try:
            if data["format"] != FORMAT:
                raise ValueError(
                    f"its format is {data['format']!r}, and this plait reads {FORMAT}"
                )
            return cls(Braid(data["word"], data["strands"]), moves_of(data["moves"]))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise RecordError(f"not the record of a certificate: {error}") from error


def moves_of(rows: Iterable[Iterable[int]]) -> tuple[Move, ...]:
    """Moves from rows of numbers, as in a log of the kernels or in JSON.

    Raises:
        ValueError: a kind of move that there is not, or no seven integers.
    """
    moves: list[Move] = []
    for row in rows:
        kind, *rest = map(operator.index, row)
        if not 1 <= kind <= len(KINDS) or len(rest) != 6:
            raise ValueError(f"{[kind, *rest]} is no move")
        moves.append(Move(KINDS[kind - 1], *rest))
    return tuple(moves)


class _NoMoveError(Exception):
    """Why a move is not possible."""


class _Diagram:
    """A closed braid as named runs; positions are rings of half-edges (name, side)."""

    def __init__(self, start: Braid) -> None:
        linked = linked_runs(start)
        self.strands = linked.strands
        self.free = 0
        self.factor = 1 + 0j
        self.runs: dict[int, Run] = dict(enumerate(linked.runs))
        self.names = len(self.runs)
        self.up: dict[int, int] = dict(enumerate(linked.up))
        self.down: dict[int, int] = {above: below for below, above in self.up.items()}

    def braid(self) -> Braid:
        return word_of(named_runs(self.strands, self.runs, self.up))

    def do(self, move: Move) -> None:
        if move.kind not in KINDS:
            raise _NoMoveError(f"there is no kind of move {move.kind!r}")
        getattr(self, f"_{move.kind}")(move)

    def _run(self, name: int) -> Run:
        if name not in self.runs:
            raise _NoMoveError(f"there is no run {name}")
        return self.runs[name]

    def _of(self, generator: int) -> list[int]:
        return [name for name, run in self.runs.items() if run.generator == generator]

    def _set(self, name: int, generator: int, power: int) -> None:
        self.runs[name] = Run(generator, power)

    def _remove(self, half: int) -> None:
        """Take a half-edge out of its ring."""
        below, above = self.down.pop(half), self.up.pop(half)
        if below != half:
            self.up[below], self.down[above] = above, below

    def _insert(self, half: int, below: int) -> None:
        """Put a half-edge just above another one."""
        above = self.up[below]
        self.up[below] = self.down[above] = half
        self.up[half], self.down[half] = above, below

    def _slide(self, move: Move) -> None:
        _, v, a, c, side, x, z = move
        j, y = self._run(v)
        i = j - 1 if side == 0 else j + 1
        if side not in (0, 1) or not 1 <= i < self.strands:
            raise _NoMoveError(f"there is no generator {i} on side {side} of σ_{j}")
        if not ((x == -z and abs(x) == 1) or (abs(y) == 1 and x and z and y in (x, z))):
            raise _NoMoveError(f"the powers {x}, {y}, {z} do not slide")
        if a == -1 and c == -1:
            raise _NoMoveError("there is neither a run below nor one above")
        # σ_i has the position it shares with v on this side of its own, and side on the other.
        shared = 1 - side
        p = r = 0
        if a != -1:
            g, p = self._run(a)
            if g != i or self.up[2 * a + shared] != 2 * v + side:
                raise _NoMoveError(f"run {a} is not σ_{i} next below run {v}")
        if c != -1:
            g, r = self._run(c)
            if g != i or self.down[2 * c + shared] != 2 * v + side:
                raise _NoMoveError(f"run {c} is not σ_{i} next above run {v}")
        if a != -1 and c != -1 and (a == c or self.up[2 * a + side] != 2 * c + side):
            raise _NoMoveError(f"run {c} is not next above run {a} on the outer position")
        first, second, low, high = self._slide_names(a, c)
        part_a, part_c, turned = range(self.names, self.names + 3)  # names for the moment
        # Split off what slides; σ_i^(−x) below it where there is no a, σ_i^(−z) above it for c.
        if a == -1:
            self._insert(2 * low + shared, self.down[2 * v + side])
            self._insert(2 * low + side, self.down[2 * c + side])
        for half in (0, 1):
            self._insert(2 * part_a + half, 2 * low + half)
        self._insert(2 * part_c + shared, 2 * v + side)
        self._insert(2 * part_c + side, 2 * part_a + side)
        if c == -1:
            for half in (0, 1):
                self._insert(2 * high + half, 2 * part_c + half)
        # σ_j^z, σ_i^y, σ_j^x above the old three, which go.
        self._insert(2 * turned + side, 2 * part_c + side)
        self._insert(2 * first + side, 2 * part_c + shared)
        self._insert(2 * turned + shared, 2 * first + side)
        self._insert(2 * second + side, 2 * turned + shared)
        self._insert(2 * first + shared, 2 * v + shared)
        self._insert(2 * second + shared, 2 * first + shared)
        for name in (part_a, v, part_c):
            self._vanish(name)
        for half in (0, 1):
            self._rename(2 * turned + half, 2 * v + half)
        for name, generator, power in ((v, i, y), (first, j, z), (second, j, x)):
            self._set(name, generator, power)
        for name, power in ((low, p - x), (high, r - z)):
            if power:
                self._set(name, i, power)
            else:
                self._vanish(name)

    def _slide_names(self, a: int, c: int) -> tuple[int, int, int, int]:
        """The names of σ_j^z, σ_j^x, and of what stays below and above."""
        first = self.names
        self.names += 2 + (a == -1) + (c == -1)
        low = first + 2 if a == -1 else a
        high = self.names - 1 if c == -1 else c
        return first, first + 1, low, high

    def _rename(self, half: int, new: int) -> None:
        below, above = self.down.pop(half), self.up.pop(half)
        if below == half:
            below = above = new
        self.up[below] = self.down[above] = new
        self.up[new], self.down[new] = above, below

    def _vanish(self, name: int) -> None:
        for side in (0, 1):
            self._remove(2 * name + side)
        self.runs.pop(name, None)

    def _merge(self, move: Move) -> None:
        keep, gone = move.run, move.other
        g, power = self._run(keep)
        _, more = self._run(gone)
        links = self.up if move.side == 0 else self.down
        if keep == gone or any(links[2 * keep + s] != 2 * gone + s for s in (0, 1)):
            raise _NoMoveError("the two runs are not next to each other on both positions")
        self._vanish(gone)
        if power + more:
            self._set(keep, g, power + more)
        else:
            self._vanish(keep)

    def _exchange(self, move: Move) -> None:
        (g, power), (h, other) = self._run(move.run), self._run(move.other)
        if g != h or len(self._of(g)) != 2 or {power, other} != {1, -1}:
            raise _NoMoveError("these are not the only two crossings of a generator, + and −")
        self._set(move.run, g, other)
        self._set(move.other, g, power)

    def _destabilise(self, move: Move) -> None:
        if abs(self._run(move.run).power) != 1:
            raise _NoMoveError("the run has more than one crossing")
        self._take_out(move.run)

    def _single(self, move: Move) -> None:
        power = self._run(move.run).power
        self._take_out(move.run)
        self.factor *= torus_value(power)

    def _take_out(self, name: int) -> None:
        g = self.runs[name].generator
        if self._of(g) != [name]:
            raise _NoMoveError(f"σ_{g} has other runs")
        left, right = self.down[2 * name], self.down[2 * name + 1]
        self._vanish(name)
        self._close_up(g)
        if left != 2 * name and right != 2 * name + 1:
            self._splice(left, right)

    def _splice(self, one: int, other: int) -> None:
        """Make one ring of the rings of two half-edges."""
        above, beyond = self.up[one], self.up[other]
        self.up[one], self.up[other] = beyond, above
        self.down[beyond], self.down[above] = one, other

    def _close_up(self, g: int) -> None:
        for name, (h, power) in self.runs.items():
            if h > g:
                self._set(name, h - 1, power)
        self.strands -= 1

    def _free(self, move: Move) -> None:
        position = move.run
        if not 1 <= position <= self.strands or self.strands < 2:
            raise _NoMoveError(f"there is no position {position} to give away")
        if self._of(position) or self._of(position - 1):
            raise _NoMoveError(f"position {position} has crossings")
        self._close_up(position)
        self.free += 1
        self.factor *= PHI

    def _join(self, move: Move) -> None:
        (left, _), (right, _) = self._run(move.run), self._run(move.other)
        if right != left + 2 or self._of(left + 1):
            raise _NoMoveError("no generator is missing between these two runs")
        self._close_up(left + 1)
        self._splice(2 * move.run + 1, 2 * move.other)
        self.factor *= PHI

    def _modulo(self, move: Move) -> None:
        g, power = self._run(move.run)
        if abs(move.x) != 10:
            raise _NoMoveError("a run changes by ten crossings")
        if power + move.x:
            self._set(move.run, g, power + move.x)
        else:
            self._vanish(move.run)
