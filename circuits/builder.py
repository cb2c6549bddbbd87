"""Building circuits from logical operations."""

from __future__ import annotations

from .ir import Circuit, Entangler, Gates
from .oplog import OperationLog, Style
from .patterns import PatternTable, Steps

__all__ = ["CircuitBuilder"]


class CircuitBuilder(OperationLog):
    """Builds a circuit from one-qubit unitaries and ZZ rotations.

    One-qubit unitaries are held back until a ZZ rotation on their qubit, then emitted as at most
    one ``phasedx``; rotations about Z commute with ZZ, so they move on to the next ``phasedx`` or
    to the end. ZZ rotations with nothing but such rotations between them merge.

    Args:
        qubits: number of qubits.
        right_angles: emit only ZZ rotations by ±π/2 (for devices whose entangler is CZ); others
            take two of them.
        style: instead of ``right_angles``: the same and the cost of gates, for a choice between
            decompositions.

    Example:
        >>> builder = CircuitBuilder(2)
        >>> builder.h(0)
        >>> builder.cx(0, 1)
        >>> builder.finish().two_qubit_gates
        1
    """

    def __init__(
        self, qubits: int, *, right_angles: bool = False, style: Style | None = None
    ) -> None:
        super().__init__(qubits, style or Style(right_angles=right_angles))

    def finish(self, *, name: str = "", keep_phases: bool = False) -> Circuit:
        """The circuit; rotations about Z that nothing but measurement follows are left out.

        Args:
            name: label of the circuit.
            keep_phases: emit those rotations too, so that the unitary is complete.
        """
        table = PatternTable()
        number = table.add("all", self, whole=False)
        steps = Steps.of(table, [(number, *range(self.qubits))], width=max(3, self.qubits))
        gates = Gates(steps.gates(self.qubits, keep_phases=keep_phases))
        entangler: Entangler = "cz" if self.style.right_angles else "zzphase"
        return Circuit(self.qubits, gates, name, entangler, steps=steps)
