"""Dowker-Thistlethwaite codes, with and without flips, in numbers and in letters.

The passages through crossings are numbered 1, 2, … along the components so that each crossing gets
an odd and an even number. The code lists, for 1, 3, 5, …, the even number of the same crossing,
component by component; it is negative where the even passage is above. (SnapPy's sign; all signs
changed is the same code.)

Such a code does not tell a diagram from its reflection, nor a summand of it. The rule here is that
the crossing with the least odd number of every summand is positive; of the summand with the
crossing ``anchor`` it is this one instead. With ``anchor=1``, the default, this is SnapPy's rule,
and KnotInfo's for knots to 12 crossings. In the rows of KnotInfo with 13 crossings, the crossing
with the last number is the positive one (``anchor=26``). In the rows of LinkInfo the first
crossing has the sign −1 or 1 as the orientation in the name begins with 0 or 1 (``anchor=-1``).
All rows of both tables lead to their polynomial in this way.

SnapPy's flips, one for each number of the code, tell the rest: 0 where the strand that comes to
the crossing later crosses the earlier one from right to left, 1 where from left to right.
Spherogram writes them so for all connected diagrams, but reads them so only where no strand
crosses itself in a loop that encloses nothing; give it such a diagram as a planar-diagram code.

Sources: C. H. Dowker and M. B. Thistlethwaite, Topology Appl. 16 (1983) 19; spherogram.DTcodec
(version 2.4) for flips and letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..diagrams import PlanarDiagram, check_diagram
from ..errors import InputError
from .codes import integer, nested_integers, rows, short, text_of
from .shadows import Passage, diagram_with_sides, planar_diagram

__all__ = ["DTCode", "from_dt", "parse_dt", "to_dt"]

_WHAT: Final = "the Dowker-Thistlethwaite code"
_NUMBERS: Final = re.compile(r"(?P<code>.*[\])}])\s*,\s*\[(?P<flips>[01,\s]*)\]", re.DOTALL)
_LETTERS: Final = re.compile(r"(?P<code>[A-Za-z]+)(?:\.(?P<flips>[01]+))?")
_MAX_LETTERS: Final = 26


@dataclass(frozen=True)
class DTCode:
    """A Dowker-Thistlethwaite code, checked.

    Attributes:
        components: the even numbers of each component; empty for one without crossings.
        flips: for each number whether the crossing is flipped; None if this is not told.

    Example:
        >>> code = DTCode(((4, 6, 2),), (True, False, True))
        >>> print(code)
        DT:[(4,6,2)],[1,0,1]
        >>> code.letters()
        'cacbca.101'
    """

    components: tuple[tuple[int, ...], ...]
    flips: tuple[bool, ...] | None = None

    def __post_init__(self) -> None:
        components = tuple(tuple(part) for part in rows(self.components, _WHAT))
        numbers = [number for part in components for number in part]
        size = 2 * len(numbers)
        for number in numbers:
            if number == 0 or number % 2 or abs(number) > size:
                raise InputError(
                    f"{_WHAT} of {len(numbers)} crossings holds {number}; its numbers are the "
                    f"even ones from 2 to {size}, each once, with either sign"
                )
        if len({abs(number) for number in numbers}) < len(numbers):
            twice = next(n for n in numbers if sum(abs(m) == abs(n) for m in numbers) > 1)
            raise InputError(f"{_WHAT} holds {abs(twice)} twice; each even number occurs once")
        object.__setattr__(self, "components", components)
        if self.flips is not None:
            flips = _flips(self.flips)
            if len(flips) != len(numbers):
                raise InputError(
                    f"{_WHAT} has {len(numbers)} crossings, but there are {len(flips)} flips"
                )
            object.__setattr__(self, "flips", flips)

    def __str__(self) -> str:
        """In numbers, as SnapPy reads it."""
        parts = [
            f"({','.join(map(str, part))}{',' * (len(part) == 1)})" for part in self.components
        ]
        text = f"DT:[{','.join(parts)}]"
        return (
            text if self.flips is None else f"{text},[{','.join(map(str, map(int, self.flips)))}]"
        )

    def letters(self) -> str:
        """In SnapPy's letters: crossings, components, their sizes, the numbers; then the flips.

        Raises:
            InputError: more than 26 crossings.
        """
        numbers = [number // 2 for part in self.components for number in part]
        sizes = [len(numbers), len(self.components), *map(len, self.components)]
        if max(sizes) > _MAX_LETTERS or 0 in sizes:
            raise InputError(
                f"letters stand for 1 to {_MAX_LETTERS} crossings in a component and in total; "
                f"write this code in numbers"
            )
        text = "".join(map(_letter, [*sizes, *numbers]))
        return text if self.flips is None else f"{text}.{''.join(str(int(f)) for f in self.flips)}"


def from_dt(
    code: DTCode | Iterable[Any], flips: Iterable[bool] | None = None, *, anchor: int = 1
) -> PlanarDiagram:
    """The diagram of a Dowker-Thistlethwaite code.

    Args:
        code: even numbers, or a list of them for each component.
        flips: SnapPy's flips, which tell the mirror image.
        anchor: without flips, the number of a crossing (odd or even) that is positive; with a
            minus sign, that is negative.

    Raises:
        InputError: not such a code, or one of no diagram in the plane.

    Example:
        >>> from_dt([4, 6, 2]).signs, from_dt([4, 6, 2], anchor=-1).signs
        ((1, 1, 1), (-1, -1, -1))
        >>> from_dt([(6, 8), (2, 4)]).linking_matrix
        ((0, 2), (2, 0))
    """
    if not isinstance(code, DTCode):
        code = DTCode(
            tuple(tuple(part) for part in rows(code, _WHAT)),
            None if flips is None else _flips(flips),
        )
    elif flips is not None:
        code = DTCode(code.components, _flips(flips))
    numbers = [number for part in code.components for number in part]
    passages: list[Passage] = [(0, False)] * (2 * len(numbers))
    for crossing, number in enumerate(numbers):
        passages[2 * crossing] = (crossing, number > 0)
        passages[abs(number) - 1] = (crossing, number < 0)
    components = []
    start = 0
    for part in code.components:
        components.append(passages[start : start + 2 * len(part)])
        start += 2 * len(part)
    if code.flips is not None:
        return diagram_with_sides(components, [not flip for flip in code.flips])
    place = integer(anchor, "anchor")
    if not passages:
        return planar_diagram(components)
    if not 1 <= abs(place) <= len(passages):
        raise InputError(
            f"anchor={anchor}: give a number of a crossing, 1 to {len(passages)}, with the sign "
            f"that this crossing has"
        )
    return planar_diagram(components, {passages[abs(place) - 1][0]: 1 if place > 0 else -1})


def to_dt(diagram: PlanarDiagram) -> DTCode:
    """The code of a diagram, with the flips that tell its mirror image.

    Raises:
        InputError: not a diagram, or one without components.

    Example:
        >>> print(to_dt(PlanarDiagram([(1, 5, 2, 4), (3, 1, 4, 6), (5, 3, 6, 2)])))
        DT:[(-4,-6,-2)],[1,1,0]
    """
    if not check_diagram(diagram).components:
        raise InputError(f"this diagram has no components, and {_WHAT} stands for at least one")
    passages = _with_parity(diagram)
    place: list[list[int]] = [[] for _ in diagram.crossings]
    above: dict[int, int] = {}
    serial = 0
    for part in passages:
        for crossing, over in part:
            serial += 1
            place[crossing].append(serial)
            if over:
                above[crossing] = serial
    code: list[tuple[int, ...]] = []
    flips: list[bool] = []
    for part in passages:
        numbers = []
        for crossing, over in part[::2]:
            even = next(number for number in place[crossing] if number % 2 == 0)
            numbers.append(even if over else -even)
            earlier_above = above[crossing] == place[crossing][0]
            flips.append(earlier_above != (diagram.signs[crossing] > 0))
        code.append(tuple(numbers))
    return DTCode(tuple(code), tuple(flips))


def parse_dt(text: str) -> DTCode:
    """Read a code from text.

    Understood are ``[4, 6, 2]``, ``4 6 2``, ``[{6, 8}, {2, 4}]`` (KnotInfo, LinkInfo),
    ``DT:[(4,6,2)],[0,0,1]``, ``DT[cacbca.001]``, ``cacbca`` (SnapPy), ``bca`` (letters of a knot
    without header), and ``DTCode[4, 6, 2]`` (KnotTheory).

    Raises:
        InputError: not such a code.

    Example:
        >>> parse_dt("DT[cacbca.001]")
        DTCode(components=((4, 6, 2),), flips=(False, False, True))
        >>> parse_dt("[{6, 8}, {2, 4}]").components
        ((6, 8), (2, 4))
    """
    body = text_of(text, _WHAT)
    if match := re.fullmatch(r"(?:DT\s*:|DTCode\s*(?=\[)|DT\s*(?=\[))(.*)", body, re.DOTALL):
        body = text_of(match[1], _WHAT)
    inner = body.strip("[]").strip()
    if letters := _LETTERS.fullmatch(inner):
        flips = letters["flips"]
        return DTCode(
            _from_letters(letters["code"]),
            None if flips is None else tuple(flip == "1" for flip in flips),
        )
    flips = None
    if match := _NUMBERS.fullmatch(body):
        body, flips = match["code"], match["flips"]
    return DTCode(
        tuple(tuple(part) for part in rows(nested_integers(body, _WHAT), _WHAT)),
        None if flips is None else tuple(flip == "1" for flip in re.findall("[01]", flips)),
    )


def _flips(values: object) -> tuple[bool, ...]:
    if not isinstance(values, Iterable):
        raise InputError(f"the list of flips is {short(values)}, which is not a list")
    return tuple(map(_flip, values))


def _flip(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if integer(value, "the list of flips") in (0, 1):
        return bool(value)
    raise InputError(f"the list of flips holds {value}; a flip is 0 or 1")


def _with_parity(diagram: PlanarDiagram) -> list[Sequence[Passage]]:
    """The passages, begun so that each crossing has an odd and an even place."""
    place: list[list[tuple[int, int]]] = [[] for _ in diagram.crossings]
    for number, part in enumerate(diagram.passages):
        for k, (crossing, _) in enumerate(part):
            place[crossing].append((number, k))
    linked: list[list[tuple[int, int]]] = [[] for _ in diagram.passages]
    for (one, k), (other, m) in place:
        linked[one].append((other, (k + m + 1) % 2))
        linked[other].append((one, (k + m + 1) % 2))
    shift: dict[int, int] = {}
    for start in range(len(linked)):
        if start in shift:
            continue
        shift[start] = 0
        waiting = [start]
        for number in waiting:
            for other, difference in linked[number]:
                if other not in shift:
                    shift[other] = (shift[number] + difference) % 2
                    waiting.append(other)
    return [(*part[shift[k] :], *part[: shift[k]]) for k, part in enumerate(diagram.passages)]


def _letter(number: int) -> str:
    return chr(ord("a") + number - 1) if number > 0 else chr(ord("A") - number - 1)


def _from_letters(text: str) -> tuple[tuple[int, ...], ...]:
    """With SnapPy's header (crossings, components, their sizes), or the numbers of a knot."""
    values = [
        ord(letter) - ord("a") + 1 if letter.islower() else ord("A") - ord(letter) - 1
        for letter in text
    ]
    if sorted(map(abs, values)) == list(range(1, len(values) + 1)):
        return (tuple(2 * value for value in values),)
    # The header repeats the number of crossings or exceeds it, so it is no permutation.
    if len(values) > 2 and 0 < values[1] <= len(values) - 2:
        sizes = values[2 : 2 + values[1]]
        numbers = [2 * value for value in values[2 + values[1] :]]
        if min(sizes) > 0 and sum(sizes) == values[0] == len(numbers):
            found = []
            for size in sizes:
                found.append(tuple(numbers[:size]))
                numbers = numbers[size:]
            return tuple(found)
    raise InputError(
        f"the letters {short(text)} are no Dowker-Thistlethwaite code: neither one letter for "
        f"each crossing of a knot, such as 'bca', nor with SnapPy's header, such as 'cacbca'"
    )
