"""Planar diagrams of links: crossings as 4-tuples of edge labels, faces, orientation."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .braids import Braid
from .checks import check_braid
from .closures import strand_directions
from .conventions import check_closure
from .errors import InputError
from .halfedges import (
    Crossing,
    check_crossings,
    close_braid,
    labelled,
    mates_of,
    oriented_walks,
    thread,
)

__all__ = ["Crossing", "PlanarDiagram", "check_diagram"]

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
        object.__setattr__(self, "crossings", check_crossings(crossings))
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
            InputError: not a braid, unknown closure, plat with an odd number of strands, no such
                component.

        Example:
            >>> PlanarDiagram.from_braid(Braid("1 1"))
            PlanarDiagram(crossings=((1, 4, 2, 3), (4, 1, 3, 2)), circles=0)
            >>> PlanarDiagram.from_braid(Braid("2 2 2", strands=4), "plat").writhe
            3
        """
        kind = check_closure(closure, check_braid(braid).strands)
        upwards = strand_directions(braid, closure, reverse=reverse)
        mate, over_entry, circles = close_braid(braid, upwards, kind == "plat")
        return cls(labelled(mate, over_entry), circles)

    @classmethod
    def from_passages(
        cls, components: Iterable[Iterable[tuple[int, bool]]], signs: Iterable[int]
    ) -> PlanarDiagram:
        """The diagram whose components pass these crossings, see :attr:`passages`.

        Args:
            components: for each component the crossings (numbered from 0) that it passes in the
                order of travel, and whether above; an empty one is a circle without crossings,
                and comes last in the diagram.
            signs: of the crossings, ±1.

        Raises:
            InputError: a crossing is not passed once above and once below, a sign is not ±1, or
                no diagram in the plane has these passages.

        Example:
            >>> hopf = PlanarDiagram.from_passages(
            ...     [[(0, True), (1, False)], [(1, True), (0, False)]], signs=[1, 1]
            ... )
            >>> hopf.linking_matrix
            ((0, 1), (1, 0))
        """
        listed, known = _check_passages(components, signs)
        return cls(thread(listed, known), sum(not passages for passages in listed))

    @cached_property
    def mates(self) -> tuple[int, ...]:
        """For each half-edge the other half of its edge.

        Half-edge 4·c + k is the end of edge k at crossing c.

        Example:
            >>> PlanarDiagram([(1, 1, 2, 2)]).mates
            (1, 0, 3, 2)
        """
        return mates_of(self.crossings)

    @cached_property
    def _entries(self) -> tuple[list[list[int]], list[int]]:
        """The half-edges by which components enter crossings, and each crossing's upper one."""
        return oriented_walks(self.crossings, self.mates)

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
    def passages(self) -> tuple[tuple[tuple[int, bool], ...], ...]:
        """What each component passes: the crossings in the order of travel, and whether above.

        The components are those of :attr:`components`; the passage at place k is where the edge
        at place k ends.

        Example:
            >>> PlanarDiagram([(1, 1, 2, 2)], circles=1).passages
            (((0, False), (0, True)), ())
        """
        walks = tuple(
            tuple((half >> 2, bool(half & 1)) for half in walk) for walk in self._entries[0]
        )
        return walks + ((),) * self.circles

    @cached_property
    def linking_matrix(self) -> tuple[tuple[int, ...], ...]:
        """The linking numbers of the components: half the sum of the signs of their crossings.

        A symmetric matrix as rows, with 0 on the diagonal; numbered as :attr:`components`.

        Example:
            >>> PlanarDiagram([(4, 1, 3, 2), (2, 3, 1, 4)], circles=1).linking_matrix
            ((0, -1, 0), (-1, 0, 0), (0, 0, 0))
        """
        above = [0] * len(self.crossings)
        below = [0] * len(self.crossings)
        for number, passages in enumerate(self.passages):
            for crossing, over in passages:
                (above if over else below)[crossing] = number
        twice = [[0] * len(self.components) for _ in self.components]
        for one, other, sign in zip(above, below, self.signs, strict=True):
            if one != other:
                twice[one][other] += sign
                twice[other][one] += sign
        return tuple(tuple(value // 2 for value in row) for row in twice)

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

    def reversed(self, components: Iterable[int] | None = None) -> PlanarDiagram:
        """The diagram with components running the other way, and new labels.

        Args:
            components: numbers of those to reverse, counted as in :attr:`components`; by default
                all of them.

        Raises:
            InputError: no such component.

        Example:
            >>> PlanarDiagram.from_braid(Braid("1 1")).reversed([1]).signs
            (-1, -1)
        """
        every = range(len(self.components))
        turned = set(every) if components is None else _check_numbers(components, len(every))
        signs = list(self.signs)
        listed: list[tuple[tuple[int, bool], ...]] = []
        for number, passages in enumerate(self.passages):
            if number in turned:
                for crossing, _ in passages:
                    signs[crossing] = -signs[crossing]
                passages = passages[::-1]
            listed.append(passages)
        return PlanarDiagram.from_passages(listed, signs)

    def to_braid(self) -> Braid:
        """A braid whose Markov closure is this oriented link, by Vogel's algorithm.

        Circles and split parts are strands of the braid.

        Raises:
            InputError: the diagram is empty.

        Example:
            >>> PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]).to_braid()
            Braid([1, 1, 1], strands=2)
        """
        from .vogel import vogel_braid

        return vogel_braid(self)

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


def check_diagram(diagram: object) -> PlanarDiagram:
    """The diagram, if it is one.

    Raises:
        InputError: it is not.

    Example:
        >>> check_diagram(PlanarDiagram([(1, 1, 2, 2)])).writhe
        1
    """
    if isinstance(diagram, PlanarDiagram):
        return diagram
    raise InputError(
        f"a PlanarDiagram is needed, not {type(diagram).__name__}; for a braid write "
        f"PlanarDiagram.from_braid(braid)"
    )


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


def _check_numbers(numbers: Iterable[int], count: int) -> set[int]:
    """Numbers of components."""
    try:
        found = {operator.index(number) for number in numbers}
    except TypeError:
        raise InputError(
            f"components={numbers!r}: give the numbers of components, such as [0]"
        ) from None
    if not found <= set(range(count)):
        allowed = f"the components 0..{count - 1}" if count else "no components"
        raise InputError(f"components={sorted(found)}: this link has {allowed}")
    return found


def _check_passages(
    components: Iterable[Iterable[tuple[int, bool]]], signs: Iterable[int]
) -> tuple[list[list[tuple[int, bool]]], list[int]]:
    """Passages and signs that belong together."""
    try:
        known = [operator.index(sign) for sign in signs]
        listed = [[(operator.index(c), bool(above)) for c, above in part] for part in components]
    except (TypeError, ValueError):
        raise InputError(
            "give for each component a list of pairs (crossing, above), and a list of signs ±1"
        ) from None
    for crossing, sign in enumerate(known):
        if sign not in (1, -1):
            raise InputError(f"the sign of crossing {crossing} is {sign}; it must be 1 or -1")
    count = Counter(passage for part in listed for passage in part)
    wanted = {(crossing, above) for crossing in range(len(known)) for above in (True, False)}
    for crossing, above in sorted(wanted ^ count.keys()) + [p for p, k in count.items() if k > 1]:
        where = "above" if above else "below"
        raise InputError(
            f"crossing {crossing} is passed {count[crossing, above]} times {where}, with "
            f"{len(known)} signs given; each crossing is passed once above and once below"
        )
    return listed, known
