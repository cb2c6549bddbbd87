"""Planar diagrams of links: crossings as 4-tuples of edge labels, faces, orientation."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from .braids import Braid
from .closures import strand_directions
from .conventions import check_closure
from .errors import InputError

__all__ = ["Crossing", "PlanarDiagram"]

Crossing = tuple[int, int, int, int]

# A half-edge is the number 4·crossing + k for the end of edge k at the crossing; a corner has the
# number of the half-edge that it follows counterclockwise.


@dataclass(frozen=True, init=False)
class PlanarDiagram:
    """An oriented link diagram in the plane; immutable and hashable.

    A crossing is (a, b, c, d): the labels of its four edges counterclockwise, from the incoming
    lower strand. The lower strand runs from a to c; the crossing is positive when the upper one
    runs from d to b. This is the convention of KnotInfo, LinkInfo and KnotTheory. The bracket of a
    crossing is A·(a–b, c–d) + A⁻¹·(a–d, b–c).

    A component is oriented by where it passes under. A component that is nowhere below runs from
    its smallest label to the smaller one of the two neighbouring labels; if it has two edges only,
    from the smaller to the greater label at that of its crossings which comes first.

    Args:
        crossings: the 4-tuples; each label is an integer that occurs exactly twice.
        circles: components without crossings.

    Raises:
        InputError: not such tuples, a label not exactly twice, lower strands that disagree about
            the direction of a component, or a code that is not planar.

    Example:
        >>> trefoil = PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)])
        >>> trefoil.writhe, len(trefoil.components), len(trefoil.faces)
        (3, 1, 5)
        >>> trefoil.mirror().signs
        (-1, -1, -1)

    Source: https://knotinfo.org/descriptions/pd_notation.html
    """

    crossings: tuple[Crossing, ...]
    circles: int

    def __init__(self, crossings: Iterable[Iterable[int]] = (), circles: int = 0) -> None:
        object.__setattr__(self, "crossings", _check_crossings(crossings))
        object.__setattr__(self, "circles", _check_circles(circles))
        if len(self.faces) != len(self.crossings) + 2 * len(self.parts):
            self._refuse_genus()
        _ = self._entries  # raises where lower strands disagree

    @classmethod
    def from_braid(
        cls, braid: Braid, closure: str = "markov", *, reverse: Iterable[int] = ()
    ) -> PlanarDiagram:
        """The diagram of a closed braid, one crossing per letter in the order of the word.

        Args:
            braid: the braid.
            closure: ``"markov"``: all strands run upwards; ``"plat"``: each component is oriented
                so that its strand with the lowest bottom position runs upwards.
            reverse: components of a plat closure to run the other way, numbered as in
                :func:`plait.knots.closure_components`.

        Raises:
            InputError: unknown closure, plat with an odd number of strands, no such component.

        Example:
            >>> PlanarDiagram.from_braid(Braid("1 1"))
            PlanarDiagram(crossings=((1, 4, 2, 3), (4, 1, 3, 2)), circles=0)
            >>> PlanarDiagram.from_braid(Braid("2 2 2", strands=4), "plat").writhe
            3
        """
        kind = check_closure(closure, braid.strands)
        upwards = strand_directions(braid, closure, reverse=reverse)
        n = braid.strands
        mate = [0] * (4 * len(braid.word))
        over_entry: list[int] = []
        first: list[int | None] = [None] * n
        last: list[int | None] = [None] * n
        at = list(range(n))
        for number, letter in enumerate(braid.word):
            right = abs(letter)
            left = right - 1
            # Half-edges counterclockwise: lower left, lower right, upper right, upper left.
            under, over = (at[right], at[left]) if letter > 0 else (at[left], at[right])
            corner = (1 if letter > 0 else 0) + (0 if upwards[under] > 0 else 2)
            over_entry.append(3 if (letter > 0) == (upwards[under] == upwards[over]) else 1)
            ends = [4 * number + (k - corner) % 4 for k in range(4)]
            for position, below, above in ((left, ends[0], ends[3]), (right, ends[1], ends[2])):
                previous = last[position]
                if previous is None:
                    first[position] = below
                else:
                    mate[below], mate[previous] = previous, below
                last[position] = above
            at[left], at[right] = at[right], at[left]
        circles = 0
        for one, other in _joins(first, last, kind == "plat"):
            if one is None or other is None:
                circles += 1
            else:
                mate[one], mate[other] = other, one
        return cls(_labelled(mate, over_entry), circles)

    @cached_property
    def mates(self) -> tuple[int, ...]:
        """For each half-edge the other half of its edge.

        Half-edge 4·c + k is the end of edge k at crossing c.

        Example:
            >>> PlanarDiagram([(1, 1, 2, 2)]).mates
            (1, 0, 3, 2)
        """
        mate = [-1] * (4 * len(self.crossings))
        waiting: dict[int, int] = {}
        done: set[int] = set()
        half = 0
        for crossing in self.crossings:
            for label in crossing:
                other = waiting.pop(label, -1)
                if other >= 0:
                    mate[half], mate[other] = other, half
                    done.add(label)
                elif label in done:
                    raise InputError(
                        f"edge {label} occurs more than twice (again in crossing "
                        f"{list(crossing)}); each label of a planar diagram names one edge and "
                        f"occurs exactly twice"
                    )
                else:
                    waiting[label] = half
                half += 1
        if waiting:
            raise InputError(
                f"edge {next(iter(waiting))} occurs once; each label of a planar diagram names "
                f"one edge and occurs exactly twice"
            )
        return tuple(mate)

    @cached_property
    def _entries(self) -> tuple[list[list[int]], list[int]]:
        """The half-edges by which components enter crossings, and each crossing's upper one."""
        mate = self.mates
        labels = [label for crossing in self.crossings for label in crossing]
        walks: list[list[int]] = []
        over = [0] * len(self.crossings)
        seen = bytearray(len(mate))
        # First from all lower strands, which fix the direction; then what is left.
        lower = range(0, len(mate), 4)
        for start in (*lower, *range(1, len(mate), 4)):
            if seen[start]:
                continue
            walk: list[int] = []
            half = start
            while not seen[half]:
                out = half ^ 2
                seen[half] = seen[out] = 1
                walk.append(half)
                if half & 3 == 2:
                    raise InputError(
                        f"crossing {list(self.crossings[half >> 2])} and crossing "
                        f"{list(self.crossings[start >> 2])} disagree about the direction of "
                        f"their component; the first label of a crossing is the edge by which the "
                        f"lower strand comes in: write the other one first, as (c, d, a, b)"
                    )
                half = mate[out]
            if start & 3:
                walk = _along_labels(walk, mate, labels)
            for half in walk:
                if half & 1:
                    over[half >> 2] = half & 3
            least = min(range(len(walk)), key=lambda k: labels[walk[k]])
            walks.append(walk[least:] + walk[:least])
        walks.sort(key=lambda walk: labels[walk[0]])
        return walks, over

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """The edge labels of each component in the order of travel, from its smallest one.

        Components are ordered by their smallest label; a circle without crossings is an empty
        tuple at the end.

        Example:
            >>> PlanarDiagram([(4, 1, 3, 2), (2, 3, 1, 4)], circles=1).components
            ((1, 2), (3, 4), ())
        """
        labels = [label for crossing in self.crossings for label in crossing]
        walks = tuple(tuple(labels[half] for half in walk) for walk in self._entries[0])
        return walks + ((),) * self.circles

    @cached_property
    def signs(self) -> tuple[int, ...]:
        """The sign of each crossing, ±1."""
        return tuple(entry - 2 for entry in self._entries[1])

    @property
    def writhe(self) -> int:
        """The sum of the signs."""
        return sum(self.signs)

    @cached_property
    def faces(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The faces, each as its corners (crossing, k) in cyclic order (the face to the right).

        Corner k of a crossing lies between its edges k and k + 1 (mod 4), counterclockwise. The
        plane's face between split parts is listed once for each part; circles have no corners.
        A crossing whose loop encloses nothing has a face of one corner.

        Example:
            >>> PlanarDiagram([(1, 1, 2, 2)]).faces
            (((0, 0),), ((0, 1), (0, 3)), ((0, 2),))
        """
        mate = self.mates
        corners = [(c, k) for c in range(len(self.crossings)) for k in range(4)]
        found: list[tuple[tuple[int, int], ...]] = []
        seen = bytearray(len(mate))
        for start in range(len(mate)):
            if not seen[start]:
                face = []
                half = start
                while not seen[half]:
                    seen[half] = 1
                    face.append(corners[half])
                    half = mate[half - 3 if half & 3 == 3 else half + 1]
                found.append(tuple(face))
        return tuple(found)

    @cached_property
    def parts(self) -> tuple[tuple[int, ...], ...]:
        """The connected parts of the diagram, each as its crossings; circles are not listed.

        Example:
            >>> PlanarDiagram.from_braid(Braid("1 3 1 3")).parts
            ((0, 2), (1, 3))
        """
        mate = self.mates
        seen = bytearray(len(self.crossings))
        found: list[tuple[int, ...]] = []
        for start in range(len(self.crossings)):
            if seen[start]:
                continue
            seen[start] = 1
            part = [start]
            for crossing in part:
                for half in range(4 * crossing, 4 * crossing + 4):
                    other = mate[half] >> 2
                    if not seen[other]:
                        seen[other] = 1
                        part.append(other)
            found.append(tuple(sorted(part)))
        return tuple(found)

    def mirror(self) -> PlanarDiagram:
        """The reflection in a line of the plane; labels and orientation stay.

        Example:
            >>> PlanarDiagram([(1, 1, 2, 2)]).mirror()
            PlanarDiagram(crossings=((1, 2, 2, 1),), circles=0)
        """
        return PlanarDiagram([(a, d, c, b) for a, b, c, d in self.crossings], self.circles)

    def _refuse_genus(self) -> None:
        """Raise, naming a part that does not fit into the plane."""
        part_of = {c: number for number, part in enumerate(self.parts) for c in part}
        count = [0] * len(self.parts)
        for face in self.faces:
            count[part_of[face[0][0]]] += 1
        for part, faces in zip(self.parts, count, strict=True):
            if faces != len(part) + 2:
                raise InputError(
                    f"this code is not planar: the part with crossing "
                    f"{list(self.crossings[part[0]])} has {len(part)} crossings and {faces} "
                    f"faces, and a diagram in the plane has {len(part) + 2}; list the four edges "
                    f"of each crossing counterclockwise from the incoming lower one"
                )


def _check_crossings(crossings: Iterable[Iterable[int]]) -> tuple[Crossing, ...]:
    if isinstance(crossings, (str, bytes, bytearray, Mapping, Set)):
        raise InputError(
            f"crossings={crossings!r}: give a sequence of 4-tuples of edge labels, such as "
            f"[(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]"
        )
    found: list[Crossing] = []
    try:
        for crossing in crossings:
            found.append(cast("Crossing", tuple(map(operator.index, crossing))))
    except TypeError:
        raise InputError(
            f"crossing {len(found)} is not a tuple of integers; give each crossing as four edge "
            f"labels counterclockwise from the incoming lower strand"
        ) from None
    for number, four in enumerate(found):
        if len(four) != 4:
            raise InputError(
                f"crossing {number} is {list(four)}, with {len(four)} labels; a crossing has four"
            )
    return tuple(found)


def _check_circles(circles: object) -> int:
    if not isinstance(circles, bool):
        try:
            count = operator.index(circles)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if count >= 0:
                return count
    raise InputError(
        f"circles={circles!r}: the number of components without crossings is an integer from 0"
    )


def _along_labels(walk: list[int], mate: Sequence[int], labels: Sequence[int]) -> list[int]:
    """A walk that is nowhere below, turned into the direction of increasing labels."""
    least = min(range(len(walk)), key=lambda k: labels[walk[k]])
    walk = walk[least:] + walk[:least]
    # walk[0] is where the smallest edge enters a crossing.
    forward = labels[walk[1]] < labels[walk[-1]]
    if len(walk) == 2:
        forward = walk[0] >> 2 < walk[1] >> 2
    return walk if forward else [mate[half] for half in reversed(walk)]


def _joins(
    first: Sequence[int | None], last: Sequence[int | None], plat: bool
) -> Iterable[tuple[int | None, int | None]]:
    """Pairs of half-edges that the closure joins; (None, None) for a circle."""
    if not plat:
        yield from zip(first, last, strict=True)
        return
    for p in range(0, len(first), 2):
        if first[p] is None or first[p + 1] is None:
            # A strand without crossings joins the two ends of its neighbour.
            q = p if first[p] is not None else p + 1
            yield first[q], last[q]
        else:
            yield first[p], first[p + 1]
            yield last[p], last[p + 1]


def _labelled(mate: Sequence[int], over_entry: Sequence[int]) -> list[list[int]]:
    """Crossings with labels 1, 2, … along the components.

    Each component starts where it enters its first crossing, so that the labels orient a
    component that is nowhere below.
    """
    labels = [0] * len(mate)
    label = 0
    for number, over in enumerate(over_entry):
        for half in (4 * number, 4 * number + over):
            while not labels[half]:
                label += 1
                labels[half] = labels[mate[half]] = label
                half = mate[half ^ 2]
    return [labels[k : k + 4] for k in range(0, len(labels), 4)]
