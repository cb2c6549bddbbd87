"""Charts as SVG: points, lines and bands between two axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..knots.drawing.palette import color_of
from ..knots.errors import InputError
from .scales import Scale, finite, span
from .svg import (
    MARKERS,
    WIDTH,
    Attributes,
    document,
    fitted,
    marker,
    number,
    tag,
    text,
    text_width,
)

__all__ = ["Axis", "Band", "Layer", "Line", "Points", "xy_svg"]

_PLOT_HEIGHT = 220.0
_TOP = 24.0
_ROW = 18.0
_MOST_POINTS = 2000


@dataclass(frozen=True)
class Axis:
    """An axis.

    Attributes:
        label: what it measures, with the unit.
        log: whether it is logarithmic.
    """

    label: str
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class Points:
    """Markers.

    Attributes:
        label: in the legend; "" for none.
        x: their positions.
        y: their positions.
        color: number of the colour and the shape.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    color: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line through points.

    Attributes:
        label: in the legend; "" for none.
        x: of its points.
        y: of its points.
        color: number of the colour.
        dashed: whether it is dashed.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    color: int = 0
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Band:
    """The area between two lines.

    Attributes:
        label: in the legend; "" for none.
        x: of the points of both.
        low: the lower line.
        high: the upper line.
        color: number of the colour.
    """

    label: str
    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    color: int = 0


Layer: TypeAlias = Points | Line | Band


def xy_svg(layers: Iterable[Layer], *, x: Axis, y: Axis, title: str, description: str = "") -> str:
    """Draw points, lines and bands between two axes.

    Of more than 2000 points in a layer, evenly spaced ones are drawn.

    Args:
        layers: what is drawn, the first below the others.
        x: the horizontal axis.
        y: the vertical axis.
        title: the accessible title.
        description: for those who do not see it.

    Returns:
        The SVG document: self-contained, 360 units wide, in the colour of the text around it.

    Raises:
        InputError: a number that is not finite, or not positive on a logarithmic axis; or lists
            of different lengths.

    Example:
        >>> line = Line(label="1/x", x=[1, 10, 100], y=[1, 0.1, 0.01])
        >>> svg = xy_svg([line], x=Axis("shots", log=True), y=Axis("error", log=True), title="a")
        >>> svg.count("<path") > 3
        True
    """
    drawn = [_checked(layer, x, y) for layer in layers]
    bottom = _TOP + _PLOT_HEIGHT
    low, high = span((v for layer in drawn for v in _heights(layer)), log=y.log)
    up = Scale(low, high, _PLOT_HEIGHT, 0, y.log)
    left = 14 + max((text_width(label) for _, label in up.ticks()), default=0.0)
    low, high = span((v for layer in drawn for v in layer.x), log=x.log)
    across = Scale(low, high, 0, WIDTH - left - 12, x.log)
    inside = "".join(_layer(layer, across, up) for layer in drawn)
    # A picture within the picture cuts what reaches beyond the frame.
    plot = tag("svg", inside, x=left, y=_TOP, width=across.stop, height=_PLOT_HEIGHT)
    legend, height = _legend(drawn, bottom + 58)
    return document(
        f"{_axes(across, up, left, x, y)}\n{plot}\n{legend}",
        height=height,
        title=title,
        description=description or f"{y.label} against {x.label}",
    )


