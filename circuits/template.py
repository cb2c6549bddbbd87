"""Echo circuits with one structure for all strings: the string enters through angles only.

Platforms that batch parameters run one circuit with a row of angles per shot. Such a circuit
serves all strings s with the same last bit s_n, which decides what the generators next to it cost
(see :mod:`plait.circuits.echo` for the qubits and the idea of the circuit). The parameter of qubit
j is s_{j+1}·π/2, so that all ZZ rotations that depend on it are by 0 or π/2, which devices with
fractional gates accept.

The cat state (|0…0⟩ + |s⟩)/√2 is made by CNOTs that depend on s:

* all-to-all: from qubit 0 to every other one, each if its bit is 1. One two-qubit gate each.
* on a line: first (|0…0⟩ + |1…1⟩)/√2 by a ladder from the middle to both ends, then the zeros of
  s are reset, each by a neighbour. No two of them are adjacent, so pairs of qubits have one at
  most, and one two-qubit gate per pair does it: 3/2 per qubit in all, where carrying the branch
  along and deciding at every qubit takes 2.

A CNOT that depends on a bit is RZZ(0 or π/2). With CZ it is one CZ too, which always acts: between
one-qubit rotations by 0 or π/2 it acts on a fresh |0⟩ without effect, or gives the branch of s a
sign that a Z rotation takes back. When the cat state is undone, those signs fall on outcomes that
cannot interfere with others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..knots.braids import Braid
from ..knots.conventions import ORDER
from ..knots.errors import InputError
from ..knots.inputs import BraidLike, braid
from .builder import CircuitBuilder
from .devices import Device, device
from .echo import Part, check_part
from .emit import to_qiskit
from .ir import Circuit, depth_of
from .synthesis import add_bulk, add_one_sided, phases

if TYPE_CHECKING:
    import qiskit

__all__ = ["Cat", "Template", "body", "cat", "check_last", "template"]

Bits = npt.NDArray[np.uint8]
_RIGHT = math.pi / 2


def template(
    x: BraidLike, *, last: int, part: Part = "real", target: Device | str = "ideal"
) -> Template:
    """The echo circuit of all strings with the same last bit.

    Args:
        x: the braid U, as anything that :func:`plait.braid` takes.
        last: the bit s_n of the strings.
        part: ``"real"`` or ``"imag"`` part of ⟨s|U|s⟩.
        target: the device or its name.

    Raises:
        InputError: no string has this last bit, unknown part, or too many qubits for the device.

    Example:
        >>> t = template("1 2 1 2", last=1)
        >>> t.qubits, t.two_qubit_gates, t.parameters
        (2, 4, ('b[0]',))
    """
    b, d = braid(x), device(target)
    check_last(b.strands, last)
    check_part(part)
    made = Template(word=b, last=int(last), part=part, target=d)
    if made.qubits > d.qubits:
        raise InputError(f"the circuit needs {made.qubits} qubits and {d.name} has {d.qubits}")
    return made


def check_last(strands: int, last: int) -> None:
    """Check that there are strings with this last bit.

    Raises:
        InputError: it is not a bit, or 0 where one strand makes it 1.
    """
    if isinstance(last, bool) or last not in (0, 1):
        raise InputError(f"last={last!r}: the last bit of a string is 0 or 1")
    if strands == 1 and not last:
        raise InputError("last=0: on one strand the only string is 01, give last=1")


def body(word: Braid, last: int, *, right_angles: bool = False) -> Circuit:
    """The braid on the branches |0…0⟩ and |s⟩ of any string with the given last bit.

    The phase that |0…0⟩ takes is undone on qubit 0, which is 1 on the branch of s alone.

    Args:
        word: the braid.
        last: the bit s_n.
        right_angles: use only ZZ rotations by ±π/2, to be emitted as CZ.
    """
    builder = CircuitBuilder(max(1, word.strands - 1), right_angles=right_angles)
    builder.phase(0, _add_braid(builder, word, last))
    return builder.finish(name="braid", keep_phases=True)


def _add_braid(builder: CircuitBuilder, word: Braid, last: int) -> float:
    """Add the generators and return the phase of |0…0⟩."""
    n = word.strands

    def always_one(j: int) -> bool:
        """Whether x_j is 1 all along the branch of s."""
        return j == 1 or j == n - 1 + last

    theta = 0.0
    for i, power in word.runs(ORDER):
        if always_one(i):
            _add_phase(builder, word.strands, i, power, last)
            continue
        controls = [j for j in (i - 1, i + 1) if not always_one(j)]
        if len(controls) == 2:
            theta += add_bulk(builder, i - 2, i - 1, i, power)
        else:
            # With 1s on both sides the branch qubit on one of them keeps the reference apart.
            j = controls[0] if controls else (i - 1 if always_one(i - 1) else i + 1)
            theta += add_one_sided(builder, j - 1, i - 1, power)
    return theta


def _add_phase(builder: CircuitBuilder, strands: int, i: int, power: int, last: int) -> None:
    """The phase α or β of x_i = 1 next to a bit that is 0 for good, as the other one is 1 or 0."""
    alpha, beta = phases(power)
    other = i + 1 if i == 1 else i - 1
    if other == 0 or other == strands:
        builder.phase(i - 1, alpha if other and last else beta)
    else:
        builder.phase(i - 1, beta)
        builder.phase(other - 1, alpha - beta)


class Cat(NamedTuple):
    """How a cat state is made from (|0⟩ + |1⟩)/√2 on qubit ``start``.

    Attributes:
        start: the qubit that holds the branch when everything else is undone.
        links: CNOTs (control, fresh target), in order of time; those onto ``copied`` qubits
            depend on the bit of the target.
        copied: qubits whose CNOT is left out where their bit is 0.
        pairs: pairs of qubits in which the one whose bit is 0, if any, is then reset.
    """

    start: int
    links: list[tuple[int, int]]
    copied: set[int]
    pairs: list[tuple[int, int]]

    def normal(self, own: Bits, outcomes: Bits) -> Bits:
        """Raw outcomes in normal form, see :meth:`Template.normal`.

        Args:
            own: shape (S, q), the bit of the string on every qubit.
            outcomes: shape (S, q).
        """
        raw = outcomes.copy()
        sign = raw[:, self.start].copy()
        # Without the branch qubit, the preparation gives back the state before it was undone, up
        # to adding s; only the branch of s is left in doubt, and there qubit 0 is 1.
        raw[:, self.start] = 0
        for control, target in self.links:
            on = own[:, target] if target in self.copied else 1
            raw[:, target] ^= raw[:, control] & on
        for a, b in self.pairs:
            turn_a, turn_b = raw[:, b] & ~own[:, a] & 1, raw[:, a] & ~own[:, b] & 1
            raw[:, a] ^= turn_a
            raw[:, b] ^= turn_b
        # As differences from s, those of the branch of s have a 0 at qubit 0.
        normal: Bits = np.where(raw[:, :1] == 1, raw ^ own, raw)
        normal[:, 0] = sign
        return normal

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return self._asdict() | {"copied": sorted(self.copied)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Cat:
        """The plan that :meth:`to_json` wrote.

        Example:
            >>> made = cat(5, 1, device("ibm_fez"))
            >>> Cat.from_json(made.to_json()) == made
            True
        """
        links, pairs = ([(a, b) for a, b in data[key]] for key in ("links", "pairs"))
        return cls(int(data["start"]), links, set(data["copied"]), pairs)


def cat(strands: int, last: int, target: Device) -> Cat:
    """How the cat state of strings with this last bit is made on a device."""
    qubits = max(1, strands - 1)
    return _cat(qubits, max(0, qubits - 2 + last), line=target.connectivity == "line")


def _cat(qubits: int, free: int, *, line: bool) -> Cat:
    """The plan for a cat state in which qubits 1 … ``free`` depend on the string."""
    if not line:
        links = [(0, j) for j in range(1, qubits)]
        return Cat(0, links, set(range(1, free + 1)), [])
    start = (qubits - 1) // 2
    right = [(j, j + 1) for j in range(start, qubits - 1)]
    left = [(j, j - 1) for j in range(start, 0, -1)]
    # The longer side goes first; both start from the same qubit.
    links = [*right[:1], *left, *right[1:]]
    copied: set[int] = set()
    if free % 2 and free == qubits - 1:
        copied.add(free)
        free -= 1
    first = 1 - free % 2
    return Cat(start, links, copied, [(j, j + 1) for j in range(first, free, 2)])


@dataclass(frozen=True)
class Template:
    """A parametrised echo circuit; :func:`template` makes it.

    Attributes:
        word: the braid.
        last: the last bit of the strings that it serves.
        part: ``"real"`` or ``"imag"``.
        target: the device that it is for.
    """

    word: Braid
    last: int
    part: Part
    target: Device

    @property
    def qubits(self) -> int:
        """Number of qubits, one less than strands; qubit j holds x_{j+1}."""
        return max(1, self.word.strands - 1)

    @property
    def branch(self) -> int:
        """The qubit whose outcome is the sign of the value, where all others read 0."""
        return self._cat.start

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters: of qubits 1, 2, …, as far as their bits are free."""
        return tuple(f"b[{k}]" for k in range(self._free))

    @property
    def two_qubit_gates(self) -> int:
        """Number of two-qubit gates, the same for every string."""
        return self._body.two_qubit_gates + 2 * len(self._cat_gates)

    @property
    def two_qubit_depth(self) -> int:
        """Depth in two-qubit gates."""
        pairs = [gate.qubits for gate in self._body.gates if len(gate.qubits) == 2]
        return depth_of([*self._cat_gates, *pairs, *reversed(self._cat_gates)], self.qubits)

    @property
    def _free(self) -> int:
        """How many qubits hold bits that depend on the string: 1 … free."""
        return max(0, self.qubits - 2 + self.last)

    @cached_property
    def _cat(self) -> Cat:
        return cat(self.word.strands, self.last, self.target)

    @property
    def _cat_gates(self) -> list[tuple[int, int]]:
        return [*self._cat.links, *self._cat.pairs]

    @cached_property
    def _body(self) -> Circuit:
        return body(self.word, self.last, right_angles=self.target.entangler == "cz")

    def to_qiskit(self) -> qiskit.QuantumCircuit:
        """As a Qiskit circuit with the parameters ``b[0]``, ``b[1]``, … of a ParameterVector.

        Gates are ``rz``, ``r`` and ``rzz`` or ``cz``; qubit j is measured into bit j of ``c``.

        Example:
            >>> template("1 2 1 2", last=1).to_qiskit().num_parameters
            1
        """
        from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
        from qiskit.circuit import ParameterVector

        q, c = QuantumRegister(self.qubits, "q"), ClassicalRegister(self.qubits, "c")
        circuit = QuantumCircuit(q, c, name=f"echo-{self.part}-x{self.last}")
        vector = ParameterVector("b", self._free)
        # The angle of a qubit whose bit is 1 in all strings is a number.
        angles = [_RIGHT, *vector, _RIGHT][: self.qubits]
        _y(circuit, self._cat.start, _RIGHT)
        if self.part == "imag":
            circuit.rz(-_RIGHT, self._cat.start)
        for control, fresh in self._cat.links:
            self._copy(circuit, control, fresh, angles[fresh])
        for pair in self._cat.pairs:
            self._reset(circuit, pair, angles)
        circuit.compose(to_qiskit(self._body, measure=False), inplace=True)
        for pair in self._cat.pairs:
            self._reset(circuit, pair, angles)
        for control, fresh in reversed(self._cat.links):
            self._copy(circuit, control, fresh, angles[fresh])
        _y(circuit, self._cat.start, -_RIGHT)
        circuit.measure(q, c)
        return circuit

    def _copy(self, circuit: qiskit.QuantumCircuit, control: int, target: int, own: Any) -> None:
        """CX if the bit of the target is 1, or in any case where the target is not copied."""
        angle = own if target in self._cat.copied else _RIGHT
        if self.target.entangler == "cz":
            _y(circuit, target, -angle)
            circuit.cz(control, target)
            _y(circuit, target, angle)
        else:
            _y(circuit, target, -_RIGHT)
            circuit.rzz(angle, control, target)
            circuit.rz(-angle, control)
            circuit.rz(-angle, target)
            _y(circuit, target, _RIGHT)

    def _reset(
        self, circuit: qiskit.QuantumCircuit, pair: tuple[int, int], angles: list[Any]
    ) -> None:
        """CX onto the qubit of the pair whose bit is 0, from the other one; nothing for 11."""
        turns = [_RIGHT - angles[qubit] for qubit in pair]
        total = turns[0] + turns[1]
        for qubit, turn in zip(pair, turns, strict=True):
            _y(circuit, qubit, -turn)
        if self.target.entangler == "cz":
            circuit.cz(*pair)
            # For 11 the gate is a sign of the branch of s.
            circuit.rz(math.pi - 2 * total, pair[0])
        else:
            circuit.rzz(total, *pair)
            circuit.rz(-total, pair[0])
            circuit.rz(-total, pair[1])
        for qubit, turn in zip(pair, turns, strict=True):
            _y(circuit, qubit, turn)

    def rows(self, paths: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Parameter values of strings, in the order of :attr:`parameters`.

        Args:
            paths: shape (S, n+1), bits s_0 … s_n.

        Returns:
            Shape (S, P), angles in radians.

        Raises:
            InputError: not strings of this many strands with this last bit.

        Example:
            >>> template("1 2 1 2", last=1).rows([[0, 1, 0, 1], [0, 1, 1, 1]]).tolist()
            [[0.0], [1.5707963267948966]]
        """
        bits = self._check(paths)[:, 2 : 2 + self._free]
        return bits.astype(np.float64) * _RIGHT

    def normal(self, paths: npt.ArrayLike, outcomes: npt.ArrayLike) -> Bits:
        """Raw outcomes in normal form: as if CNOTs from qubit 0 alone had undone the cat state.

        Args:
            paths: shape (S, n+1), the string of every shot.
            outcomes: shape (S, q), column j measured on qubit j.

        Raises:
            InputError: the shapes do not fit, or a string does not.

        Example:
            >>> template("1 2 1 2", last=1).normal([[0, 1, 0, 1]], [[1, 0]]).tolist()
            [[1, 0]]
        """
        s = self._check(paths)
        raw = _bits(outcomes, "outcomes")
        if raw.shape != (len(s), self.qubits):
            raise InputError(
                f"outcomes of shape {raw.shape} do not fit {len(s)} strings and {self.qubits} "
                f"qubits"
            )
        return self._cat.normal(s[:, 1 : 1 + self.qubits], raw)

    def _check(self, paths: npt.ArrayLike) -> Bits:
        s = _bits(paths, "strings")
        n = self.word.strands
        if s.ndim != 2 or s.shape[1] != n + 1 or np.any(s[:, 0]) or np.any(s[:, -1] != self.last):
            raise InputError(
                f"strings of shape {s.shape}: give rows of {n + 1} bits s_0 … s_{n} with s_0 = 0 "
                f"and s_{n} = {self.last}"
            )
        if np.any(s[:, 1:] + s[:, :-1] == 0):
            raise InputError("a string has two adjacent zeros, which no path has")
        return s


def _bits(values: npt.ArrayLike, what: str) -> Bits:
    given = np.array(values, ndmin=2)
    if not np.isin(given, (0, 1)).all():
        raise InputError(f"{what} must be bits, 0 or 1")
    return given.astype(np.uint8)


def _y(circuit: qiskit.QuantumCircuit, qubit: int, angle: Any) -> None:
    """Rotation about Y."""
    circuit.r(angle, _RIGHT, qubit)
