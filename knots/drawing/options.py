"""What can be drawn, the options that all drawings share, and the checks of both."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from numbers import Real
from typing import Final, Literal, TypedDict, get_args

from ..braids import Braid
from ..checks import shown
from ..closed import ClosedBraid
from ..closures import closure_components, strand_directions
from ..conventions import Closure, check_closure
from ..errors import InputError
from ..inputs import BraidLike, braid

__all__ = [
    "Colouring",
    "Direction",
    "Drawable",
    "DrawingOptions",
    "Subject",
    "check_color",
    "check_direction",
    "check_width",
    "subject",
]

Colouring = Literal["component", "strand", "none"]
Direction = Literal["right", "up"]
# Every reader of SVG knows these names, and so does Matplotlib; others are black or an error.
_COLOR = re.compile(
    r"aqua|black|blue|fuchsia|gray|green|lime|maroon|navy|olive|purple|red|silver|teal|white|yellow"
    r"|#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})"
)
_COLOURINGS: Final[tuple[Colouring, ...]] = get_args(Colouring)
_MAX_LETTERS = 20_000
_MAX_STRANDS = 500


Drawable = BraidLike | ClosedBraid


class DrawingOptions(TypedDict, total=False):
    """The options that every drawing understands.

    Attributes:
        closure: None draws the open braid (a closed braid is drawn as it is closed);
            ``"markov"`` adds the closing arcs, ``"plat"`` caps at both ends.
        reverse: components of the closed link that run the other way, numbered as by
            :func:`plait.knots.closures.closure_components`.
        color: ``"component"`` gives each component of the closed link one colour, ``"strand"``
            each strand of the braid, ``"none"`` all the same one. By default by component where
            there is a closure, else by strand. Colours repeat after seven.
        runs: put a band behind each power σ_i^k of two letters or more, and label it.
        labels: label each letter (with ``runs`` only those outside bands).
        arrows: show the direction of the strands.
        highlight: positions in the word, from 0, of letters to point out.
    """

    closure: str | None
    reverse: Iterable[int]
    color: Colouring | None
    runs: bool
    labels: bool
    arrows: bool
    highlight: Iterable[int]


@dataclass(frozen=True)
class Subject:
    """A checked braid with its closure and options.

    Attributes:
        braid: the braid.
        closure: how it is closed; None for an open braid.
        directions: for each strand, from 0 by where it begins, 1 if it runs with time, else −1.
        colors: for each strand the number of its colour, from 0; −1 for no colour.
        components: number of components of the closed link; for an open braid, of strands.
        runs: whether powers get a band.
        labels: whether letters get a label.
        arrows: whether directions are shown.
        highlight: positions in the word of letters to point out.
    """

    braid: Braid
    closure: Closure | None
    directions: tuple[int, ...]
    colors: tuple[int, ...]
    components: int
    runs: bool
    labels: bool
    arrows: bool
    highlight: frozenset[int]


def subject(
    b: Drawable,
    *,
    closure: str | None = None,
    reverse: Iterable[int] = (),
    color: Colouring | None = None,
    runs: bool = False,
    labels: bool = False,
    arrows: bool = False,
    highlight: Iterable[int] = (),
) -> Subject:
    """Check what is to be drawn; the arguments are those of :class:`DrawingOptions`.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.

    Example:
        >>> subject("1 1", closure="markov").colors
        (0, 1)
        >>> subject(Braid("2 2 2", strands=4), closure="plat").directions
        (1, -1, -1, 1)
    """
    flipped = _integers(reverse, "reverse", "numbers of components")
    if isinstance(b, ClosedBraid):
        word = b.braid
        if closure is None:
            # Reversing twice is no reversing.
            closure, flipped = b.closure, tuple({*b.reverse} ^ {*flipped})
    else:
        word = braid(b)
    _check_size(word)
    kind = None if closure is None else check_closure(closure, word.strands)
    if kind is None and flipped:
        raise InputError("an open braid has no components to reverse; give a closure, too")
    directions = (1,) * word.strands
    if kind is not None:
        directions = strand_directions(word, kind, reverse=flipped)
    components = word.strands if kind is None else len(closure_components(word, kind))
    return Subject(
        braid=word,
        closure=kind,
        directions=directions,
        colors=_colors(word, kind, color),
        components=components,
        runs=bool(runs),
        labels=bool(labels),
        arrows=bool(arrows),
        highlight=_highlight(highlight, len(word)),
    )


def check_width(width: object) -> float:
    """The width as a number.

    Raises:
        InputError: not a positive finite number.
    """
    number = math.nan
    if isinstance(width, Real) and not isinstance(width, bool):
        with suppress(OverflowError):
            number = float(width)
    if 0 < number < 1e9:
        return number
    raise InputError(f"width={shown(width)}: the width of a drawing is a positive number")


def check_direction(direction: object) -> None:
    """Refuse what is no direction of a picture.

    Raises:
        InputError: neither ``"right"`` nor ``"up"``.
    """
    if not isinstance(direction, str) or direction not in get_args(Direction):
        raise InputError(
            f"direction={direction!r}: choose one of: {', '.join(get_args(Direction))}"
        )


def check_color(color: object, name: str) -> None:
    """Refuse what is no colour and not None.

    Raises:
        InputError: neither one of the 16 names of CSS 1 nor ``#RGB`` or ``#RRGGBB``.
    """
    if color is not None and not (isinstance(color, str) and _COLOR.fullmatch(color)):
        raise InputError(
            f"{name}={color!r}: give '#RRGGBB', one of the 16 basic names of colours such as "
            f"'white', or None for none"
        )


def _check_size(word: Braid) -> None:
    if len(word) > _MAX_LETTERS or word.strands > _MAX_STRANDS:
        raise InputError(
            f"a braid of {len(word)} letters on {word.strands} strands is too large to draw; up "
            f"to {_MAX_LETTERS} letters and {_MAX_STRANDS} strands can be drawn, so draw a part "
            f"of the word"
        )


def _colors(word: Braid, closure: Closure | None, color: object) -> tuple[int, ...]:
    if color is not None and not (isinstance(color, str) and color in _COLOURINGS):
        raise InputError(f"color={color!r}: choose one of: {', '.join(_COLOURINGS)}")
    if color == "none":
        return (-1,) * word.strands
    if color == "strand" or (color is None and closure is None):
        return tuple(range(word.strands))
    colors = [0] * word.strands
    # An open braid has the components of its Markov closure.
    for number, strands in enumerate(closure_components(word, closure or "markov")):
        for strand in strands:
            colors[strand] = number
    return tuple(colors)


def _integers(values: Iterable[int], name: str, what: str) -> tuple[int, ...]:
    try:
        return tuple(map(operator.index, values))
    except TypeError:
        raise InputError(f"{name}={values!r}: give a sequence of {what}, from 0") from None


def _highlight(highlight: Iterable[int], letters: int) -> frozenset[int]:
    positions = frozenset(_integers(highlight, "highlight", "positions of letters"))
    for position in sorted(positions):
        if not 0 <= position < letters:
            raise InputError(
                f"highlight: position {shown(position)} is not in this word of {letters} letters; "
                f"positions count from 0"
            )
    return positions
