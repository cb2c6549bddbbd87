"""Planar-diagram codes in the conventions of KnotInfo, SnapPy, Regina and SageMath.

A code lists for each crossing the labels of its four edges round the crossing, from a lower one.
The conventions differ in what the labels tell:

* ``knotinfo``: counterclockwise from the *incoming* lower edge, which orients the components
  (KnotInfo, LinkInfo, KnotTheory). This is how :class:`plait.knots.PlanarDiagram` reads.
* ``snappy``: counterclockwise from either lower edge; the *labels* orient the components: each one
  runs from its smallest label towards the smaller one of the two neighbouring labels. Labels of
  SnapPy and Spherogram begin with 0.
* ``regina``: as ``knotinfo``; the labels are 1 … 2n.
* ``sage``: as ``knotinfo``, in SageMath from version 10.1 on.
* ``sage-10.0``: clockwise from the incoming lower edge, in SageMath to version 10.0.

A component that is nowhere below lies above all others, so that its direction does not matter to
the link; no convention but ``snappy`` and ``knotinfo`` fixes it. Components without crossings have
no place in a code, except as ``Loop[…]`` of KnotTheory's text.

Sources: https://knotinfo.org/descriptions/pd_notation.html; spherogram.Link (version 2.4) and
regina.Link.fromPD (7.4), against which this is tested; sage.knots.link.Link (10.8), against whose
examples it is tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ..diagrams import Crossing, PlanarDiagram, check_diagram
from ..errors import InputError
from ..halfedges import check_crossings, mates_of, thread
from .codes import nested_integers, rows, short, text_of
from .shadows import Passage

__all__ = ["PD_CONVENTIONS", "check_convention", "from_pd", "parse_pd", "pd_text", "to_pd"]

PD_CONVENTIONS: Final = ("knotinfo", "snappy", "regina", "sage", "sage-10.0")

_WHAT: Final = "the planar-diagram code"
_CALL: Final = re.compile(r"\s*,?\s*(?P<head>[A-Za-z]+)\s*\[(?P<body>[^\[\]]*)\]\s*")


def check_convention(convention: object) -> str:
    """The convention, if it is one.

    Raises:
        InputError: it is not.
    """
    if convention in PD_CONVENTIONS:
        return str(convention)
    raise InputError(
        f"unknown convention {convention!r} of planar-diagram codes; choose one of: "
        f"{', '.join(PD_CONVENTIONS)}"
    )


def from_pd(code: Iterable[Iterable[int]], convention: str, *, circles: int = 0) -> PlanarDiagram:
    """Read a planar-diagram code.

    Args:
        code: 4-tuples of labels.
        convention: one of ``PD_CONVENTIONS``; there is no default, as the same code can stand for
            links of different chirality or orientation.
        circles: components without crossings.

    Raises:
        InputError: unknown convention, or not the code of an oriented planar diagram.

    Example:
        >>> code = [(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]
        >>> from_pd(code, "knotinfo").signs, from_pd(code, "sage-10.0").signs
        ((1, 1, 1), (-1, -1, -1))
        >>> from_pd([(0, 3, 1, 2), (3, 0, 2, 1)], "snappy").linking_matrix
        ((0, 1), (1, 0))
    """
    kind = check_convention(convention)
    given = check_crossings(code)
    if kind == "sage-10.0":
        given = tuple((a, d, c, b) for a, b, c, d in given)
    if kind == "snappy":
        bare = PlanarDiagram.from_passages(*_along_smallest(given))
        return PlanarDiagram(bare.crossings, circles)
    return PlanarDiagram(given, circles)


def to_pd(diagram: PlanarDiagram, convention: str, *, kinks: bool = False) -> list[Crossing]:
    """The planar-diagram code of a diagram, with consecutive labels along the components.

    Args:
        diagram: an oriented diagram.
        convention: one of ``PD_CONVENTIONS``.
        kinks: write a component without crossings as one with a single crossing, a loop in it.

    Raises:
        InputError: unknown convention, or components without crossings and no ``kinks``.

    Example:
        >>> from plait.knots import Braid
        >>> to_pd(PlanarDiagram.from_braid(Braid("1 1")), "snappy")
        [(0, 3, 1, 2), (3, 0, 2, 1)]
        >>> to_pd(PlanarDiagram.from_braid(Braid("1 1")), "sage-10.0")
        [(1, 3, 2, 4), (4, 2, 3, 1)]
    """
    kind = check_convention(convention)
    if check_diagram(diagram).circles and not kinks:
        raise InputError(
            f"the diagram has {diagram.circles} components without crossings, for which a "
            f"planar-diagram code has no place; write them with kinks (kinks=True), or use the "
            f"extended Gauss code"
        )
    passages: list[Sequence[Passage]] = [part for part in diagram.passages if part]
    signs = list(diagram.signs)
    for _ in range(diagram.circles):
        passages.append([(len(signs), False), (len(signs), True)])
        signs.append(1)
    if kind == "snappy":
        # There the smallest label of such a component enters the crossing that is listed later.
        passages = [
            _later_first(part) if len(part) == 2 and all(above for _, above in part) else part
            for part in passages
        ]
    found = [(a, b, c, d) for a, b, c, d in thread(passages, signs, turn=kind != "snappy")]
    if kind == "snappy":
        return [(a - 1, b - 1, c - 1, d - 1) for a, b, c, d in found]
    if kind == "sage-10.0":
        return [(a, d, c, b) for a, b, c, d in found]
    return found


def parse_pd(text: str, convention: str | None = None) -> PlanarDiagram:
    """Read a planar-diagram code from text.

    KnotTheory's syntax ``PD[X[1,5,2,4],X[3,1,4,6],X[5,3,6,2]]``, with ``Loop[7]`` for components
    without crossings, is in the convention ``knotinfo`` unless another one is given. Nested lists
    ``[[1,5,2,4],…]`` need a convention.

    Raises:
        InputError: not such a code, or no convention.

    Example:
        >>> parse_pd("PD[X[1,5,2,4],X[3,1,4,6],X[5,3,6,2],Loop[7]]").circles
        1
        >>> parse_pd("[(0, 3, 1, 2), (3, 0, 2, 1)]", "snappy").signs
        (1, 1)
    """
    body = text_of(text, _WHAT)
    if match := re.fullmatch(r"PD\s*\[(.*)\]", body, re.DOTALL):
        inside = match[1].strip()
        if not inside or inside[0].isalpha():
            return _parse_calls(inside, convention or "knotinfo", text)
        body = f"[{inside}]"
    elif re.match(r"[A-Za-z]", body):
        return _parse_calls(body, convention or "knotinfo", text)
    if convention is None:
        raise InputError(
            f"{short(text)} looks like a planar-diagram code, but does not say in which "
            f"convention; name it: {', '.join(f'pd-{name}: …' for name in PD_CONVENTIONS)}"
        )
    code = nested_integers(body, _WHAT)
    if code and not any(isinstance(part, list) for part in code):
        if len(code) % 4:
            raise InputError(
                f"{_WHAT} {short(text)} has {len(code)} labels; a crossing has four of them"
            )
        return from_pd([code[k : k + 4] for k in range(0, len(code), 4)], convention)
    return from_pd(rows(code, _WHAT) if code else [], convention)


def pd_text(diagram: PlanarDiagram, convention: str, *, kinks: bool = False) -> str:
    """The planar-diagram code as the programs of the convention write it.

    Of the convention ``knotinfo``, a diagram with components that have no crossings is written in
    KnotTheory's syntax, which has ``Loop[…]`` for them.

    Raises:
        InputError: as for :func:`to_pd`.

    Example:
        >>> pd_text(PlanarDiagram([(1, 1, 2, 2)]), "knotinfo")
        '[[1,1,2,2]]'
        >>> pd_text(PlanarDiagram([(1, 1, 2, 2)], circles=1), "knotinfo")
        'PD[X[1,1,2,2],Loop[3]]'
        >>> pd_text(PlanarDiagram([(1, 1, 2, 2)]), "regina")
        'PD[X[1, 1, 2, 2]]'
        >>> pd_text(PlanarDiagram([(1, 1, 2, 2)]), "snappy")
        '[(0, 0, 1, 1)]'
    """
    kind = check_convention(convention)
    if kind == "knotinfo" and check_diagram(diagram).circles and not kinks:
        bare = PlanarDiagram.from_passages([p for p in diagram.passages if p], diagram.signs)
        crossings = [f"X[{','.join(map(str, four))}]" for four in to_pd(bare, kind)]
        first = 2 * len(crossings) + 1
        loops = [f"Loop[{first + k}]" for k in range(diagram.circles)]
        return f"PD[{','.join([*crossings, *loops])}]"
    code = to_pd(diagram, kind, kinks=kinks)
    if kind == "regina":
        return f"PD[{', '.join(f'X{list(four)}' for four in code)}]"
    if kind == "snappy":
        return str(code)
    return str([list(four) for four in code]).replace(" ", "")


def _parse_calls(body: str, convention: str, text: str) -> PlanarDiagram:
    """``X[…]`` and ``Loop[…]``, one after the other."""
    crossings: list[list[int]] = []
    circles = 0
    at = 0
    while at < len(body):
        match = _CALL.match(body, at)
        if match is None or match["head"] not in ("X", "Loop"):
            raise InputError(
                f"cannot read {short(body[at:])} in {short(text)}; a planar-diagram code of "
                f"KnotTheory looks like PD[X[1,5,2,4],X[3,1,4,6],X[5,3,6,2]], with Loop[7] for a "
                f"component without crossings"
            )
        if match["head"] == "X":
            crossings.append(rows(nested_integers(match["body"], _WHAT), _WHAT)[0])
        else:
            circles += 1
        at = match.end()
    return from_pd(crossings, convention, circles=circles)


def _later_first(passages: Sequence[Passage]) -> Sequence[Passage]:
    return passages if passages[0] > passages[1] else passages[::-1]


def _along_smallest(code: Sequence[Crossing]) -> tuple[list[list[Passage]], list[int]]:
    """The passages and signs of a code whose labels orient it as in SnapPy."""
    mate = mates_of(code)
    labels = [label for four in code for label in four]
    places: dict[int, list[int]] = {}
    for half, label in enumerate(labels):
        places.setdefault(label, []).append(half)
    components: list[list[Passage]] = []
    entry = [0] * len(labels)
    for label in sorted(places):
        if any(entry[half] for half in places[label]):
            continue
        half = _first_exit(code, labels, label, *places[label]) ^ 2
        walk: list[Passage] = []
        while not entry[half]:
            entry[half], entry[half ^ 2] = 1, -1
            walk.append((half >> 2, bool(half & 1)))
            half = mate[half ^ 2]
        components.append(walk)
    signs = []
    for crossing in range(len(code)):
        lower, upper = entry[4 * crossing], entry[4 * crossing + 3]
        if not lower * upper:
            raise InputError(f"{_WHAT} is not planar: see crossing {list(code[crossing])}")
        signs.append(lower * upper)
    return components, signs


def _first_exit(
    code: Sequence[Crossing], labels: Sequence[int], label: int, one: int, other: int
) -> int:
    """The half-edge by which a component leaves the crossing where its smallest edge ends."""
    if one >> 2 == other >> 2:
        four = code[one >> 2]
        return (one & ~3) + four.index(min(set(four) - {label}, default=label))
    first, second = labels[one ^ 2], labels[other ^ 2]
    if first == second:
        # Two edges only: an incoming lower edge decides.
        is_first = code[other >> 2][0] == first or code[one >> 2][0] == label
        return (one if is_first else other) ^ 2
    return (one if first < second else other) ^ 2
