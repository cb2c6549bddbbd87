"""Drawings by Matplotlib."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, Unpack

from ..errors import InputError
from ..optional import require
from . import palette
from .geometry import laid_out
from .options import Direction, Drawable, DrawingOptions, check_color
from .shapes import STROKE, Label, Picture, Piece, Point, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_matplotlib", "rendered"]

_INCH = 96  # in units of the SVG
_DPI = 192
_PURPOSE = "drawing with Matplotlib"
_MAX_SIDE = 2**16
_MAX_PIXELS = 2**28  # of four bytes each
_ALIGNMENTS: Final = {
    "above": ("center", "baseline"),
    "below": ("center", "top"),
    "left": ("right", "center"),
    "right": ("left", "center"),
}


def draw_matplotlib(
    b: Drawable,
    *,
    ax: Axes | None = None,
    width: float | None = None,
    direction: Direction = "right",
    **options: Unpack[DrawingOptions],
) -> Axes:
    """Draw a braid or a closed braid with Matplotlib.

    The picture is that of :func:`plait.knots.drawing.draw_svg`.

    Args:
        b: a braid, whatever :func:`plait.knots.braid` reads, or a closed braid.
        ax: where to draw; its frame disappears. By default a new figure as large as the SVG.
        width: as for the SVG.
        direction: as for the SVG.
        **options: see :class:`DrawingOptions`.

    Returns:
        The axes, whose units are those of the SVG, with the y axis downwards.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.
        MissingExtraError: Matplotlib is not installed (extra ``plot``).
    """
    _, shapes = laid_out(b, width, direction, **options)
    if ax is None:
        pyplot = require("matplotlib.pyplot", extra="plot", purpose=_PURPOSE)
        ax = _axes(pyplot.figure(figsize=_size(shapes)))
    elif not hasattr(ax, "add_patch"):
        raise InputError(f"ax={ax!r}: give the axes of a Matplotlib figure, or None for new ones")
    _draw(ax, shapes)
    return ax


def rendered(
    b: Drawable,
    form: Literal["png", "pdf"],
    *,
    width: float | None = None,
    direction: Direction = "right",
    background: str | None = None,
    **options: Unpack[DrawingOptions],
) -> bytes:
    """The drawing as PNG or PDF; the arguments are those of the SVG.

    Raises:
        InputError: not a braid, too large to draw, or an option with a wrong value.
        MissingExtraError: Matplotlib is not installed (extra ``plot``).
    """
    check_color(background, "background")
    _, shapes = laid_out(b, width, direction, **options)
    sides = [round(side / _INCH * _DPI) for side in (shapes.width, shapes.height)]
    if form == "png" and (max(sides) >= _MAX_SIDE or sides[0] * sides[1] > _MAX_PIXELS):
        raise InputError(
            f"a PNG of {sides[0]} x {sides[1]} pixels is too large; draw SVG or PDF, or give "
            f"another width"
        )
    # Not by pyplot, which would keep the figure.
    figure = require("matplotlib.figure", extra="plot", purpose=_PURPOSE).Figure
    sheet = figure(figsize=_size(shapes), facecolor="none" if background is None else background)
    _draw(_axes(sheet), shapes)
    data = io.BytesIO()
    # Without the date the same drawing is the same file.
    metadata = {"CreationDate": None} if form == "pdf" else None
    sheet.savefig(data, format=form, dpi=_DPI, metadata=metadata)
    return data.getvalue()


def _size(shapes: Picture) -> tuple[float, float]:
    return shapes.width / _INCH, shapes.height / _INCH


def _axes(sheet: Any) -> Axes:
    axes: Axes = sheet.add_axes((0, 0, 1, 1))
    return axes


def _draw(ax: Axes, shapes: Picture) -> None:
    patches = require("matplotlib.patches", extra="plot", purpose=_PURPOSE)
    ax.set_xlim(0, shapes.width)
    ax.set_ylim(shapes.height, 0)
    ax.set_aspect("equal")
    ax.set_axis_off()
    scale = _scale(ax, shapes)
    stroke = STROKE * scale
    for box in shapes.boxes:
        fill, opacity = palette.box_style(strong=box.strong)
        style = patches.BoxStyle("round", pad=0, rounding_size=7)
        corner = (box.left, box.top)
        ax.add_patch(
            patches.FancyBboxPatch(
                corner, box.width, box.height, boxstyle=style, fc=fill, alpha=opacity, ec="none"
            )
        )
    for thread in shapes.threads:
        path = _path(visible(thread))
        color = palette.color_of(thread.color)
        ax.add_patch(patches.PathPatch(path, fc="none", ec=color, lw=stroke, capstyle="butt"))
    for (x, y), number in _joints(shapes):
        # Two ends that meet would leave a hairline between them. Strands are level there.
        color = palette.color_of(number)
        ax.plot([x - 1, x + 1], [y, y], color=color, lw=stroke, solid_capstyle="butt", snap=False)
    for stub in shapes.stubs:
        (x0, y0), (x1, y1) = stub.start, stub.end
        color = palette.color_of(stub.color)
        dots = (0, (0.01, 5.5 / STROKE))
        ax.plot([x0, x1], [y0, y1], color=color, lw=stroke, ls=dots, dash_capstyle="round")
    for arrow in shapes.arrows:
        color = palette.color_of(arrow.color)
        ax.add_patch(patches.Polygon(arrow.corners, fc=color, ec="none"))
    for label in shapes.labels:
        _put_label(ax, label, scale)


def _joints(shapes: Picture) -> list[tuple[Point, int]]:
    """Where the ends of two threads meet, with their colour."""
    ends = Counter(
        ((round(x, 6), round(y, 6)), thread.color)
        for thread in shapes.threads
        for x, y in (thread.pieces[0].points[0], thread.pieces[-1].points[-1])
    )
    return [end for end, count in ends.items() if count == 2]


def _scale(ax: Axes, shapes: Picture) -> float:
    """Points per unit of the picture, in axes that may have another size."""
    box = ax.get_window_extent()
    pixels = min(box.width / shapes.width, box.height / shapes.height)
    return float(pixels * 72 / ax.figure.dpi)


def _path(parts: Iterable[tuple[Piece, ...]]) -> Any:
    """One path of lines and cubic curves with a move to the begin of each part."""
    path = require("matplotlib.path", extra="plot", purpose=_PURPOSE).Path
    vertices: list[Point] = []
    codes: list[int] = []
    for part in parts:
        vertices.append(part[0].points[0])
        codes.append(path.MOVETO)
        for piece in part:
            vertices.extend(piece.points[1:])
            codes.extend([path.LINETO] if len(piece.points) == 2 else [path.CURVE4] * 3)
    return path(vertices, codes)


def _put_label(ax: Axes, label: Label, scale: float) -> None:
    horizontal, vertical = _ALIGNMENTS[label.side]
    ax.text(
        *label.point,
        label.text,
        ha=horizontal,
        va=vertical,
        fontsize=11 * scale,
        color=palette.INK,
    )
