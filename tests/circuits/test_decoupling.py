"""Echo pulses: the same unitary, and little left of a field that turns all qubits alike."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dense import run
from strategies import random_braid

from plait.circuits import Circuit, Gate, build_circuit, device, simulate, to_pytket, to_qasm
from plait.circuits.compile import one_qubit_gates
from plait.circuits.decoupling import decoupled, layers_of, pulse_times, with_barriers
from plait.circuits.devices import Memory
from plait.circuits.emit import to_qasm3, to_qiskit
from plait.circuits.folding import folded_globally, inverse_gates
from plait.circuits.template import body
from plait.knots import Braid, InputError, paths, sample_paths

SMALL = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3, 2, -3, 1, 4], strands=5)
TARGETS = ["H1-1", "H2-1", "ibm_fez", "ibm_sherbrooke"]


def value(circuit: Circuit, field: float = 0.0) -> float:
    """E[v] of an echo."""
    weights = abs(run(circuit, field)[:2, 0]) ** 2
    return float(weights[0] - weights[1])


@pytest.mark.parametrize("pulses", [2, 6, 100])
@pytest.mark.parametrize("name", TARGETS)
def test_outcomes_are_the_same_for_all_paths_and_both_parts(name: str, pulses: int) -> None:
    for part, path in itertools.product(("real", "imag"), paths(5).tolist()):
        circuit = build_circuit(SMALL, path, part=part, target=name)  # type: ignore[arg-type]
        echoed = decoupled(circuit, pulses=pulses)
        same = abs(run(echoed)) ** 2
        np.testing.assert_allclose(same, abs(run(circuit)) ** 2, atol=1e-10)
        assert (echoed.undo, echoed.name) == (circuit.undo, circuit.name)
        assert echoed.entangler == circuit.entangler
        gates, own = ([g for g in c.gates if g.name == "zzphase"] for c in (echoed, circuit))
        assert sorted(gates, key=repr) == sorted(own, key=repr)
        assert echoed.two_qubit_depth == circuit.two_qubit_depth


@pytest.mark.parametrize("name", ["H2-1", "ibm_fez"])
@pytest.mark.parametrize("last", [0, 1])
def test_parts_of_circuits_are_the_same_unitary(name: str, last: int) -> None:
    """What templates and programs with randomness on the device contain."""
    part = body(SMALL, last, right_angles=name == "ibm_fez")
    echoed = decoupled(part, pulses=4, whole=False)
    assert len(echoed.barriers) in (4, 8)
    product = run(echoed, start=None) @ run(part, start=None).conj().T
    np.testing.assert_allclose(product, product[0, 0] * np.eye(len(product)), atol=1e-9)
    assert abs(abs(product[0, 0]) - 1) < 1e-9


def test_pulses_merge_with_gates_that_are_there() -> None:
    circuit = build_circuit(SMALL, "011101", target="H1-1")
    echoed = decoupled(circuit, pulses=2)
    assert one_qubit_gates(circuit) < one_qubit_gates(echoed)
    assert one_qubit_gates(echoed) < one_qubit_gates(circuit) + 2 * circuit.qubits
    # Between two two-qubit gates of a qubit, and between barriers, there is one at most.
    seen: set[tuple[int, ...]] = set()
    for k, gate in enumerate(echoed.gates):
        if k in echoed.barriers:
            seen.clear()
        if gate.name == "zzphase":
            seen -= {(q,) for q in gate.qubits}
        else:
            assert gate.qubits not in seen
            seen.add(gate.qubits)


def test_qubits_that_wait_for_their_first_gate_or_measurement_get_no_pulse() -> None:
    pair = [Gate("zzphase", (0, 1), (1.0,)), Gate("phasedx", (1,), (1.0, 0.0))] * 4
    late = [Gate("phasedx", (2,), (1.0, 0.3)), Gate("zzphase", (1, 2), (0.4,))]
    circuit = Circuit(3, [*pair, *late])
    echoed = decoupled(circuit, pulses=2)
    np.testing.assert_allclose(abs(run(echoed)), abs(run(circuit)), atol=1e-12)
    # Qubit 2 has its own gate only, merged with both pulses; qubit 0 a pulse and what ends it.
    counts = np.bincount([g.qubits[0] for g in echoed.gates if g.name == "phasedx"], minlength=3)
    assert counts[2] == 1


def test_layers() -> None:
    gates = [
        Gate("phasedx", (0,), (1.0, 0.0)),
        Gate("zzphase", (0, 1), (1.0,)),
        Gate("phasedx", (1,), (1.0, 0.0)),
        Gate("zzphase", (1, 2), (1.0,)),
        Gate("zzphase", (0, 3), (1.0,)),
    ]
    assert layers_of(Circuit(4, gates)).tolist() == [0, 1, 1, 2, 2]
    assert layers_of(Circuit(4, ())).tolist() == []


@pytest.mark.parametrize("duration", range(80))
def test_signed_times_add_up_to_zero(duration: int) -> None:
    for pulses in (2, 4, 6, 10, 40):
        times = pulse_times(duration, pulses)
        assert len(times) % 2 == 0
        assert len(times) <= pulses
        assert all(0 < a < b < duration for a, b in itertools.pairwise(times))
        if times:
            lengths = np.diff([0, *times, duration])
            assert abs(lengths @ (-1) ** np.arange(len(lengths))) <= 2
        if duration >= 4 * pulses:
            assert len(times) == pulses
            ideal = (2 * np.arange(pulses) + 1) * duration / (2 * pulses)
            assert abs(np.array(times) - ideal).max() <= 1


def test_a_field_is_echoed() -> None:
    """Error of the value in a field, over paths: falls with the number of pulses, and by much."""
    rng = np.random.default_rng(7)
    errors: dict[int, list[float]] = {pulses: [] for pulses in (0, 2, 32)}
    for strands in (5, 6):
        braid = random_braid(strands, 12 * strands, strands)
        for path in sample_paths(strands, 6, rng).tolist():
            circuit = build_circuit(braid, path, target="H1-1")
            field = 0.25 / circuit.two_qubit_depth
            for pulses, own in errors.items():
                own.append(value(decoupled(circuit, pulses=pulses), field) - value(circuit))
    none, two, many = (float(np.sqrt(np.mean(np.square(own)))) for own in errors.values())
    assert two < 0.5 * none
    assert many < 0.2 * none


def test_what_is_left_of_a_field_commutes_away() -> None:
    """If the gates commute with Z, pulses leave nothing."""
    ring = [Gate("zzphase", (a, (a + 1) % 4), (0.3 + a,)) for a in range(4)] * 4
    around = [Gate("phasedx", (q,), (math.pi / 2, 0.0)) for q in range(4)]
    circuit = Circuit(4, [*around, *ring, *around])
    duration = circuit.two_qubit_depth
    assert duration % 4 == 0
    plain = abs(run(circuit)) ** 2
    assert abs(abs(run(circuit, 0.1)) ** 2 - plain).max() > 0.05
    echoed = decoupled(circuit, pulses=2)
    times = pulse_times(duration, 2)
    assert times == [duration // 4, 3 * duration // 4]
    whole = replace(echoed, gates=echoed.gates, steps=None)
    # All qubits take part from the first layer to the last but for the ends of the ring.
    assert abs(abs(run(whole, 0.1)) ** 2 - plain).max() < 0.05


@pytest.mark.parametrize("pulses", [0, 4])
def test_the_simulator_lets_qubits_wait_for_barriers(pulses: int) -> None:
    """Frequencies in a strong field against the dense calculation above."""
    circuit = decoupled(build_circuit(SMALL, "010111", target="H1-1"), pulses=pulses)
    field, shots = 0.15, 40_000
    silent = replace(device("ideal"), memory=Memory(field=field))
    (counts,) = simulate([(circuit, shots)], silent, seed=3)
    expected = abs(run(circuit, field)[:, 0]) ** 2
    found = np.zeros(len(expected))
    for bits, number in counts.items():
        found[int(bits[::-1], 2)] = number
    spread = np.sqrt(shots * expected * (1 - expected)) + 1
    assert abs(found - shots * expected).max() < 5 * spread.max()
    assert (abs(found - shots * expected) / spread).max() < 5


def test_dephasing_is_the_same_with_barriers() -> None:
    """Qubits that wait at a barrier dephase there, and not once more later."""
    gates = [Gate("phasedx", (q,), (math.pi / 2, 0.0)) for q in range(3)]
    gates += [Gate("zzphase", (0, 1), (1e-9,))] * 6 + [Gate("zzphase", (1, 2), (1e-9,))]
    gates += [Gate("phasedx", (q,), (-math.pi / 2, 0.0)) for q in range(3)]
    plain = Circuit(3, gates)
    dephasing = replace(device("ideal"), memory=Memory(dephasing=0.02))
    flips = []
    for barriers in ((), (6, 7)):
        (counts,) = simulate([(with_barriers(plain, barriers), 40_000)], dephasing, seed=1)
        flips.append(sum(n for bits, n in counts.items() if bits[2] == "1") / 40_000)
    want = (1 - 0.96**7) / 2
    assert abs(np.array(flips) - want).max() < 5 * math.sqrt(want / 40_000)


def test_every_format_keeps_the_barriers() -> None:
    circuit = decoupled(build_circuit(SMALL, "010111", target="H2-1"), pulses=4)
    assert to_qasm(circuit).count("barrier q;") == 8
    assert to_qasm3(circuit).count("barrier q;") == 8
    assert to_qiskit(circuit).count_ops()["barrier"] == 8
    assert to_qiskit(circuit, positive_rzz=True).count_ops()["barrier"] == 8
    names = [command.op.type.name for command in to_pytket(circuit).get_commands()]
    assert names.count("Barrier") == 8


def test_quantinuum_keeps_pulses() -> None:
    package = pytest.importorskip("pytket.extensions.quantinuum")
    backend = package.QuantinuumBackend("H2-1", api_handler=package.QuantinuumAPIOffline())
    emitted = to_pytket(decoupled(build_circuit(SMALL, "010111", target="H2-1"), pulses=4))
    assert backend.valid_circuit(emitted)
    compiled = backend.get_compiled_circuit(emitted, optimisation_level=0)
    assert compiled.get_commands() == emitted.get_commands()


@pytest.mark.parametrize("level", [1, 3])
def test_ibm_keeps_pulses(level: int) -> None:
    """No level moves gates through barriers, so that none of the one-qubit gates goes away."""
    provider = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
    from qiskit.transpiler import generate_preset_pass_manager

    passes = generate_preset_pass_manager(
        optimization_level=level, backend=provider.FakeFez(), seed_transpiler=1
    )
    circuit = build_circuit(SMALL, "010111", target="ibm_fez")
    echoed = decoupled(circuit, pulses=4)
    plain, kept = (passes.run(to_qiskit(c)).count_ops() for c in (circuit, echoed))
    assert kept["barrier"] == 8
    assert kept["cz"] == circuit.two_qubit_gates >= plain["cz"]
    assert kept["sx"] + kept.get("x", 0) >= one_qubit_gates(echoed)


@pytest.mark.parametrize("pulses", [0, 4])
@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
def test_folding_as_a_whole(name: str, pulses: int) -> None:
    circuit = decoupled(build_circuit(SMALL, "010111", target=name), pulses=pulses)
    tripled = folded_globally(circuit, 3)
    assert tripled.two_qubit_gates == 3 * circuit.two_qubit_gates
    assert len(tripled.barriers) == 3 * len(circuit.barriers)
    assert tripled.undo == circuit.undo
    np.testing.assert_allclose(run(tripled, start=None), run(circuit, start=None), atol=1e-9)
    assert folded_globally(circuit, 1) is circuit
    (counts,) = simulate([(tripled, 2000)], device("ideal"), seed=1)
    expected = abs(run(circuit)[:, 0]) ** 2
    assert all(expected[int(bits[::-1], 2)] > 1e-6 for bits in counts)


def test_inverse_gates() -> None:
    gates = tuple(build_circuit(SMALL, "010111", target="H1-1").gates)
    both = Circuit(4, (*gates, *inverse_gates(gates)))
    np.testing.assert_allclose(run(both, start=None), np.eye(16), atol=1e-9)


@pytest.mark.parametrize("pulses", [1, -2, 2.0, "2", True, None])
def test_bad_numbers_of_pulses(pulses: Any) -> None:
    with pytest.raises(InputError, match="pulses="):
        decoupled(Circuit(1, ()), pulses=pulses)


def test_bad_barriers_and_factors() -> None:
    circuit = build_circuit(SMALL, "010111", target="H1-1")
    with pytest.raises(InputError, match="echo pulses are for circuits without barriers"):
        decoupled(decoupled(circuit, pulses=2), pulses=2)
    with pytest.raises(InputError, match=r"barriers=\(3, 2\): give numbers of gates in order"):
        replace(circuit, barriers=(3, 2))
    with pytest.raises(InputError, match="barriers="):
        replace(circuit, barriers=(10_000,))
    for factor in (0, 2, 1.5, "3"):
        with pytest.raises(InputError, match="factor="):
            folded_globally(circuit, factor)  # type: ignore[arg-type]


def test_circuits_without_two_qubit_gates_stay_as_they_are() -> None:
    circuit = build_circuit([], "01", target="H1-1")
    assert decoupled(circuit, pulses=8) is circuit
    assert decoupled(build_circuit(SMALL, "010111", target="H1-1"), pulses=0).barriers == ()
