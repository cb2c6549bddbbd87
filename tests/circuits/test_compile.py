"""Compiling for devices, and the numbers that describe compiled circuits."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from plait.circuits import (
    Circuit,
    CircuitStatistics,
    Device,
    Errors,
    Gate,
    build_circuit,
    compile_circuit,
    device,
    echo_circuit,
    expected_fidelity,
    hadamard_circuit,
    read_outcome,
    simulate,
)
from plait.circuits.devices import Memory
from plait.knots import Braid, InputError, UnknownNameError

RATES = Errors(
    one_qubit=0.01,
    two_qubit=0.02,
    two_qubit_slope=0.03,
    preparation=0.04,
    readout_0=0.05,
    readout_1=0.07,
)
NOISY = Device(
    name="noisy",
    summary="for tests",
    qubits=5,
    connectivity="all",
    entangler="zzphase",
    errors=RATES,
)
GATES = (
    Gate("rz", (0,), (1.0,)),
    Gate("phasedx", (0,), (1.0, 0.2)),
    Gate("phasedx", (2,), (math.pi, 0.0)),
    Gate("zzphase", (0, 1), (0.5,)),
    Gate("zzphase", (1, 2), (-1.5,)),
)


def test_expected_fidelity_is_the_product_over_operations() -> None:
    circuit = Circuit(3, GATES)
    gates = 0.99**2 * (1 - 0.02 - 0.03 * 0.5) * (1 - 0.02 - 0.03 * 1.5)
    want = 0.96**3 * 0.94**3 * gates
    assert math.isclose(expected_fidelity(circuit, NOISY), want, rel_tol=1e-12)


def test_statistics_are_means_over_shots() -> None:
    first, second = Circuit(3, GATES), Circuit(2, GATES[3:4])
    statistics = CircuitStatistics.of([(first, 3), (second, 1), (Circuit(9, ()), 0)], NOISY)
    assert statistics.qubits == 3
    assert statistics.two_qubit_gates == pytest.approx((3 * 2 + 1) / 4)
    assert statistics.two_qubit_depth == pytest.approx((3 * 2 + 1) / 4)
    assert statistics.one_qubit_gates == pytest.approx(3 * 2 / 4)
    fidelities = [expected_fidelity(c, NOISY) for c in (first, second)]
    assert statistics.expected_fidelity == pytest.approx((3 * fidelities[0] + fidelities[1]) / 4)
    assert CircuitStatistics(**statistics.to_json()) == statistics


def test_native_circuits_stay_as_they_are() -> None:
    circuit = echo_circuit(Braid("1 2 1"), "0111")
    assert compile_circuit(circuit, device("H2-1")) is circuit


def test_a_line_device_gets_circuits_on_a_line() -> None:
    circuit = build_circuit(Braid([3] * 3, strands=7), "01111111", target="ibm_fez")
    assert all(abs(g.qubits[0] - g.qubits[-1]) <= 1 for g in circuit.gates)
    assert circuit.name == "echo-real-01111111"


def test_too_few_qubits() -> None:
    with pytest.raises(InputError, match="the circuit needs 6 qubits and noisy has 5"):
        build_circuit(Braid([], strands=7), "01111111", target=NOISY)
    assert build_circuit(Braid([], strands=6), "0111111", target=NOISY).qubits == 5


def test_hadamard_tests_do_not_fit_a_line() -> None:
    with pytest.raises(InputError, match=r"ibm_fez is used as a line .* more than 3 strands"):
        build_circuit([1, 2, 3, 1, 2, 3], "01111", kind="hadamard", target="ibm_fez")
    line = replace(NOISY, connectivity="line")
    with pytest.raises(InputError, match=r"noisy is used as a line .* not neighbours"):
        compile_circuit(hadamard_circuit(Braid("3 2 3"), "01111"), line)
    # Two qubits are a line.
    assert build_circuit("4_1", "0111", kind="hadamard", target="ibm_fez").qubits == 2


def test_unknown_kind() -> None:
    with pytest.raises(InputError, match="unknown circuit 'loop'; choose one of: echo, hadamard"):
        build_circuit("4_1", "0111", kind="loop")  # type: ignore[arg-type]


def test_unknown_device() -> None:
    with pytest.raises(UnknownNameError, match="unknown device 'H9'"):
        build_circuit("4_1", "0111", target="H9")


def test_cz_device_takes_at_most_two_entanglers_per_rotation() -> None:
    braid = Braid([1, 2, 3, -2, 1, -3, 2], strands=4)
    native = echo_circuit(braid, "01111", line=True)
    compiled = compile_circuit(native, device("ibm_fez"))
    assert native.two_qubit_gates <= compiled.two_qubit_gates <= 2 * native.two_qubit_gates


def test_dephasing_lowers_the_expected_fidelity() -> None:
    target = device("H1-1")
    circuit = build_circuit("7_4", "01101", target=target)
    noisy = replace(target, memory=Memory(dephasing=1e-3, field=0.1))
    want = expected_fidelity(circuit, target) * 0.999 ** (3 * circuit.two_qubit_depth)
    assert circuit.two_qubit_depth > 3
    assert abs(expected_fidelity(circuit, noisy) - want) < 1e-12


def test_compiling_for_cz_keeps_how_outcomes_are_read() -> None:
    """Noiseless outcomes of the compiled circuit are all of paths."""
    circuit = echo_circuit("2 3 4 3 2 4 3 -2 3 4 2 3", "010111", line=True)
    compiled = compile_circuit(circuit, device("ibm_fez"))
    assert compiled.undo == circuit.undo
    (counts,) = simulate([(compiled, 2000)], device("ideal"), seed=1)
    path = (0, 1, 0, 1, 1, 1)
    assert all(read_outcome("echo", path, compiled.normal(bits)).kept for bits in counts)


def test_statistics_need_a_circuit() -> None:
    with pytest.raises(InputError, match="statistics need one circuit at least"):
        CircuitStatistics.of([], device("ideal"))


@pytest.mark.parametrize(
    "gate",
    [
        Gate("phasedx", (2,), (1.0, 0.0)),
        Gate("rz", (-1,), (1.0,)),
        Gate("zzphase", (0, 0), (1.0,)),
        Gate("zzphase", (0, 5), (1.0,)),
        Gate("rz", (0,), (math.nan,)),
    ],
)
def test_gates_must_fit_their_circuit(gate: Gate) -> None:
    with pytest.raises(InputError, match="on 2 qubits has a gate that does not fit"):
        Circuit(2, (gate,))


def test_gates_must_be_known_and_of_the_entangler() -> None:
    with pytest.raises(InputError, match=r"unknown gates \['cnot'\]; choose from: rz, phasedx"):
        Circuit(2, (Gate("cnot", (0, 1), (0.0,)),))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="for CZ has ZZ rotations by ±π/2 only"):
        Circuit(2, (Gate("zzphase", (0, 1), (0.3,)),), entangler="cz")


@pytest.mark.parametrize("bits", ["0", "000", "0x"])
def test_outcomes_must_fit_their_circuit(bits: str) -> None:
    circuit = echo_circuit("1 2 1 2", "0111")
    with pytest.raises(InputError, match="give the bits of 2 qubits"):
        circuit.normal(bits)
    with pytest.raises(InputError, match="for this path, give the bits of 2 qubits"):
        read_outcome("echo", (0, 1, 1, 1), bits)
    with pytest.raises(InputError, match="unknown circuit 'other'"):
        read_outcome("other", (0, 1, 1, 1), "00")  # type: ignore[arg-type]
