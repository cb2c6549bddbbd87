"""Circuits one after another on the same qubits, against the circuits alone."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pytket")

from pytket.circuit import OpType, Qubit

from plait import Braid, InputError, device
from plait.circuits import build_circuit
from plait.circuits.joined import joined_circuits, register_of
from plait.circuits.ondevice import interleaved_device_program

WORD = Braid("1 2 3 -2 1 3")


def test_every_circuit_has_its_register_and_fresh_qubits() -> None:
    parts = {
        register_of(part): build_circuit(WORD, "01101", part=part, target=device("H2-1"))
        for part in ("real", "imag")
    }
    whole = joined_circuits(parts, name="both")
    assert [(r.name, r.size) for r in whole.c_registers] == [("m_imag", 3), ("m_real", 3)]
    last: dict[Qubit, OpType] = {}
    order: list[str] = []
    for command in whole.get_commands():
        for qubit in command.qubits:
            before = last.get(qubit)
            # Nothing but a reset follows a measurement, and nothing but a measurement a reset.
            assert (before == OpType.Measure) == (command.op.type == OpType.Reset)
            last[qubit] = command.op.type
        order += [bit.reg_name for bit in command.bits if command.qubits[0] == Qubit(0)]
    assert order == ["m_real", "m_imag"]
    assert set(last.values()) == {OpType.Measure}
    assert whole.n_gates_of_type(OpType.Reset) == 3
    assert whole.n_gates_of_type(OpType.ZZPhase) == sum(c.two_qubit_gates for c in parts.values())


def test_circuits_of_different_widths() -> None:
    one, two = build_circuit("1 2", "0111"), build_circuit("1 2 3", "01111")
    with pytest.raises(
        InputError, match=r"circuits of \[2, 3\] qubits: give some, all of the sam"
    ):
        joined_circuits({"a": one, "b": two}, name="both")
    with pytest.raises(InputError, match="give some"):
        joined_circuits({}, name="none")


def test_programs_of_different_braids() -> None:
    with pytest.raises(InputError, match=r"braids on \[3, 4\] strands: give some, all on as many"):
        interleaved_device_program({"a": ("1 2", "real"), "b": (WORD, "real")}, last=1, seed=1)
    with pytest.raises(InputError, match="give some"):
        interleaved_device_program({}, last=1, seed=1)
    with pytest.raises(InputError, match="unknown part 'both'"):
        interleaved_device_program({"a": ("1 2", "both")}, last=1, seed=1)  # type: ignore[dict-item]


def test_the_string_is_drawn_once() -> None:
    from pytket.qasm import circuit_to_qasm_str

    circuits = {register_of(part): (WORD, part) for part in ("real", "imag")}
    program = interleaved_device_program(circuits, last=1, seed=1234)  # type: ignore[arg-type]
    qasm = circuit_to_qasm_str(program, header="hqslib1", maxwidth=64)
    assert qasm.count("RNGseed") == qasm.count("JOB_shotnum") == 1
    assert qasm.count("RNGnum()") == 2
    assert np.count_nonzero([line.startswith("reset") for line in qasm.splitlines()]) == 3