def _checked(layer: Layer, x: Axis, y: Axis) -> Layer:
    if not isinstance(layer, (Points, Line, Band)):
        raise InputError(f"{layer!r}: give Points, a Line or a Band")
    name = layer.label or "a layer"
    xs = finite(layer.x, f"{name}, {x.label}", positive=x.log)
    what = f"{name}, {y.label}"
    if isinstance(layer, Band):
        low = finite(layer.low, what, positive=y.log)
        high = finite(layer.high, what, positive=y.log)
        _same_length(name, xs, low, high)
        return Band(label=layer.label, x=xs, low=low, high=high, color=layer.color)
    ys = finite(layer.y, what, positive=y.log)
    _same_length(name, xs, ys)
    if isinstance(layer, Line):
        return Line(label=layer.label, x=xs, y=ys, color=layer.color, dashed=layer.dashed)
    every = -(-len(xs) // _MOST_POINTS) or 1
    return Points(label=layer.label, x=xs[::every], y=ys[::every], color=layer.color)


def _same_length(name: str, *lists: Sequence[float]) -> None:
    lengths = [len(one) for one in lists]
    if len(set(lengths)) > 1:
        raise InputError(
            f"{name}: lists of {' and '.join(map(str, lengths))} numbers; give as many"
        )


def _heights(layer: Layer) -> Sequence[float]:
    return (*layer.low, *layer.high) if isinstance(layer, Band) else layer.y


def _layer(layer: Layer, x: Scale, y: Scale) -> str:
    color = color_of(layer.color)
    if not layer.x:
        return ""
    if isinstance(layer, Band):
        up = [(x(a), y(b)) for a, b in zip(layer.x, layer.high, strict=True)]
        down = [(x(a), y(b)) for a, b in zip(layer.x, layer.low, strict=True)]
        data = f"{_polyline(up)}L{_polyline(down[::-1])[1:]}z"
        return tag("path", d=data, fill=color, fill_opacity=0.25)
    places = [(x(a), y(b)) for a, b in zip(layer.x, layer.y, strict=True)]
    if isinstance(layer, Line):
        dash = "5 4" if layer.dashed else None
        return tag("path", d=_polyline(places), fill="none", stroke=color, stroke_width=1.8,
                   stroke_linejoin="round", stroke_dasharray=dash)  # fmt: skip
    radius = 3.5 if len(places) <= 100 else 2.5 if len(places) <= 500 else 1.6
    opacity = 0.9 if len(places) <= 100 else 0.5
    shape = MARKERS[layer.color % len(MARKERS)]
    data = "".join(marker(shape, a, b, radius) for a, b in places)
    return tag("path", d=data, fill=color, fill_opacity=opacity)


def _polyline(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(a)} {number(b)}" for a, b in places)


def _axes(across: Scale, up: Scale, left: float, x: Axis, y: Axis) -> str:
    bottom, right = _TOP + _PLOT_HEIGHT, left + across.stop
    faint: Attributes = {"stroke": "currentColor", "stroke_opacity": 0.15}
    found = [
        tag("rect", x=left, y=_TOP, width=across.stop, height=_PLOT_HEIGHT, fill="none",
            stroke="currentColor", stroke_opacity=0.5),
        text(2, _TOP - 9, fitted(y.label, WIDTH)),
        text(right, bottom + 34, fitted(x.label, WIDTH), text_anchor="end"),
    ]  # fmt: skip
    free = left - 20
    for value, label in across.ticks():
        at, half = left + across(value), text_width(label) / 2
        found.append(tag("path", d=f"M{number(at)} {number(_TOP)}V{number(bottom)}", **faint))
        if at - half > free and at + half <= WIDTH:
            found.append(text(at, bottom + 17, label, text_anchor="middle"))
            free = at + half + 4
    for value, label in up.ticks():
        at = _TOP + up(value)
        found.append(tag("path", d=f"M{number(left)} {number(at)}H{number(right)}", **faint))
        found.append(text(left - 6, at + 4, label, text_anchor="end"))
    return "".join(found)


def _legend(layers: Sequence[Layer], y: float) -> tuple[str, float]:
    """The rows below the chart, and the height of all."""
    rows = []
    for layer in layers:
        if layer.label:
            rows += [_sample(layer, y), text(38, y, fitted(layer.label, WIDTH - 40))]
            y += _ROW
    return "".join(rows), y - _ROW + 8


def _sample(layer: Layer, y: float) -> str:
    color = color_of(layer.color)
    if isinstance(layer, Band):
        return tag("rect", x=6, y=y - 10, width=24, height=12, fill=color, fill_opacity=0.4)
    if isinstance(layer, Line):
        dash = "5 4" if layer.dashed else None
        return tag("path", d=f"M6 {number(y - 4)}h24", stroke=color, stroke_width=1.8,
                   stroke_dasharray=dash)  # fmt: skip
    shape = MARKERS[layer.color % len(MARKERS)]
    return tag("path", d=marker(shape, 18, y - 4), fill=color)
