"""From the order in which components pass crossings to a diagram in the plane.

Gauss and Dowker-Thistlethwaite codes tell which crossings a component passes, in which order, and
whether above, but not whether the other strand crosses from the right or from the left. Planarity
determines this up to reflecting the summands of the diagram: whatever two edges cut off can be
reflected by itself, and so can each split part.

Each crossing becomes a wheel: a hub, and a rim of the four ends of its edges in their order around
the crossing, except that the second strand may be turned round. The wheel can be drawn in the
plane in one way only, up to reflection, so a planar embedding of all wheels and edges has opposite
ends of a crossing opposite, and the order around the hub tells the side. The embedding takes time
in proportion to the crossings. In it, two edges that lie on the same two faces cut the diagram
into two; joining the loose ends on the same side leaves the summands.

Sources: the idea of determining a diagram by planarity is that of C. H. Dowker and M. B.
Thistlethwaite, Topology Appl. 16 (1983) 19; planarity: U. Brandes, "The left-right planarity test"
(2009), as implemented by NetworkX.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..diagrams import PlanarDiagram, check_diagram
from ..errors import InputError

__all__ = ["Passage", "diagram_with_sides", "planar_diagram", "summands"]

Passage = tuple[int, bool]
"""A crossing, and whether it is passed above."""

_HUB = 4


def diagram_with_sides(
    components: Sequence[Sequence[Passage]], from_right: Sequence[bool]
) -> PlanarDiagram:
    """The diagram in which the strand that passes second crosses the first from this side.

    Args:
        components: the passages of each component; see
            :attr:`plait.knots.PlanarDiagram.passages`.
        from_right: for each crossing whether the strand that comes to it later crosses the
            earlier one from right to left.

    Raises:
        InputError: no diagram in the plane has these sides.

    Example:
        >>> trefoil = [[(0, True), (1, False), (2, True), (0, False), (1, True), (2, False)]]
        >>> diagram_with_sides(trefoil, [True, False, True]).signs
        (1, 1, 1)
    """
    return PlanarDiagram.from_passages(components, _signs(components, from_right))


def planar_diagram(
    components: Sequence[Sequence[Passage]], anchors: Mapping[int, int] | None = None
) -> PlanarDiagram:
    """A diagram whose components have these passages; its mirror image is chosen by signs.

    Args:
        components: the passages of each component; each crossing occurs once above, once below.
        anchors: a sign for some of the crossings, at most one of each summand. In a summand
            without, the crossing with the smallest number is positive.

    Raises:
        InputError: no diagram in the plane has these passages.

    Example:
        >>> trefoil = [[(0, True), (1, False), (2, True), (0, False), (1, True), (2, False)]]
        >>> planar_diagram(trefoil).signs
        (1, 1, 1)
        >>> planar_diagram(trefoil, {2: -1}).signs
        (-1, -1, -1)
    """
    signs = _signs(components, _embed(components))
    diagram = PlanarDiagram.from_passages(components, signs)
    wanted = dict(anchors or {})
    for part in summands(diagram):
        chosen = next((c for c in part if c in wanted), part[0])
        if signs[chosen] != wanted.get(chosen, 1):
            for crossing in part:
                signs[crossing] = -signs[crossing]
    return PlanarDiagram.from_passages(components, signs)


def summands(diagram: PlanarDiagram) -> list[list[int]]:
    """The crossings of each summand of a diagram: of what cannot be cut off by two edges.

    Both the summands and the crossings in them are sorted.

    Raises:
        InputError: not a diagram.

    Example:
        >>> from plait.knots import Braid
        >>> summands(PlanarDiagram.from_braid(Braid("1 1 1 2 2 2")))
        [[0, 1, 2], [3, 4, 5]]
    """
    mate = check_diagram(diagram).mates
    face_of = [0] * len(mate)
    for number, face in enumerate(diagram.faces):
        for crossing, corner in face:
            face_of[4 * crossing + corner] = number
    # Along a face, the edges that have one and the same other face beyond them separate parts;
    # each part is closed by joining where it is entered to where it is left.
    joined = list(mate)
    for number, face in enumerate(diagram.faces):
        beyond: dict[int, list[tuple[int, int]]] = {}
        for crossing, corner in face:
            leaving = 4 * crossing + (corner + 1) % 4
            arriving = mate[leaving]
            # The corner that follows an edge counterclockwise is beyond it, seen from this face.
            beyond.setdefault(face_of[leaving], []).append((leaving, arriving))
        for edges in beyond.values():
            if number < face_of[edges[0][0]]:
                for (_, arriving), (leaving, _) in zip(edges, [*edges[1:], edges[0]], strict=True):
                    joined[arriving], joined[leaving] = leaving, arriving
    return _connected(joined)


def _connected(mate: Sequence[int]) -> list[list[int]]:
    seen = bytearray(len(mate) // 4)
    found: list[list[int]] = []
    for start in range(len(seen)):
        if not seen[start]:
            seen[start] = 1
            part = [start]
            for crossing in part:
                for half in range(4 * crossing, 4 * crossing + 4):
                    other = mate[half] >> 2
                    if not seen[other]:
                        seen[other] = 1
                        part.append(other)
            found.append(sorted(part))
    return found


def _signs(components: Sequence[Sequence[Passage]], from_right: Sequence[bool]) -> list[int]:
    """A strand that passes above is crossed from right to left at a positive crossing."""
    signs = [0] * len(from_right)
    for passages in components:
        for crossing, above in passages:
            if not signs[crossing]:
                signs[crossing] = 1 if above == from_right[crossing] else -1
    return signs


def _embed(components: Sequence[Sequence[Passage]]) -> list[bool]:
    """For each crossing whether the later strand comes from the right, in some embedding."""
    import networkx as nx

    count = sum(map(len, components)) // 2
    graph = nx.Graph()
    for crossing in range(count):
        hub = 5 * crossing + _HUB
        # Ends 0 and 2 of the earlier strand, 1 and 3 of the later one; incoming 0 and 1.
        for k in range(4):
            graph.add_edge(hub, 5 * crossing + k)
            graph.add_edge(5 * crossing + k, 5 * crossing + (k + 1) % 4)
    visited = [0] * count
    serial = 5 * count
    for passages in components:
        entries = []
        for crossing, _ in passages:
            entries.append(5 * crossing + visited[crossing])
            visited[crossing] = 1
        for entry, following in zip(entries, [*entries[1:], *entries[:1]], strict=True):
            # A point on the edge, as the ends may be neighbours on one rim.
            graph.add_edge(entry + 2, serial)
            graph.add_edge(serial, following)
            serial += 1
    planar, embedding = nx.check_planarity(graph)
    if not planar:
        raise InputError(
            "no link diagram in the plane has this code: the order in which the crossings are "
            "passed cannot be drawn without further crossings"
        )
    from_right = []
    for crossing in range(count):
        around = list(embedding.neighbors_cw_order(5 * crossing + _HUB))
        following = around[(around.index(5 * crossing) + 1) % 4]
        # Seen along the earlier strand, clockwise from its tail is its left.
        from_right.append(following != 5 * crossing + 1)
    return from_right
