"""Charts as SVG: bars of parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..knots.checks import check_count
from ..knots.drawing.palette import color_of
from ..knots.errors import InputError
from .scales import finite
from .svg import WIDTH, document, fitted, tag, text, text_width

__all__ = ["Bar", "bars_svg"]

_MOST_BARS = 200
_ROW = 18.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar.

    Attributes:
        label: what it stands for.
        parts: lengths of its parts, not negative.
        value: text at its right.
    """

    label: str
    parts: tuple[float, ...]
    value: str = ""


def bars_svg(
    bars: Iterable[Bar], *, parts: Sequence[str], title: str, whole: float | None = None
) -> str:
    """Draw horizontal bars, each of the same parts.

    Args:
        bars: from top to bottom.
        parts: what the parts are called, in the order of their numbers.
        title: the accessible title.
        whole: the length of a full bar; by default the longest.

    Returns:
        The SVG document: self-contained, 360 units wide, in the colour of the text around it.

    Raises:
        InputError: a length that is negative or not finite, bars with another number of parts, or
            more than 200 bars.

    Example:
        >>> svg = bars_svg([Bar(label="real", parts=(70, 30))], parts=["+1", "−1"], title="shots")
        >>> svg.count("<rect")
        4
    """
    shown = [_checked_bar(bar, parts) for bar in bars]
    check_count(len(shown), "number of bars", least=0, most=_MOST_BARS)
    longest = whole or max((sum(bar.parts) for bar in shown), default=0) or 1.0
    body, y = [], 16.0
    for bar in shown:
        room = WIDTH - 12 - text_width(bar.value)
        body.append(text(2, y, fitted(bar.label, room)))
        body.append(text(WIDTH - 2, y, bar.value, text_anchor="end"))
        start = 2.0
        for k, length in enumerate(bar.parts):
            width = min(length / longest, 1.0) * (WIDTH - 4)
            body.append(tag("rect", x=start, y=y + 5, width=width, height=13, fill=color_of(k)))
            start += width
        y += 40
    x = 2.0
    for k, name in enumerate(parts):
        needed = 36 + text_width(name)
        if x > 2 and x + needed > WIDTH:
            x, y = 2.0, y + _ROW
        body.append(tag("rect", x=x, y=y - 10, width=12, height=12, fill=color_of(k)))
        body.append(text(x + 17, y, fitted(name, WIDTH - 22)))
        x += needed
    return document("".join(body), height=y + 8, title=title, description=_describe(shown, parts))


def _checked_bar(bar: Bar, parts: Sequence[str]) -> Bar:
    lengths = finite(bar.parts, f"bar {bar.label!r}")
    if len(lengths) != len(parts) or min(lengths, default=0) < 0:
        raise InputError(f"bar {bar.label!r}: give {len(parts)} lengths, none negative")
    return Bar(label=bar.label, parts=lengths, value=bar.value)


def _describe(bars: Sequence[Bar], parts: Sequence[str]) -> str:
    rows = (
        f"{bar.label}: "
        + ", ".join(f"{length:g} {name}" for length, name in zip(bar.parts, parts, strict=True))
        for bar in bars
    )
    return "; ".join(rows) or "no bars"
