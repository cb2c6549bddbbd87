"""Checks of arguments that many functions have: counts, fractions, seeds."""

from __future__ import annotations

import math
import operator

from .errors import InputError

__all__ = ["check_count", "check_fraction", "check_seed"]

_MOST = 10_000_000


def check_count(value: object, name: str, *, least: int, most: int = _MOST) -> int:
    """An integer from ``least`` to ``most``.

    Raises:
        InputError: it is not; the message names the argument.

    Example:
        >>> check_count(3, "strands", least=2)
        3
    """
    if not isinstance(value, bool):
        try:
            count = operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if least <= count <= most:
                return count
    raise InputError(f"{name}={value!r}: give an integer from {least} to {most}")


def check_fraction(value: object, name: str) -> float:
    """A number from 0 to 1.

    Raises:
        InputError: it is not; the message names the argument.

    Example:
        >>> check_fraction(0.5, "density")
        0.5
    """
    try:
        number = math.nan if isinstance(value, (str, bytes)) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if 0 <= number <= 1:
        return number
    raise InputError(f"{name}={value!r}: give a number from 0 to 1")


def check_seed(value: object) -> int:
    """A seed, an integer from 0 on.

    Raises:
        InputError: it is not.

    Example:
        >>> check_seed(7)
        7
    """
    if not isinstance(value, bool):
        try:
            seed = operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            if seed >= 0:
                return seed
    raise InputError(f"seed={value!r}: give an integer from 0 on")
