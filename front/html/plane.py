"""The complex plane with estimates in it: values, their regions of confidence, the exact value."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..knots.checks import check_count
from ..knots.drawing.palette import color_of
from ..knots.errors import InputError
from .ellipses import Ellipse, confidence_ellipse
from .scales import Scale, finite
from .svg import MARKERS, WIDTH, Attributes, document, fitted, marker, number, tag, text

if TYPE_CHECKING:
    from ..mitigation.resampling import Interval

__all__ = ["Ellipse", "PlanePoint", "complex_plane_svg", "complex_text", "confidence_ellipse"]

_MOST_POINTS = 100
_LEFT, _TOP, _SIDE = 46.0, 22.0, 300.0
_ROW = 18.0
_ZOOM: Final = 2.5  # a circle that is larger than this times what is shown is cut
_FAR: Final = 4.0  # regions that reach further than this times the values are cut


@dataclass(frozen=True, kw_only=True)
class PlanePoint:
    """An estimate of a complex number.

    Attributes:
        label: what the legend calls it.
        value: the estimate.
        interval: ((low, high), (low, high)) of the real and the imaginary part, drawn as a
            rectangle.
        ellipse: drawn instead of the interval, if given.
        sign_known: False where −value is as likely; then both are drawn.
        strong: whether it is the one to look at.
    """

    label: str
    value: complex
    interval: Interval | None = None
    ellipse: Ellipse | None = None
    sign_known: bool = True
    strong: bool = False


def complex_plane_svg(
    points: Iterable[PlanePoint],
    *,
    exact: complex | None = None,
    circle: float | None = 1.0,
    arrow: tuple[str, str] | None = None,
    symbol: str = "z",
    title: str = "Estimates in the complex plane",
) -> str:
    """Draw estimates in the complex plane, with the exact value where it is known.

    Args:
        points: the estimates; their regions are ellipses or rectangles.
        exact: the exact value, drawn as a cross.
        circle: radius of a circle about 0, which no exact value is outside of; None for none.
        arrow: labels of two points, joined by an arrow.
        symbol: what the axes call the number.
        title: the accessible title.

    Returns:
        The SVG document: self-contained, 360 units wide, in the colour of the text around it,
        with title and description for screen readers.

    Raises:
        InputError: a number that is not finite, more than 100 points, or an arrow between labels
            that are not there.

    Example:
        >>> point = PlanePoint(label="raw", value=0.3 + 0.4j, interval=((0.2, 0.4), (0.3, 0.5)))
        >>> complex_plane_svg([point], exact=0.5j)[:4]
        '<svg'
    """
    shown = list(points)
    check_count(len(shown), "number of points", least=0, most=_MOST_POINTS)
    _check(shown, exact, circle)
    x, y = _window(shown, exact, circle)
    inside = [*_background(x, y, circle)]
    inside += [_region(point, k, x, y) for k, point in enumerate(shown)]
    inside += [_arrow(shown, arrow, x, y)]
    # What matters most is drawn last, over the others.
    order = sorted(range(len(shown)), key=lambda k: shown[k].strong)
    inside += [_mark(shown[k], k, x, y) for k in order]
    if exact is not None:
        inside.append(_cross(x(exact.real), y(exact.imag)))
    # A picture within the picture cuts what reaches beyond the frame.
    plot = tag("svg", "".join(inside), x=_LEFT, y=_TOP, width=_SIDE, height=_SIDE)
    legend, height = _legend(shown, exact, circle)
    return document(
        f"{_frame(x, y, symbol)}\n{plot}\n{legend}",
        height=height,
        title=title,
        description=_describe(shown, exact, symbol),
    )


def _check(points: Sequence[PlanePoint], exact: complex | None, circle: float | None) -> None:
    for point in points:
        if not isinstance(point, PlanePoint):
            raise InputError(f"{point!r}: give a PlanePoint(label=…, value=…)")
        numbers = [point.value.real, point.value.imag]
        if point.ellipse is not None:
            e = point.ellipse
            numbers += [e.center.real, e.center.imag, *e.axes, e.angle]
        elif point.interval is not None:
            numbers += [bound for bounds in point.interval for bound in bounds]
        finite(numbers, f"point {point.label!r}")
    if exact is not None:
        finite([exact.real, exact.imag], "exact value")
    if circle is not None:
        finite([circle], "circle", positive=True)


def _window(
    points: Sequence[PlanePoint], exact: complex | None, circle: float | None
) -> tuple[Scale, Scale]:
    """A square with all values in it, their regions as far as they are not out of proportion."""
    values = [0j, *(p.value for p in points), *(-p.value for p in points if not p.sign_known)]
    values += [] if exact is None else [exact]
    size = max(map(abs, values)) or circle or 1.0
    if circle is not None and circle <= _ZOOM * size:
        values += [circle * unit for unit in (1, -1, 1j, -1j)]
        size = max(size, circle)
    far = _FAR * size
    corners = [
        complex(min(max(c.real, -far), far), min(max(c.imag, -far), far))
        for point in points
        for c in _corners(point)
    ]
    reals = [v.real for v in (*values, *corners)]
    imags = [v.imag for v in (*values, *corners)]
    middle = complex(min(reals) + max(reals), min(imags) + max(imags)) / 2
    half = 0.54 * max(max(reals) - min(reals), max(imags) - min(imags)) or 1.0
    return (
        Scale(middle.real - half, middle.real + half, 0, _SIDE),
        Scale(middle.imag - half, middle.imag + half, _SIDE, 0),
    )


def _corners(point: PlanePoint) -> list[complex]:
    """Corners of the box around a region, and of its mirror image where the sign is open."""
    found: list[complex] = []
    if point.ellipse is not None:
        width, height = point.ellipse.reach
        found = [point.ellipse.center + complex(sx * width, sy * height)
                 for sx in (-1, 1) for sy in (-1, 1)]  # fmt: skip
    elif point.interval is not None:
        (a, b), (c, d) = point.interval
        found = [complex(a, c), complex(b, d)]
    return found if point.sign_known else [*found, *(-c for c in found)]


def _background(x: Scale, y: Scale, circle: float | None) -> list[str]:
    found = []
    style: Attributes = {"stroke": "currentColor", "stroke_width": 1, "stroke_opacity": 0.35}
    if x.low < 0 < x.high:
        found.append(tag("path", d=f"M{number(x(0))} 0v{number(_SIDE)}", **style))
    if y.low < 0 < y.high:
        found.append(tag("path", d=f"M0 {number(y(0))}h{number(_SIDE)}", **style))
    if circle is not None:
        radius = x(circle) - x(0)
        found.append(tag("circle", cx=x(0), cy=y(0), r=radius, fill="none", **style))
    return found


def _region(point: PlanePoint, k: int, x: Scale, y: Scale) -> str:
    signs = (1,) if point.sign_known else (1, -1)
    return "".join(_one_region(point, k, sign, x, y) for sign in signs)


def _one_region(point: PlanePoint, k: int, sign: int, x: Scale, y: Scale) -> str:
    style: Attributes = {
        "fill": color_of(k),
        "fill_opacity": 0.16 if sign > 0 else 0.05,
        "stroke": color_of(k),
        "stroke_width": 1.5 if point.strong else 1,
        "stroke_dasharray": None if sign > 0 else "3 3",
    }
    unit = x(1) - x(0)
    if point.ellipse is not None:
        center = sign * point.ellipse.center
        cx, cy = number(x(center.real)), number(y(center.imag))
        # Positions run downwards, so angles turn the other way.
        degrees = number(-math.degrees(point.ellipse.angle))
        rx, ry = (unit * length for length in point.ellipse.axes)
        turn = f"translate({cx} {cy}) rotate({degrees})"
        return tag("ellipse", rx=rx, ry=ry, transform=turn, **style)
    if point.interval is None:
        return ""
    (a, b), (c, d) = point.interval
    if sign < 0:
        a, b, c, d = -b, -a, -d, -c
    return tag("rect", x=x(a), y=y(d), width=unit * (b - a), height=unit * (d - c), **style)


def _arrow(points: Sequence[PlanePoint], arrow: tuple[str, str] | None, x: Scale, y: Scale) -> str:
    if arrow is None:
        return ""
    at: list[complex] = []
    for label in arrow:
        found = next((p.value for p in points if p.label == label), None)
        if found is None:
            raise InputError(f"arrow={arrow!r}: there is no point with the label {label!r}")
        at.append(complex(x(found.real), y(found.imag)))
    start, stop = at
    if abs(stop - start) < 24:  # no room between the markers
        return ""
    unit = (stop - start) / abs(stop - start)
    start, stop = start + 8 * unit, stop - 8 * unit
    wings = [stop - 7 * unit * cmath.exp(1j * turn) for turn in (0.45, -0.45)]
    line = f"M{_at(start)}L{_at(stop)}M{_at(wings[0])}L{_at(stop)}L{_at(wings[1])}"
    return tag("path", d=line, fill="none", stroke="currentColor", stroke_width=1.2)


def _at(position: complex) -> str:
    return f"{number(position.real)} {number(position.imag)}"


def _mark(point: PlanePoint, k: int, x: Scale, y: Scale) -> str:
    shape, radius = MARKERS[k % len(MARKERS)], 6.0 if point.strong else 4.5
    value = point.value
    found = tag("path", d=marker(shape, x(value.real), y(value.imag), radius), fill=color_of(k))
    if not point.sign_known:
        other = marker(shape, x(-value.real), y(-value.imag), radius)
        found += tag("path", d=other, fill="none", stroke=color_of(k), stroke_width=1.2)
    return found


def _cross(x: float, y: float) -> str:
    d = f"M{number(x - 7)} {number(y)}h14M{number(x)} {number(y - 7)}v14"
    return tag("path", d=d, stroke="currentColor", stroke_width=2)


def _frame(x: Scale, y: Scale, symbol: str) -> str:
    found = [
        tag("rect", x=_LEFT, y=_TOP, width=_SIDE, height=_SIDE, fill="none",
            stroke="currentColor", stroke_opacity=0.5),
        text(_LEFT, _TOP - 8, f"Im {symbol}"),
        text(_LEFT + _SIDE, _TOP + _SIDE + 34, f"Re {symbol}", text_anchor="end"),
    ]  # fmt: skip
    bottom = _TOP + _SIDE
    for value, label in x.ticks():
        at = _LEFT + x(value)
        found.append(_tick(f"M{number(at)} {number(bottom)}v4"))
        found.append(text(at, bottom + 17, label, text_anchor="middle"))
    for value, label in y.ticks():
        at = _TOP + y(value)
        found.append(_tick(f"M{number(_LEFT)} {number(at)}h-4"))
        found.append(text(_LEFT - 7, at + 4, label, text_anchor="end"))
    return "".join(found)


def _tick(data: str) -> str:
    return tag("path", d=data, stroke="currentColor", stroke_opacity=0.5)


def _legend(
    points: Sequence[PlanePoint], exact: complex | None, circle: float | None
) -> tuple[str, float]:
    """The rows below the picture, and the height of all."""
    y = _TOP + _SIDE + 56
    rows = []
    for k, point in enumerate(points):
        shape = marker(MARKERS[k % len(MARKERS)], 14, y - 4, 4.5)
        rows.append(tag("path", d=shape, fill=color_of(k)))
        value = complex_text(point.value)
        value = value if point.sign_known else f"±({value})"
        rows.append(_row(y, point.label, value, point.strong))
        y += _ROW
    if exact is not None:
        rows += [_cross(14, y - 4), _row(y, "exact", complex_text(exact), False)]
        y += _ROW
    if circle is not None:
        rows.append(tag("circle", cx=14, cy=y - 4, r=5, fill="none", stroke="currentColor",
                        stroke_opacity=0.6))  # fmt: skip
        rows.append(_row(y, "largest possible", f"radius {circle:.4g}", False))
        y += _ROW
    if any(not point.sign_known for point in points):
        rows.append(text(28, y, "hollow: the other sign, as likely"))
        y += _ROW
    return "".join(rows), y - _ROW + 8


def _row(y: float, label: str, value: str, strong: bool) -> str:
    weight = "bold" if strong else None
    room = WIDTH - 28 - 16 - 7.2 * len(value)
    room *= 0.92 if strong else 1.0
    return text(28, y, fitted(label, room), font_weight=weight) + text(
        WIDTH - 8, y, value, text_anchor="end", font_weight=weight
    )


def complex_text(value: complex) -> str:
    """A complex number as legends and tables have it.

    Example:
        >>> complex_text(-0.13274 + 0.81708j), complex_text(12345.678 - 1e-9j)
        ('−0.133 + 0.817i', '12346 + 0.000i')
    """
    real, imag = (_part(abs(part)) for part in (value.real, value.imag))
    minus = "−" if value.real < 0 and float(real) else ""
    sign = "−" if value.imag < 0 and float(imag) else "+"
    return f"{minus}{real} {sign} {imag}i"


def _part(size: float) -> str:
    return f"{size:.3f}" if size < 1000 else f"{size:.5g}"


def _describe(points: Sequence[PlanePoint], exact: complex | None, symbol: str) -> str:
    parts = [
        f"{p.label}: {symbol} = {'±' if not p.sign_known else ''}({complex_text(p.value)})"
        for p in points
    ]
    if exact is not None:
        parts.append(f"exact: {symbol} = {complex_text(exact)}")
    return "; ".join(parts) or "no estimates"
