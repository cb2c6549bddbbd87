"""What a measured bit string means for the estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

from ..knots.errors import InputError
from .compile import CircuitKind

__all__ = ["Outcome", "read_outcome"]


class Outcome(NamedTuple):
    """One shot, read.

    Attributes:
        value: +1, −1, or 0 where the shot says nothing; its mean is Re or Im ⟨s|U|s⟩.
        kept: False if the bits cannot come from a path, so that an error is certain.
    """

    value: int
    kept: bool


def read_outcome(kind: CircuitKind, path: Sequence[int], bits: str) -> Outcome:
    """Read one measured bit string.

    Args:
        kind: ``"echo"`` or ``"hadamard"``.
        path: bits s_0 … s_n of the shot.
        bits: character j is the outcome of qubit j, in the normal form (see
            :meth:`plait.circuits.Circuit.normal`).

    Raises:
        InputError: unknown kind, or bits that do not fit the path.

    Example:
        >>> read_outcome("echo", (0, 1, 1, 1), "10")
        Outcome(value=-1, kept=True)
        >>> read_outcome("echo", (0, 1, 0, 1, 1), "010")
        Outcome(value=0, kept=True)
        >>> read_outcome("echo", (0, 1, 1, 0, 1), "010")
        Outcome(value=0, kept=False)
    """
    if kind not in get_args(CircuitKind):
        raise InputError(
            f"unknown circuit {kind!r}; choose one of: {', '.join(get_args(CircuitKind))}"
        )
    qubits = max(1, len(path) - 2)
    if len(bits) != qubits or not set(bits) <= {"0", "1"}:
        raise InputError(f"outcome {bits!r}: for this path, give the bits of {qubits} qubits")
    sign = 1 - 2 * int(bits[0])
    inner = bits[1:]
    if kind == "echo":
        if "1" not in inner:
            return Outcome(sign, True)
        # Only the branch of s can leave anything but zeros here, and there x_1 is 1.
        inner = "".join(str(int(bit) ^ s) for bit, s in zip(inner, path[2:-1], strict=True))
    valid = "00" not in f"1{inner}{path[-1]}"
    return Outcome(sign if kind == "hadamard" else 0, valid)
