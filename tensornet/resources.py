"""Predicted cost of a computation, and the refusal of what does not fit."""

from __future__ import annotations

from typing import NamedTuple

from ..knots.errors import ResourceError
from ..knots.memory import available_bytes

__all__ = ["MAX_SECONDS", "Cost", "check_cost", "size_text"]

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
            f"{what} needs about {size_text(cost.memory)} of memory, more than the {size_text(allowed)} "
            f"allowed ({rule}); make the braid smaller or use a larger machine"
        )
    if cost.seconds > MAX_SECONDS:
        raise ResourceError(
            f"{what} needs about {cost.flops:.1e} multiply-adds, that is "
            f"{cost.seconds / 60:.3g} minutes, and {MAX_SECONDS / 60:.3g} are allowed; "
            f"make the braid smaller"
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
