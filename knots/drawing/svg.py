"""Drawings as SVG."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from html import escape
from typing import Final, Unpack

from ..braids import Braid
from ..errors import InputError
from . import palette
from .geometry import laid_out
from .notation import describe, title_of
from .options import Direction, Drawable, DrawingOptions, check_color
from .shapes import STROKE, Arrow, Label, Picture, Piece, Point, Stub, visible

__all__ = ["draw_svg", "notebook_svg"]

_DIRECTIONS: Final = {"right": ("left to right", "top"), "up": ("bottom to top", "left")}
_FONT = 'font-family="Helvetica, Arial, sans-serif" font-size="11"'
_ANCHORS: Final = {
    "above": ("middle", 0.0),
    "below": ("middle", 8.0),
    "left": ("end", 4.0),
    "right": ("start", 4.0),
}


def draw_svg(
    b: Drawable,
    *,
    width: float | None = None,
    direction: Direction = "right",
    background: str | None = None,
    title: str | None = None,
    **options: Unpack[DrawingOptions],
) -> str:
    """Draw a braid or a closed braid as SVG.

    Time runs from left to right and strand 1 begins at the top, so that at a positive letter i
    (a right-handed crossing) the strand from position i passes over, downwards to i+1. Lower
    strands have a gap, not a stroke of the background over them: the background is transparent,
    and all colours are seen on white and on dark pages. Long braids go on in further rows; where
    a row is cut the strands are dotted and have the number of their position.

    Args:
        b: a braid, whatever :func:`plait.knots.braid` reads, or a closed braid.
        width: extent along time after which rows break, in user units (a column of crossings
            takes 34); more where one column and the arcs of the closure need it. By default 900,
            or as much more as it takes to be not much higher than wide.
        direction: ``"right"``, or ``"up"`` for time upwards and strand 1 at the left.
        background: a colour behind everything; None for transparent.
        title: the accessible title; by default what is drawn and its word.
        **options: see :class:`DrawingOptions`.

    Returns:
        The SVG document: self-contained, in user units with a viewBox, with title and
        description for screen readers.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.

    Example:
        >>> svg = draw_svg("1 1 1", closure="markov")
        >>> svg.startswith("<svg") and svg.count("<path") == 1
        True
    """
    check_color(background, "background")
    drawn, shapes = laid_out(b, width, direction, **options)
    along, first = _DIRECTIONS[direction]
    return _document(
        shapes,
        title=title_of(drawn) if title is None else str(title),
        description=describe(drawn, along=along, first=first),
        background=background,
    )


def notebook_svg(braid: Braid) -> str | None:
    """The open braid for notebooks; None, for which they print text, if it is too large to draw.

    Example:
        >>> notebook_svg(Braid("1 1 1"))[:4]
        '<svg'
        >>> notebook_svg(Braid([1] * 100_000)) is None
        True
    """
    try:
        return draw_svg(braid)
    except InputError:
        return None


def _document(shapes: Picture, *, title: str, description: str, background: str | None) -> str:
    body = "\n".join(_body(shapes, background))
    # Pictures share a page with others, so their ids differ.
    key = f"plait-{zlib.crc32(f'{title}{description}{body}'.encode()):08x}"
    width, height = _number(shapes.width), _number(shapes.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">\n'
        f'<title id="{key}-title">{_text(title)}</title>\n'
        f'<desc id="{key}-desc">{_text(description)}</desc>\n'
        f"{body}\n</svg>\n"
    )


def _body(shapes: Picture, background: str | None) -> Iterable[str]:
    if background is not None:
        yield f'<rect width="100%" height="100%" fill="{background}"/>'
    for box in shapes.boxes:
        fill, opacity = palette.box_style(strong=box.strong)
        yield (
            f'<rect x="{_number(box.left)}" y="{_number(box.top)}" '
            f'width="{_number(box.width)}" height="{_number(box.height)}" rx="7" '
            f'fill="{fill}" fill-opacity="{opacity}"/>'
        )
    yield f'<g fill="none" stroke-width="{STROKE}" stroke-linejoin="round">'
    for color, data in _paths(shapes).items():
        yield f'<path stroke="{color}" d="{data}"/>'
    yield "</g>"
    if shapes.stubs:
        yield (
            f'<g fill="none" stroke-width="{STROKE}" stroke-linecap="round" '
            f'stroke-dasharray="0 5.5">'
        )
        for color, data in _stub_paths(shapes.stubs).items():
            yield f'<path stroke="{color}" d="{data}"/>'
        yield "</g>"
    yield from map(_arrow, shapes.arrows)
    if shapes.labels:
        yield f'<g fill="{palette.INK}" {_FONT}>'
        yield from map(_label, shapes.labels)
        yield "</g>"


def _paths(shapes: Picture) -> dict[str, str]:
    """The path data of all threads of each colour."""
    found: dict[str, list[str]] = {}
    for thread in shapes.threads:
        data = found.setdefault(palette.color_of(thread.color), [])
        data.extend(_path(part) for part in visible(thread))
    return {color: "".join(data) for color, data in found.items()}


def _stub_paths(stubs: Iterable[Stub]) -> dict[str, str]:
    found: dict[str, str] = {}
    for stub in stubs:
        color = palette.color_of(stub.color)
        found[color] = found.get(color, "") + _path((Piece((stub.start, stub.end)),))
    return found


def _path(pieces: Iterable[Piece]) -> str:
    """Path data with relative coordinates, which are short; the pen is kept as it is rounded."""
    data: list[str] = []
    pen: Point = (0.0, 0.0)
    for number, piece in enumerate(pieces):
        points = [_rounded(point) for point in piece.points]
        if number == 0:
            pen = points[0]
            data.append(f"M{_pair(pen)}")
        steps = " ".join(_pair(_rounded((x - pen[0], y - pen[1]))) for x, y in points[1:])
        data.append(("l" if len(points) == 2 else "c") + steps)
        pen = points[-1]
    return "".join(data)


def _arrow(arrow: Arrow) -> str:
    corners = "L".join(map(_pair, arrow.corners))
    return f'<path fill="{palette.color_of(arrow.color)}" d="M{corners}z"/>'


def _label(label: Label) -> str:
    anchor, down = _ANCHORS[label.side]
    x, y = label.point
    return (
        f'<text x="{_number(x)}" y="{_number(y + down)}" text-anchor="{anchor}">'
        f"{_text(label.text)}</text>"
    )


def _rounded(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _text(text: str) -> str:
    """Text of XML, without the control characters that it cannot hold."""
    return escape("".join(c if c.isprintable() else " " for c in text), quote=False)
