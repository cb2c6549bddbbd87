"""What a measured bit string means for the estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .compile import CircuitKind
from .echo import cat_links

__all__ = ["Outcome", "read_outcome"]


class Outcome(NamedTuple):
    """One shot, read.

    Attributes:
        value: +1, −1, or 0 where the shot says nothing; its mean is Re or Im ⟨s|U|s⟩.
        kept: False if the bits cannot come from a path, so that an error is certain.
    """

    value: int
    kept: bool


def read_outcome(
    kind: CircuitKind, path: Sequence[int], bits: str, *, line: bool = False
) -> Outcome:
    """Read the measured bits of a circuit.

    Args:
        kind: ``"echo"`` or ``"hadamard"``.
        path: bits s_0 … s_n of the shot.
        bits: character j is the outcome of qubit j.
        line: whether the echo circuit was made for a line of qubits.

    Example:
        >>> read_outcome("echo", (0, 1, 1, 1), "10")
        Outcome(value=-1, kept=True)
        >>> read_outcome("echo", (0, 1, 0, 1, 1), "010")
        Outcome(value=0, kept=True)
        >>> read_outcome("echo", (0, 1, 1, 0, 1), "010")
        Outcome(value=0, kept=False)
    """
    sign = 1 - 2 * int(bits[0])
    rest = bits[1:]
    if kind == "hadamard":
        inner = rest
    else:
        if "1" not in rest:
            return Outcome(sign, True)
        # Only the branch of s can leave anything but zeros here. There the branch qubit was 1
        # and the CNOTs of the preparation were undone; doing them again gives back the path.
        found = [1, *map(int, rest)]
        for control, target in cat_links(path[1:-1], line=line):
            found[target] ^= found[control]
        inner = "".join(map(str, found[1:]))
    valid = "00" not in f"1{inner}{path[-1]}"
    return Outcome(sign if kind == "hadamard" else 0, valid)
