"""Checks of arguments that many functions have: braids, integers, fractions, seeds."""

from __future__ import annotations

import math
import operator

from .braids import Braid
from .errors import InputError

__all__ = [
    "check_braid",
    "check_count",
    "check_fraction",
    "check_integer",
    "check_level",
    "check_seed",
    "check_size",
    "shown",
]

_MOST = 10_000_000
_SHOWN_BITS = 256  # Python refuses to print integers of more than 4300 digits


def shown(value: object) -> str:
    """A value as messages show it: integers that are too long to read by their size.

    Example:
        >>> shown("a"), shown(10**1000)
        ("'a'", 'an integer of 3322 bits')
    """
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"an integer of {value.bit_length()} bits"
    return repr(value)


def check_braid(b: object) -> Braid:
    """A Braid.

    Raises:
        InputError: it is something else, such as the text of one.

    Example:
        >>> check_braid(Braid("1 2"))
        Braid([1, 2], strands=3)
    """
    if not isinstance(b, Braid):
        raise InputError(f"{b!r} is no braid; give Braid(word, strands), or plait.braid(…)")
    return b


def check_integer(value: object, name: str) -> int:
    """An integer of any type, but no truth value.

    Raises:
        InputError: it is none; the message names the argument.

    Example:
        >>> check_integer(-3, "count")
        -3
    """
    found = _integer(value)
    if found is None:
        raise InputError(f"{name}={value!r}: give an integer")
    return found


def check_count(value: object, name: str, *, least: int, most: int = _MOST) -> int:
    """An integer from ``least`` to ``most``.

    Raises:
        InputError: it is not; the message names the argument.

    Example:
        >>> check_count(3, "strands", least=2)
        3
    """
    found = _integer(value)
    if found is None or not least <= found <= most:
        raise InputError(f"{name}={shown(value)}: give an integer from {least} to {most}")
    return found


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
    raise InputError(f"{name}={shown(value)}: give a number from 0 to 1")


def check_level(value: object) -> float:
    """The coverage of an interval, a number between 0 and 1.

    Raises:
        InputError: it is not.

    Example:
        >>> check_level(0.95)
        0.95
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1:
        raise InputError(f"level={shown(value)}: give a number between 0 and 1, such as 0.95")
    return value


def check_seed(value: object) -> int:
    """A seed, an integer from 0 on.

    Raises:
        InputError: it is not.

    Example:
        >>> check_seed(7)
        7
    """
    found = _integer(value)
    if found is None or found < 0:
        raise InputError(f"seed={shown(value)}: give an integer from 0 on")
    return found


def check_size(count: int, what: str, *, most: int = _MOST) -> None:
    """Refuse what is too large to build, before it is built.

    Raises:
        InputError: the count is larger than ``most``.

    Example:
        >>> check_size(100, "letters")
    """
    if count > most:
        raise InputError(
            f"{shown(count)} {what} are more than the {most} allowed; make it smaller"
        )


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None
