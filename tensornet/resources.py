"""Predicted cost of a computation, and the refusal of what does not fit."""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import NamedTuple

from ..knots.errors import InputError, ResourceError
from ..knots.memory import available_bytes

__all__ = ["MAX_SECONDS", "Cost", "check_cost", "parse_memory", "size_text"]

MAX_SECONDS = 600.0
"""The longest job worth starting without a way to resume it."""


class Cost(NamedTuple):
    """Predicted cost.

    Attributes:
        flops: scalar multiply-adds.
        memory: bytes at the peak.
        seconds: wall time.
    """

    flops: float
    memory: float
    seconds: float


def check_cost(cost: Cost, what: str, memory: float | None = None) -> None:
    """Refuse a computation that would not fit.

    Args:
        cost: the prediction.
        what: names the computation in the message.
        memory: bytes allowed; by default half of the free memory.

    Raises:
        ResourceError: predicted memory or time are beyond the limits; the message has the numbers.

    Example:
        >>> check_cost(Cost(1e6, 1e3, 1e-3), "an example")
    """
    allowed = available_bytes() if memory is None else memory
    if cost.memory > allowed:
        rule = "half of what is free" if memory is None else "as given"
        raise ResourceError(
            f"{what} needs about {size_text(cost.memory)} of memory, more than the "
            f"{size_text(allowed)} allowed ({rule}); make the braid smaller or use a "
            f"larger machine"
        )
    if cost.seconds > MAX_SECONDS:
        raise ResourceError(
            f"{what} needs about {cost.flops:.1e} multiply-adds, that is "
            f"{cost.seconds / 60:.3g} minutes, and {MAX_SECONDS / 60:.3g} are allowed; "
            f"make the braid smaller"
        )


_UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def parse_memory(memory: float | str | None) -> float | None:
    """A number of bytes, from a number or from text such as ``"8GB"`` or ``"512 MiB"``.

    Raises:
        InputError: not readable, or not positive.

    Example:
        >>> parse_memory("8GB"), parse_memory("1.5 KiB"), parse_memory(None)
        (8000000000.0, 1536.0, None)
    """
    if memory is None:
        return None
    if isinstance(memory, str):
        match = re.fullmatch(r"\s*([0-9.]+)\s*([KMGTP]?)(I?)B?\s*", memory.upper())
        try:
            if match:
                base = 1024.0 if match[3] else 1000.0
                size = float(match[1]) * base ** _UNITS[match[2]]
                if size > 0:
                    return size
        except ValueError:
            pass
    elif isinstance(memory, Real) and not isinstance(memory, bool) and 0 < memory < math.inf:
        return float(memory)
    raise InputError(
        f"memory={memory!r}: give a number of bytes, text such as '8GB' or '512MiB', or None for "
        f"half of what is free"
    )


def size_text(count: float) -> str:
    """A number of bytes, readable.

    Example:
        >>> size_text(1.5e9)
        '1.5 GB'
    """
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} EB"
