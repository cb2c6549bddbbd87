"""Gauss codes: plain, signed and oriented.

A Gauss code lists the crossings that each component passes, with a plus sign above and a minus
sign below (KnotInfo, KnotTheory, SageMath, Regina). Like a Dowker-Thistlethwaite code it does not
tell a diagram from its reflection, nor a summand of it; the rule here is that the crossing of each
summand that is passed first is positive, unless ``anchor`` says otherwise.

Extended Gauss codes tell the signs of the crossings too, and so the mirror image. Three spellings
are read:

* signed, after Kauffman (Regina's ``signedGauss``): ``O1+U2+O3+U1+O2+U3+``, O above, U below, then
  the number and the sign of the crossing; components are separated by commas, ``()`` is one
  without crossings;
* oriented, after Andreeva et al. (Regina's ``orientedGauss``): ``+<1 -<2 …``, + above, − below, <
  where the other strand passes from right to left;
* SageMath's oriented Gauss code ``[[[1, -2], [2, -1]], [1, 1]]``: the Gauss code, and the signs of
  the crossings 1, 2, ….

Sources: L. H. Kauffman, European J. Combin. 20 (1999) 663; regina.Link (version 7.4); the
documentation of sage.knots.link.Link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ..diagrams import PlanarDiagram, check_diagram
from ..errors import InputError
from .codes import integer, nested_integers, rows, short, text_of
from .shadows import Passage, planar_diagram

__all__ = [
    "extended_gauss_text",
    "from_extended_gauss",
    "from_gauss",
    "gauss_text",
    "parse_extended_gauss",
    "parse_gauss",
    "to_extended_gauss",
    "to_gauss",
]

_WHAT: Final = "the Gauss code"
_SIGNED: Final = re.compile(r"\s*([OoUu])\s*(\d{1,18})\s*([+\-\u2212])\s*")
_ORIENTED: Final = re.compile(r"\s*([+\-\u2212])\s*([<>])\s*(\d{1,18})\s*")

_Codes = tuple[tuple[int, ...], ...]


def from_gauss(code: Iterable[Any], *, anchor: int | None = None) -> PlanarDiagram:
    """The diagram of a Gauss code.

    Args:
        code: numbers of crossings, positive above and negative below, or a list of them for each
            component.
        anchor: the number of a crossing that is positive; with a minus sign, that is negative.
            By default the crossing passed first is positive.

    Raises:
        InputError: not such a code, or one of no diagram in the plane.

    Example:
        >>> from_gauss([1, -2, 3, -1, 2, -3]).signs
        (1, 1, 1)
        >>> from_gauss([1, -2, 3, -1, 2, -3], anchor=-1).signs
        (-1, -1, -1)
        >>> from_gauss([[1, -2], [2, -1]]).linking_matrix
        ((0, 1), (1, 0))
    """
    components, number_of = _passages(rows(code, _WHAT))
    if anchor is None:
        return planar_diagram(components)
    place = integer(anchor, "anchor")
    if abs(place) not in number_of:
        raise InputError(f"anchor={anchor}: {_WHAT} has no crossing {abs(place)}")
    return planar_diagram(components, {number_of[abs(place)]: 1 if place > 0 else -1})


def from_extended_gauss(code: Iterable[Any], signs: Iterable[int]) -> PlanarDiagram:
    """The diagram of a Gauss code with the signs of the crossings, as SageMath has it.

    Args:
        code: as for :func:`from_gauss`.
        signs: of the crossings in the order of their numbers.

    Raises:
        InputError: not such a code, or one of no diagram in the plane.

    Example:
        >>> from_extended_gauss([[1, -2, 3, -1, 2, -3]], [-1, -1, -1]).writhe
        -3
    """
    components, number_of = _passages(rows(code, _WHAT))
    given = rows(signs, "the list of signs")[0]
    if len(given) != len(number_of):
        raise InputError(
            f"{_WHAT} has {len(number_of)} crossings, but there are {len(given)} signs"
        )
    ordered = [0] * len(given)
    for number, sign in zip(sorted(number_of), given, strict=True):
        ordered[number_of[number]] = sign
    return PlanarDiagram.from_passages(components, ordered)


def to_gauss(diagram: PlanarDiagram) -> _Codes:
    """The Gauss code of each component; it does not tell the mirror image.

    Crossing k of the diagram has the number k + 1; a component without crossings is empty.

    Raises:
        InputError: not a diagram, or one without components.

    Example:
        >>> to_gauss(PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]))
        ((-1, 3, -2, 1, -3, 2),)
    """
    if not check_diagram(diagram).components:
        raise InputError(f"this diagram has no components, and {_WHAT} stands for at least one")
    return tuple(
        tuple(crossing + 1 if above else -crossing - 1 for crossing, above in part)
        for part in diagram.passages
    )


def to_extended_gauss(diagram: PlanarDiagram) -> tuple[_Codes, tuple[int, ...]]:
    """The Gauss code of each component, and the signs of the crossings.

    Example:
        >>> to_extended_gauss(PlanarDiagram([(1, 1, 2, 2)]))
        (((-1, 1),), (1,))
    """
    return to_gauss(diagram), diagram.signs


def gauss_text(diagram: PlanarDiagram) -> str:
    """The Gauss code as KnotInfo writes that of a knot, and LinkInfo that of a link.

    Example:
        >>> gauss_text(PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]))
        '[-1, 3, -2, 1, -3, 2]'
        >>> gauss_text(PlanarDiagram([(4, 1, 3, 2), (2, 3, 1, 4)]))
        '{{1, -2}, {2, -1}}'
    """
    code = to_gauss(diagram)
    if len(code) == 1:
        return str(list(code[0]))
    return f"{{{', '.join('{' + ', '.join(map(str, part)) + '}' for part in code)}}}"


def extended_gauss_text(diagram: PlanarDiagram) -> str:
    """The signed Gauss code; of a knot, Regina reads it.

    Example:
        >>> extended_gauss_text(PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)]))
        'U1+O3+U2+O1+U3+O2+'
        >>> extended_gauss_text(PlanarDiagram([(1, 1, 2, 2)], circles=1))
        'U1+O1+,()'
    """
    code, signs = to_extended_gauss(diagram)
    mark = ["+" if sign > 0 else "-" for sign in signs]
    parts = [
        "".join(f"{'O' if c > 0 else 'U'}{abs(c)}{mark[abs(c) - 1]}" for c in part) or "()"
        for part in code
    ]
    return ",".join(parts)


def parse_gauss(text: str, *, anchor: int | None = None) -> PlanarDiagram:
    """Read a Gauss code from text: ``[1,-2,3,-1,2,-3]``, ``{{1,-2},{2,-1}}``, ``GaussCode[…]``.

    Raises:
        InputError: not such a code.

    Example:
        >>> parse_gauss("GaussCode[1, -2, 3, -1, 2, -3]").writhe
        3
    """
    body = text_of(text, _WHAT)
    if match := re.fullmatch(r"GaussCode\s*(\[.*\])", body, re.DOTALL):
        body = match[1]
    return from_gauss(nested_integers(body, _WHAT), anchor=anchor)


def parse_extended_gauss(text: str) -> PlanarDiagram:
    """Read an extended Gauss code from text, in any of the three spellings.

    Raises:
        InputError: not such a code.

    Example:
        >>> parse_extended_gauss("O1+U2+O3+U1+O2+U3+").writhe
        3
        >>> parse_extended_gauss("+>1 -<2 +>3 -<1 +>2 -<3").writhe
        -3
        >>> parse_extended_gauss("[[[1, -2], [2, -1]], [1, 1]]").linking_matrix
        ((0, 1), (1, 0))
    """
    body = text_of(text, "the extended Gauss code")
    if re.search(r"[OoUu]", body) or re.fullmatch(r"\(\s*\)(\s*,\s*\(\s*\))*", body):
        return _signed([_matches(_SIGNED, part, text) for part in _split(body)])
    if re.search(r"[<>]", body):
        found = []
        for part in _split(body):
            tokens = _matches(_ORIENTED, part, text)
            found.append(
                [
                    ("O" if level == "+" else "U", number, "+-"[(level == "+") != (side == "<")])
                    for level, side, number in tokens
                ]
            )
        return _signed(found)
    nested = nested_integers(body, "the extended Gauss code")
    if len(nested) != 2 or not all(isinstance(part, list) for part in nested):
        raise InputError(
            f"{short(text)} is no extended Gauss code; it looks like O1+U2+O3+U1+O2+U3+, like "
            f"+>1 -<2 +>3 -<1 +>2 -<3, or like [[[1,-2,3,-1,2,-3]],[1,1,1]]"
        )
    return from_extended_gauss(nested[0], nested[1])


def _split(body: str) -> list[str]:
    """The components: between commas, semicolons or bars."""
    if body[:1] in ("[", "{") and body[-1:] in ("]", "}"):
        body = body[1:-1]
    return [part.strip() for part in re.split(r"[,;|]", body)]


def _matches(pattern: re.Pattern[str], part: str, text: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    if re.fullmatch(r"\(\s*\)", part):
        return found
    at = 0
    while at < len(part) or not found:
        match = pattern.match(part, at)
        if match is None:
            raise InputError(
                f"cannot read {short(part[at:])} in the extended Gauss code {short(text)}"
            )
        found.append(match.groups())
        at = match.end()
    return found


def _signed(parts: Sequence[Sequence[tuple[str, ...]]]) -> PlanarDiagram:
    """From (O or U, number, sign) along each component."""
    sign_of: dict[int, int] = {}
    code: list[list[int]] = []
    for part in parts:
        code.append([])
        for level, text, sign in part:
            number, value = int(text), 1 if sign == "+" else -1
            if sign_of.setdefault(number, value) != value:
                raise InputError(f"the extended Gauss code gives crossing {number} both signs")
            if number == 0:
                raise InputError("crossing 0 in the extended Gauss code; number them from 1")
            code[-1].append(number if level in "Oo" else -number)
    return from_extended_gauss(code, [sign_of[number] for number in sorted(sign_of)])


def _passages(code: Sequence[Sequence[int]]) -> tuple[list[list[Passage]], dict[int, int]]:
    """The passages, and the places of the crossings in the order in which they are met."""
    number_of: dict[int, int] = {}
    seen: set[int] = set()
    components: list[list[Passage]] = []
    for part in code:
        passages: list[Passage] = []
        for value in part:
            if value == 0:
                raise InputError(f"{_WHAT} holds 0; crossings are numbered from 1")
            if value in seen:
                raise InputError(
                    f"{_WHAT} holds {value} twice; each crossing occurs once with a plus sign "
                    f"(above) and once with a minus sign (below)"
                )
            seen.add(value)
            crossing = number_of.setdefault(abs(value), len(number_of))
            passages.append((crossing, value > 0))
        components.append(passages)
    for number in number_of:
        if not {number, -number} <= seen:
            raise InputError(
                f"{_WHAT} holds crossing {number} only once; each crossing occurs once with a "
                f"plus sign (above) and once with a minus sign (below)"
            )
    return components, number_of
