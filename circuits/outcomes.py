"""What a measured bit string means for the estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from .compile import CircuitKind

__all__ = ["Outcome", "read_outcome", "read_outcomes"]


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
    qubits = max(1, len(path) - 2)
    if len(bits) != qubits or not set(bits) <= {"0", "1"}:
        raise InputError(f"outcome {bits!r}: for this path, give the bits of {qubits} qubits")
    row = np.array([[int(bit) for bit in bits]], dtype=np.uint8)
    values, kept = read_outcomes(kind, np.array([path], dtype=np.uint8), row)
    return Outcome(int(values[0]), bool(kept[0]))


def read_outcomes(
    kind: CircuitKind, paths: npt.NDArray[np.uint8], outcomes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """:func:`read_outcome` for many shots.

    Args:
        kind: ``"echo"`` or ``"hadamard"``.
        paths: shape (S, n+1).
        outcomes: shape (S, max(1, n−1)), in the normal form.

    Returns:
        Values +1, −1 or 0, and whether the bits can come from a path; shape (S,) each.

    Raises:
        InputError: unknown kind, or outcomes that do not fit the paths.

    Example:
        >>> bits = np.array([[1, 0], [0, 1]], dtype=np.uint8)
        >>> paths = np.array([[0, 1, 1, 1]] * 2, dtype=np.uint8)
        >>> values, kept = read_outcomes("echo", paths, bits)
        >>> values.tolist(), kept.tolist()
        ([-1, 0], [True, True])
    """
    if kind not in get_args(CircuitKind):
        raise InputError(
            f"unknown circuit {kind!r}; choose one of: {', '.join(get_args(CircuitKind))}"
        )
    if outcomes.shape != (len(paths), max(1, paths.shape[1] - 2)):
        raise InputError(
            f"outcomes of shape {outcomes.shape} do not fit paths of shape {paths.shape}"
        )
    values = (1 - 2 * outcomes[:, 0].astype(np.int8)).astype(np.int8)
    inner = outcomes[:, 1:]
    empty = ~inner.any(axis=1)
    if kind == "echo":
        # Only the branch of s can leave anything but zeros here, and there x_1 is 1.
        inner = inner ^ paths[:, 2:-1]
    ones = np.ones((len(paths), 1), dtype=np.uint8)
    bits = np.hstack([ones, inner, paths[:, -1:]])
    kept = ~((bits[:, 1:] | bits[:, :-1]) == 0).any(axis=1)
    if kind == "echo":
        values[~empty] = 0
        kept |= empty
    return values, kept
