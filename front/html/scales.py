"""Axes: from numbers to positions, and where the ticks are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ..knots.errors import InputError

__all__ = ["Scale", "finite", "linear_ticks", "log_ticks", "span", "tick_text"]

_DIGITS = tuple(range(1, 10))
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def finite(values: Iterable[float], what: str, *, positive: bool = False) -> tuple[float, ...]:
    """Numbers that can be drawn.

    Args:
        values: the numbers.
        what: they are; begins the message.
        positive: whether a logarithmic axis needs them.

    Raises:
        InputError: one of them is no number, infinite, or not positive where it must be.

    Example:
        >>> finite([1, 2.5], "x")
        (1.0, 2.5)
    """
    found = []
    for value in values:
        try:
            one = float(value)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"{what}: {value!r} is no number that can be drawn") from None
        if not math.isfinite(one):
            raise InputError(f"{what}: {one} cannot be drawn; leave it out")
        if positive and one <= 0:
            raise InputError(f"{what}: {one} has no place on a logarithmic axis; leave it out")
        found.append(one)
    return tuple(found)


@dataclass(frozen=True)
class Scale:
    """A map from numbers to positions.

    Attributes:
        low: the number at ``start``.
        high: the number at ``stop``.
        start: a position.
        stop: a position; less than ``start`` where the axis runs the other way.
        log: whether it is logarithmic.

    Example:
        >>> Scale(0, 10, 0, 100)(5), Scale(1, 100, 0, 50, log=True)(10)
        (50.0, 25.0)
    """

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The position of a number."""
        if self.log:
            part = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.stop - self.start)

    def ticks(self, count: int = 5) -> list[tuple[float, str]]:
        """Round numbers within, about so many, with their texts."""
        if self.log:
            return log_ticks(self.low, self.high, count)
        return linear_ticks(self.low, self.high, count)


def linear_ticks(low: float, high: float, count: int = 5) -> list[tuple[float, str]]:
    """Multiples of 1, 2 or 5 times a power of ten from low to high, about ``count`` of them.

    Example:
        >>> linear_ticks(0, 1.05)
        [(0.0, '0'), (0.2, '0.2'), (0.4, '0.4'), (0.6, '0.6'), (0.8, '0.8'), (1.0, '1')]
    """
    rough = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(
        m for m, most in ((1, 1.5), (2, 3.5), (5, 7.5), (10, 10.1)) if rough < power * most
    )
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    values = (round(k * step, places) if places < 15 else k * step for k in range(first, last + 1))
    return [(value + 0.0, tick_text(value)) for value in values]


def log_ticks(low: float, high: float, count: int = 5) -> list[tuple[float, str]]:
    """Powers of ten from low to high, or 1, 2 and 5 times them where there are few.

    Example:
        >>> [label for _, label in log_ticks(0.5, 2e4)]
        ['1', '10', '100', '1000', '10⁴']
        >>> [label for _, label in log_ticks(0.04, 0.6)]
        ['0.05', '0.1', '0.2', '0.3', '0.5']
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = math.log10(high / low)
    multiples: tuple[int, ...] = (1,)
    if decades < 2.5:
        # Fewer than three powers: also some numbers between them.
        multiples = (1, 2, 5) if decades > 1.3 else (1, 2, 3, 5) if decades > 0.5 else _DIGITS
    step = max(1, math.ceil((last - first) / (count + 1)))
    values = (m * 10.0**k for k in range(first, last + 1, step) for m in multiples)
    inside = [v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
    if len(inside) < 2:
        return linear_ticks(low, high, count)
    return [(value, tick_text(value)) for value in inside]


def tick_text(value: float) -> str:
    """A number on an axis.

    Example:
        >>> tick_text(0.25), tick_text(-1e-6), tick_text(2e5)
        ('0.25', '−10⁻⁶', '2·10⁵')
    """
    sign = "−" if value < 0 else ""
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e4:
        return f"{sign}{size:.6g}"
    mantissa, _, exponent = f"{size:.6e}".partition("e")
    factor = "" if float(mantissa) == 1 else f"{float(mantissa):g}·"
    return f"{sign}{factor}10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def span(
    values: Iterable[float], *, log: bool = False, margin: float = 0.06
) -> tuple[float, float]:
    """From where to where an axis goes that shows these numbers, with a margin.

    Example:
        >>> span([0, 10], margin=0.1), span([3]), span([])
        ((-1.0, 11.0), (1.5, 4.5), (0.0, 1.0))
    """
    known = list(values)
    if not known:
        return (1.0, 10.0) if log else (0.0, 1.0)
    low, high = min(known), max(known)
    if log:
        low, high = math.log10(low), math.log10(high)
    more = margin * (high - low)
    size = max(abs(low), abs(high))
    # Axes of numbers that are all but equal would have ticks that read the same.
    if high - low <= 1e-4 * size or not size:
        more = 0.5 if log else 0.5 * size or 0.5
    low, high = low - more, high + more
    if log:
        return 10.0 ** max(low, -300.0), 10.0 ** min(high, 300.0)
    return low, high
