"""Readout correction: unbiased values in spite of bits that are misread.

A qubit that is 0 reads 1 with the probability r₀, one that is 1 reads 0 with r₁: what is read is
distributed as M p, M = [[1 − r₀, r₁], [r₀, 1 − r₁]] on every qubit. A mean Σ_t o(t) p(t) over the
true bits t is therefore the mean of o′(b) = Σ_t o(t) Π_j (M_j⁻¹)_{t_j b_j} over those read. The
value of an echo is o(t) = (−1)^{t_0} Π_{j≥1} [t_j = 0], a product, so that

v′(b) = f(b_0) Π_{j≥1} g(b_j),  g(b) = (M⁻¹)_{0b},  f(b) = (M⁻¹)_{0b} − (M⁻¹)_{1b},

that is g(0) = (1 − r₁)/D, g(1) = −r₁/D, f(0) = (1 + r₀ − r₁)/D, f(1) = −(1 + r₁ − r₀)/D with
D = 1 − r₀ − r₁. The survival Π_{j≥1} [t_j = 0] becomes Π_{j≥1} g(b_j). A Hadamard test has the
value f(b_0).

Bits are misread on the qubits, not in the normal form of outcomes, which is undone first
(:meth:`plait.circuits.ir.Undo.normal` is one to one). Source: standard; for instance Bravyi,
Sheldon, Kandala, McKay and Gambetta, Phys. Rev. A 103 (2021) 042605.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ..circuits.compile import CircuitKind
from ..circuits.devices import Errors
from ..circuits.ir import Undo
from ..knots.checks import check_count
from ..knots.errors import InputError

if TYPE_CHECKING:
    from ..circuits.backends.protocol import Shots

__all__ = ["ReadoutErrors", "ReadoutValues", "corrected_values", "raw_outcomes", "readout_range"]

Floats: TypeAlias = npt.NDArray[np.float64]
Bits: TypeAlias = npt.NDArray[np.uint8]
ReadoutErrors: TypeAlias = Errors | npt.ArrayLike
"""Rates of a device, or shape (2,) or (qubits, 2): probabilities to misread a 0, and a 1."""


class ReadoutValues(NamedTuple):
    """Corrected shots.

    Attributes:
        values: means are those without readout errors; shape (S,).
        survived: the same for the share of shots that have a value; shape (S,).
    """

    values: Floats
    survived: Floats


def corrected_values(
    kind: CircuitKind,
    shots: Shots,
    undos: Undo | Mapping[tuple[int, ...], Undo],
    errors: ReadoutErrors,
) -> ReadoutValues:
    """The values of shots, corrected for readout errors.

    Args:
        kind: ``"echo"`` or ``"hadamard"``.
        shots: of one series, outcomes in the normal form.
        undos: of the circuit of every path, or one for all.
        errors: of the readout.

    Raises:
        InputError: unknown kind, a path without an undo, outcomes that do not fit, or rates at
            which bits say nothing (r₀ + r₁ ≥ 1).

    Example:
        >>> from plait.circuits import device
        >>> from plait.circuits.backends.protocol import Shots
        >>> shots = Shots.of_counts([((0, 1, 1, 1), {"00": 1, "01": 1})])
        >>> corrected_values("echo", shots, Undo(), device("H1-1").errors).values.round(5).tolist()
        [1.00398, -0.00401]
    """
    if kind not in get_args(CircuitKind):
        raise InputError(
            f"unknown circuit {kind!r}; choose one of: {', '.join(get_args(CircuitKind))}"
        )
    paths, outcomes = np.asarray(shots.paths), np.asarray(shots.outcomes)
    inverse = _inverses(errors, outcomes.shape[1])
    if kind == "echo":
        raw = raw_outcomes(paths, outcomes, undos)
        rest = np.arange(1, raw.shape[1])
        survived = inverse[rest, 0, raw[:, 1:]].prod(axis=1)
    else:
        raw, survived = outcomes, np.ones(len(outcomes))
    sign = inverse[0, 0] - inverse[0, 1]
    return ReadoutValues(sign[raw[:, 0]] * survived, survived)


def readout_range(errors: ReadoutErrors, qubits: int) -> float:
    """The largest |v′| of an echo, which bounds the growth of the standard deviation.

    Example:
        >>> from plait.circuits import device
        >>> round(readout_range(device("H1-1").errors, 15), 3)
        1.027
    """
    check_count(qubits, "qubits", least=1)
    inverse = _inverses(errors, qubits)
    sign = np.abs(inverse[0, 0] - inverse[0, 1]).max()
    return float(sign * np.abs(inverse[1:, 0]).max(axis=1).prod())


def raw_outcomes(
    paths: npt.NDArray[np.uint8],
    outcomes: npt.NDArray[np.uint8],
    undos: Undo | Mapping[tuple[int, ...], Undo],
) -> Bits:
    """The bits that were read, from outcomes in the normal form.

    Args:
        paths: shape (S, n+1).
        outcomes: shape (S, q), in the normal form.
        undos: of the circuit of every path, or one for all.

    Raises:
        InputError: a path without an undo, or one for other qubits.

    Example:
        >>> undo = Undo(links=((1, 2), (0, 1)), ones=(1, 2))
        >>> undo.normal("010")
        '011'
        >>> raw_outcomes(np.array([[0, 1, 1, 1, 1]]), np.array([[0, 1, 1]]), undo).tolist()
        [[0, 1, 0]]
    """
    raw = np.array(outcomes, dtype=np.uint8)
    if isinstance(undos, Undo):
        _unnormal(raw, undos, np.arange(len(raw)))
        return raw
    found, inverse = np.unique(paths, axis=0, return_inverse=True)
    places = inverse.reshape(-1)
    for k, path in enumerate(found.tolist()):
        if tuple(path) not in undos:
            raise InputError(f"no undo of the circuit of path {''.join(map(str, path))} was given")
        _unnormal(raw, undos[tuple(path)], np.flatnonzero(places == k))
    return raw


def _unnormal(raw: Bits, undo: Undo, rows: npt.NDArray[np.intp]) -> None:
    """Undo :meth:`Undo.normal` on some rows, in place."""
    used = [*undo.ones, *(qubit for link in undo.links for qubit in link)]
    if max(used, default=0) >= raw.shape[1]:
        raise InputError(f"an undo of qubit {max(used)} does not fit {raw.shape[1]} qubits")
    own = raw[rows]
    some = own[:, 1:].any(axis=1)
    bits = own[some]
    sign = bits[:, 0].copy()
    bits[:, 0] = 1
    bits[:, list(undo.ones)] ^= 1
    for control, target in undo.links:
        bits[:, target] ^= bits[:, control]
    bits[:, 0] = sign
    own[some] = bits
    raw[rows] = own


def _inverses(errors: ReadoutErrors, qubits: int) -> Floats:
    """M⁻¹ of every qubit, shape (qubits, 2, 2)."""
    given = (errors.readout_0, errors.readout_1) if isinstance(errors, Errors) else errors
    try:
        rates = np.asarray(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        rates = np.full(1, np.nan)
    if rates.shape not in ((2,), (qubits, 2)):
        raise InputError(
            f"readout errors {errors!r:.60}: give two probabilities (to misread a 0, and a 1), or "
            f"two for each of {qubits} qubits"
        )
    r0, r1 = np.broadcast_to(rates, (qubits, 2)).T
    if not ((r0 >= 0) & (r1 >= 0) & (r0 + r1 < 1)).all():
        raise InputError(
            f"readout errors {errors!r:.60}: probabilities must not be negative, and their sum "
            f"less than 1"
        )
    rows = np.array([[1 - r1, -r1], [-r0, 1 - r0]]) / (1 - r0 - r1)
    return np.ascontiguousarray(rows.transpose(2, 0, 1))
