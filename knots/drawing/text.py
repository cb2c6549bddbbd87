"""Drawings of characters, for terminals and plain text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Unpack

from ..errors import InputError
from . import palette
from .frame import Metrics, fit
from .geometry import picture
from .layout import place, powers
from .notation import power_text
from .options import Drawable, DrawingOptions, Subject, check_width, subject
from .shapes import Box, Label, Picture, Piece, Point, Thread

__all__ = ["draw_text"]

_LEAST_COLUMN = 4
_MAX_CELLS = 20_000_000
_RESET = "\x1b[0m"
_TEXT = -2  # the colour of what is no strand


@dataclass(frozen=True)
class _Glyphs:
    """The characters of a style."""

    level: str
    upright: str
    corners: dict[tuple[bool, bool], str]  # by whether they join left (else right), up (else down)
    falling: str
    rising: str
    cut: str
    forwards: str
    backwards: str
    band: tuple[str, str, str]


_UNICODE: Final = _Glyphs(
    level="─",
    upright="│",
    corners={(True, True): "╯", (True, False): "╮", (False, True): "╰", (False, False): "╭"},
    falling="╲",
    rising="╱",
    cut="┄",
    forwards="▸",
    backwards="◂",
    band=("┌", "┈", "┐"),
)
_ASCII: Final = _Glyphs(
    level="-",
    upright="|",
    corners={(True, True): "'", (True, False): ".", (False, True): "'", (False, False): "."},
    falling="\\",
    rising="/",
    cut="~",
    forwards=">",
    backwards="<",
    band=("[", " ", "]"),
)

# Characters by line and column, each with the number of its colour.
_Cells = dict[tuple[int, int], tuple[str, int]]


def draw_text(
    b: Drawable,
    *,
    width: float = 80,
    ascii_only: bool = False,
    ansi: bool = False,
    **options: Unpack[DrawingOptions],
) -> str:
    """Draw a braid or a closed braid with characters.

    The directions are those of :func:`plait.knots.drawing.draw_svg`: time from left to right,
    strand 1 at the top. Where two strands cross the upper one is the unbroken diagonal: ``╲`` for
    a positive letter, ``╱`` for a negative one.

    Args:
        b: a braid, whatever :func:`plait.knots.braid` reads, or a closed braid.
        width: characters in a line, after which rows break; more where one column of crossings
            and the arcs of the closure need it.
        ascii_only: use no characters but those of ASCII.
        ansi: colour the strands with the escape sequences of terminals (256 colours).
        **options: see :class:`DrawingOptions`. A band is drawn as a bracket above the run;
            highlighted letters are in parentheses.

    Returns:
        Lines without trailing blanks, and without a final line break.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.

    Example:
        >>> print(draw_text("1 1 1"))
        1 ───╮ ╭─╮ ╭─╮ ╭─── 1
              ╲   ╲   ╲
        2 ───╯ ╰─╯ ╰─╯ ╰─── 2
    """
    drawn = subject(b, **options)
    # The coordinates of the picture are those of the middles of characters, from 0.
    extent, metrics = check_width(width) - 1, _metrics(drawn, plain=ascii_only)
    frame = fit(drawn, metrics, extent)
    if frame.width * frame.height > _MAX_CELLS:
        raise InputError(
            f"{len(drawn.braid)} letters on {drawn.braid.strands} strands are too many to draw "
            f"with a width of {width} characters; give a larger width, or draw a part of the word"
        )
    shapes = picture(drawn, extent, metrics)
    return _printed(_cells(shapes, _ASCII if ascii_only else _UNICODE), ansi=ansi)


def _metrics(drawn: Subject, *, plain: bool) -> Metrics:
    """Distances in characters, with columns that are wide enough for every label."""
    letters = place(drawn.braid)
    found: set[tuple[int, int]] = set()
    if drawn.labels:
        found |= {(abs(each.letter), 1 if each.letter > 0 else -1) for each in letters}
    if drawn.runs:
        found |= {(power.generator, power.exponent) for power in powers(letters)}
    longest = max((len(power_text(i, k, ascii_only=plain)) for i, k in found), default=0)
    column = max(_LEAST_COLUMN, longest + 1)
    return Metrics(
        lane=2,
        arc=1,
        least_arc=1,
        column=column + column % 2,  # so that it has a middle
        lead=2,
        stub=2,
        margin=0,
        between=2,
        head=1,
        raised=1,
        digit=1,
        beside=1,
        inset=0,
        above=1,
        below=0,
        plain=plain,
    )


def _cells(shapes: Picture, glyphs: _Glyphs) -> _Cells:
    cells: _Cells = {}
    for stub in shapes.stubs:
        _fill(cells, stub.start, stub.end, glyphs.cut, stub.color)
    for thread in shapes.threads:
        _put_thread(cells, thread, glyphs)
    for arrow in shapes.arrows:
        backwards = abs(arrow.angle) > 90
        head = glyphs.backwards if backwards else glyphs.forwards
        cells[_place(arrow.point)] = (head, arrow.color)
    for box in shapes.boxes:
        _put_box(cells, box, glyphs)
    for label in shapes.labels:
        _put_label(cells, label)
    return cells


def _put_thread(cells: _Cells, thread: Thread, glyphs: _Glyphs) -> None:
    for piece in thread.pieces:
        if piece.letter >= 0:
            _put_crossing(cells, piece, glyphs, thread.color)
        elif len(piece.points) == 2:
            _put_line(cells, *piece.points, glyphs, thread.color)
        else:
            _put_corner(cells, piece.points, glyphs, thread.color)


def _put_line(cells: _Cells, start: Point, end: Point, glyphs: _Glyphs, color: int) -> None:
    _fill(cells, start, end, glyphs.level if start[1] == end[1] else glyphs.upright, color)


def _put_crossing(cells: _Cells, piece: Piece, glyphs: _Glyphs, color: int) -> None:
    """Level, corner, diagonal, corner, level; no diagonal for the lower strand."""
    start, end = piece.points[0], piece.points[-1]
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    falls = start[1] < end[1]
    _put_line(cells, start, (middle[0] - 1, start[1]), glyphs, color)
    _put_line(cells, (middle[0] + 1, end[1]), end, glyphs, color)
    cells[_place((middle[0] - 1, start[1]))] = (glyphs.corners[True, not falls], color)
    cells[_place((middle[0] + 1, end[1]))] = (glyphs.corners[False, falls], color)
    if piece.over:
        cells[_place(middle)] = (glyphs.falling if falls else glyphs.rising, color)


def _put_corner(cells: _Cells, points: tuple[Point, ...], glyphs: _Glyphs, color: int) -> None:
    """A quarter of an ellipse as the corner that its tangents make."""
    level, upright = points[0], points[-1]
    if points[0][0] == points[1][0]:
        level, upright = upright, level
    corner = (upright[0], level[1])
    _put_line(cells, level, corner, glyphs, color)
    _put_line(cells, corner, upright, glyphs, color)
    glyph = glyphs.corners[level[0] < corner[0], upright[1] < corner[1]]
    cells[_place(corner)] = (glyph, color)


def _put_box(cells: _Cells, box: Box, glyphs: _Glyphs) -> None:
    """Parentheses beside a highlighted crossing, a bracket above a run."""
    right = box.left + box.width
    if box.strong:
        middle, line = box.left + box.width / 2, box.top + box.height / 2
        cells[_place((middle - 1, line))] = ("(", _TEXT)
        cells[_place((middle + 1, line))] = (")", _TEXT)
        return
    begin, between, end = glyphs.band
    _fill(cells, (box.left + 1, box.top), (right - 1, box.top), between, _TEXT)
    cells[_place((box.left + 1, box.top))] = (begin, _TEXT)
    cells[_place((right - 1, box.top))] = (end, _TEXT)


def _put_label(cells: _Cells, label: Label) -> None:
    line, column = _place(label.point)
    if label.side == "above":
        column -= len(label.text) // 2
    elif label.side == "left":
        column -= len(label.text)
    else:
        column += 1
    for offset, character in enumerate(label.text):
        cells[line, column + offset] = (character, _TEXT)


def _place(point: Point) -> tuple[int, int]:
    return round(point[1]), round(point[0])


def _fill(cells: _Cells, start: Point, end: Point, glyph: str, color: int) -> None:
    """The same character on a level or upright line, both ends included."""
    (top, left), (bottom, right) = sorted((_place(start), _place(end)))
    for line in range(top, bottom + 1):
        for column in range(min(left, right), max(left, right) + 1):
            cells[line, column] = (glyph, color)


def _printed(cells: _Cells, *, ansi: bool) -> str:
    lines: list[list[tuple[int, str, int]]] = [[] for _ in range(1 + max(cells)[0])]
    for (line, column), (character, color) in cells.items():
        lines[line].append((column, character, color))
    return "\n".join(_printed_line(sorted(line), ansi=ansi) for line in lines)


def _printed_line(characters: Iterable[tuple[int, str, int]], *, ansi: bool) -> str:
    parts: list[str] = []
    used = 0
    for color, group in groupby(characters, key=lambda each: each[2]):
        text = ""
        for column, character, _ in group:
            text += " " * (column - used) + character
            used = column + 1
        parts.append(f"{_escape(color)}{text}{_RESET}" if ansi and color >= 0 else text)
    return "".join(parts).rstrip()


def _escape(color: int) -> str:
    """The nearest of the 216 colours of the cube that terminals have."""
    levels = (0, 95, 135, 175, 215, 255)
    code = palette.color_of(color)
    red, green, blue = (
        min(range(6), key=lambda k: abs(levels[k] - int(code[at : at + 2], 16)))
        for at in (1, 3, 5)
    )
    return f"\x1b[38;5;{16 + 36 * red + 6 * green + blue}m"
