"""The neutral form of circuits: three native gates.

* ``rz``(α) = exp(−iαZ/2);
* ``phasedx``(θ, ϕ) = Rz(ϕ) Rx(θ) Rz(−ϕ);
* ``zzphase``(θ) = exp(−iθ Z⊗Z/2).

Angles are in radians. Circuits are defined up to a global phase.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args, overload

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError

if TYPE_CHECKING:
    from .patterns import Steps

__all__ = [
    "Circuit",
    "Entangler",
    "Gate",
    "GateArrays",
    "GateName",
    "Gates",
    "Matrix",
    "Undo",
    "depth_of",
]

Entangler = Literal["zzphase", "cz"]
GateName = Literal["rz", "phasedx", "zzphase"]
Matrix = npt.NDArray[np.complex128]

NAMES: Final[tuple[GateName, ...]] = get_args(GateName)
RZ, PHASEDX, ZZPHASE = range(3)


@dataclass(frozen=True, slots=True)
class Gate:
    """One native gate.

    Attributes:
        name: ``"rz"``, ``"phasedx"`` or ``"zzphase"``.
        qubits: one or two qubit numbers.
        angles: (α,), (θ, ϕ) or (θ,), in radians.
    """

    name: GateName
    qubits: tuple[int, ...]
    angles: tuple[float, ...]

    def matrix(self) -> Matrix:
        """The unitary; for two qubits the first one is the most significant bit.

        Example:
            >>> Gate("zzphase", (0, 1), (0.5,)).matrix().shape
            (4, 4)
        """
        if self.name == "rz":
            half = self.angles[0] / 2
            return np.diag([cmath.exp(-1j * half), cmath.exp(1j * half)])
        if self.name == "zzphase":
            half = self.angles[0] / 2
            same, other = cmath.exp(-1j * half), cmath.exp(1j * half)
            return np.diag([same, other, other, same])
        theta, phi = self.angles
        cos, sin = math.cos(theta / 2), math.sin(theta / 2)
        return np.array(
            [
                [cos, -1j * cmath.exp(-1j * phi) * sin],
                [-1j * cmath.exp(1j * phi) * sin, cos],
            ]
        )


class GateArrays(NamedTuple):
    """Gates as arrays of one length, in order of time.

    Attributes:
        code: 0, 1, 2 for ``rz``, ``phasedx``, ``zzphase``.
        a: first qubit.
        b: second qubit, −1 for gates on one.
        theta: first angle.
        phi: second angle, 0 where there is none.
        position: number of logical operations before the gate's end (see
            :mod:`plait.circuits.kernels`).
        turn_a: angle by which a rotation about Z on ``a`` is still held back at the gate's end.
        turn_b: the same on ``b``.
    """

    code: npt.NDArray[np.uint8]
    a: npt.NDArray[np.int32]
    b: npt.NDArray[np.int32]
    theta: npt.NDArray[np.float64]
    phi: npt.NDArray[np.float64]
    position: npt.NDArray[np.int32]
    turn_a: npt.NDArray[np.float64]
    turn_b: npt.NDArray[np.float64]


class Gates(Sequence[Gate]):
    """A sequence of gates that is kept as arrays; items are made when asked for."""

    __slots__ = ("arrays",)

    def __init__(self, gates: Iterable[Gate] | GateArrays) -> None:
        self.arrays = gates if isinstance(gates, GateArrays) else _arrays(tuple(gates))

    def __len__(self) -> int:
        return len(self.arrays.code)

    @overload
    def __getitem__(self, index: int) -> Gate: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Gate, ...]: ...
    def __getitem__(self, index: int | slice) -> Gate | tuple[Gate, ...]:
        if isinstance(index, slice):
            return tuple(self[k] for k in range(*index.indices(len(self))))
        x = self.arrays
        name = NAMES[x.code[index]]
        a, theta = int(x.a[index]), float(x.theta[index])
        if name == "zzphase":
            return Gate(name, (a, int(x.b[index])), (theta,))
        return Gate(name, (a,), (theta,) if name == "rz" else (theta, float(x.phi[index])))

    def __iter__(self) -> Iterator[Gate]:
        return (self[k] for k in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def _arrays(gates: tuple[Gate, ...]) -> GateArrays:
    if unknown := {gate.name for gate in gates} - set(NAMES):
        raise InputError(f"unknown gates {sorted(unknown)}; choose from: {', '.join(NAMES)}")
    count = len(gates)
    zeros = np.zeros(count)
    return GateArrays(
        code=np.array([NAMES.index(gate.name) for gate in gates], dtype=np.uint8),
        a=np.array([gate.qubits[0] for gate in gates], dtype=np.int32),
        b=np.array([(*gate.qubits, -1)[1] for gate in gates], dtype=np.int32),
        theta=np.array([gate.angles[0] for gate in gates], dtype=float),
        phi=np.array([(*gate.angles, 0.0)[1] for gate in gates], dtype=float),
        position=np.arange(1, count + 1, dtype=np.int32),
        turn_a=zeros,
        turn_b=zeros,
    )


@dataclass(frozen=True, slots=True)
class Undo:
    """How an outcome tells the path that the qubits held before the cat state was undone.

    Attributes:
        links: CNOTs (control, target), in the order of the circuit, to be applied once more, last
            first, to an outcome whose qubit 0 is set to 1.
        ones: qubits to flip after that, for the normal form.
    """

    links: tuple[tuple[int, int], ...] = ()
    ones: tuple[int, ...] = ()

    def normal(self, bits: str) -> str:
        """See :meth:`Circuit.normal`."""
        if "1" not in bits[1:] or not (self.links or self.ones):
            return bits
        found = [1, *map(int, bits[1:])]
        for control, target in reversed(self.links):
            found[target] ^= found[control]
        for qubit in self.ones:
            found[qubit] ^= 1
        return bits[0] + "".join(map(str, found[1:]))


def depth_of(pairs: Iterable[tuple[int, ...]], qubits: int) -> int:
    """Depth of two-qubit gates in order of time, each a pair of qubits.

    Example:
        >>> depth_of([(0, 1), (2, 3), (1, 2)], 4)
        2
    """
    depth = [0] * qubits
    for a, b in pairs:
        depth[a] = depth[b] = max(depth[a], depth[b]) + 1
    return max(depth, default=0)


@dataclass(frozen=True)
class Circuit:
    """A circuit in the neutral form; every qubit is measured at the end, in the Z basis.

    Attributes:
        qubits: number of qubits.
        gates: in order of time.
        name: for labels in emitted circuits.
        entangler: ``"cz"`` if all ZZ rotations are by ±π/2, to be emitted as CZ.
        undo: see :meth:`normal`.
        steps: the logical operations that the gates came from, for simulators.
        barriers: for each barrier in order of time, the number of gates before it, all of which
            end before any other one begins.

    Raises:
        InputError: a gate does not fit.
    """

    qubits: int
    gates: Gates | Sequence[Gate]
    name: str = ""
    entangler: Entangler = "zzphase"
    undo: Undo = field(default=Undo(), repr=False)
    steps: Steps | None = field(default=None, compare=False, repr=False)
    barriers: tuple[int, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.gates, Gates):
            object.__setattr__(self, "gates", Gates(self.gates))
        x = self.arrays
        pair = x.code == ZZPHASE
        inside = (x.a >= 0) & (x.a < self.qubits) & (x.b < self.qubits) & (pair == (x.b >= 0))
        if not (inside & (x.a != x.b) & np.isfinite(x.theta) & np.isfinite(x.phi)).all():
            raise InputError(
                f"a circuit on {self.qubits} qubits has a gate that does not fit: its qubits must "
                f"be different numbers from 0 to {self.qubits - 1}, two for zzphase and one for "
                f"others, and its angles finite"
            )
        ends = (0, *self.barriers, len(x.code))
        if any(a > b for a, b in pairwise(ends)):
            raise InputError(
                f"barriers={self.barriers!r}: give numbers of gates in order, up to {len(x.code)}"
            )
        if self.entangler == "cz" and (abs(abs(x.theta[pair]) - math.pi / 2) > 1e-9).any():
            raise InputError("a circuit for CZ has ZZ rotations by ±π/2 only")

    @property
    def arrays(self) -> GateArrays:
        """The gates as arrays."""
        return self.gates.arrays if isinstance(self.gates, Gates) else _arrays(tuple(self.gates))

    @property
    def zz_angles(self) -> list[float]:
        """Angles of the ZZ rotations."""
        x = self.arrays
        return [float(angle) for angle in x.theta[x.code == ZZPHASE]]

    @property
    def two_qubit_gates(self) -> int:
        """Number of two-qubit gates."""
        return int(np.count_nonzero(self.arrays.code == ZZPHASE))

    @property
    def two_qubit_depth(self) -> int:
        """Depth in two-qubit gates."""
        x = self.arrays
        pairs = x.code == ZZPHASE
        both = zip(x.a[pairs].tolist(), x.b[pairs].tolist(), strict=True)
        return depth_of(both, self.qubits)

    def normal(self, bits: str) -> str:
        """An outcome of this circuit in the normal form, which all that reads outcomes takes.

        It is the outcome of a circuit whose cat state is undone by CNOTs from qubit 0 to each one
        of the path: all zeros but for qubit 0 if it has a value, else the path before that,
        xor-ed with s_1 … s_{n−1}. Circuits that undo it otherwise (by a tree, or on a line) leave
        other bits in the second case.

        Args:
            bits: character j is the outcome of qubit j.

        Raises:
            InputError: not the bits of so many qubits.

        Example:
            >>> from plait.circuits import echo_circuit
            >>> echo_circuit("2 3 4 3 2 4 3 -2 3 4 2 3", "011111").normal("0100")
            '0101'
        """
        if len(bits) != self.qubits or not set(bits) <= {"0", "1"}:
            raise InputError(f"outcome {bits!r}: give the bits of {self.qubits} qubits")
        return self.undo.normal(bits)

    def normal_numbers(self, outcomes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """:meth:`normal` for outcomes as integers, bit j of which is qubit j; shape (S,)."""
        rest = outcomes & ~1
        found = rest | 1
        for control, target in reversed(self.undo.links):
            found = found ^ (((found >> control) & 1) << target)
        flips = sum(1 << qubit for qubit in self.undo.ones)
        return np.where(rest == 0, outcomes, (outcomes & 1) | ((found ^ flips) & ~1))
