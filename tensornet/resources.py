"""Predicted cost of a computation, and the refusal of what does not fit."""

from __future__ import annotations

from typing import NamedTuple

from ..knots.errors import ResourceError
from ..knots.memory import available_bytes

__all__ = ["MAX_OPERATIONS", "Cost", "check_cost"]

# Multiply-adds per second of the slowest of our kernels, and the longest job worth starting
# without a way to resume it.
_RATE = 1e9
MAX_OPERATIONS = 600 * _RATE


class Cost(NamedTuple):
    """Predicted cost.

    Attributes:
        operations: scalar multiply-adds.
        bytes: peak memory.
    """

    operations: float
    bytes: float


def check_cost(cost: Cost, what: str, memory: float | None = None) -> None:
    """Refuse a computation that would not fit.

    Args:
        cost: the prediction.
        what: names the computation in the message.
        memory: bytes allowed; by default half of the free memory.

    Raises:
        ResourceError: predicted memory or time are beyond the limits; the message has the numbers.

    Example:
        >>> check_cost(Cost(1e6, 1e3), "an example")
    """
    allowed = available_bytes() if memory is None else memory
    if cost.bytes > allowed:
        rule = "half of what is free" if memory is None else "as given"
        raise ResourceError(
            f"{what} needs about {_size(cost.bytes)} of memory, more than the {_size(allowed)} "
            f"allowed ({rule}); make the braid smaller or use a larger machine"
        )
    if cost.operations > MAX_OPERATIONS:
        raise ResourceError(
            f"{what} needs about {cost.operations:.1e} multiply-adds, that is "
            f"{cost.operations / _RATE / 60:.3g} minutes, and "
            f"{MAX_OPERATIONS / _RATE / 60:.3g} are allowed; make the braid smaller"
        )


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} EB"
