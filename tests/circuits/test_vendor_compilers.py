"""Emitted circuits survive the vendors' compilers, which run here on their offline data.

Quantinuum's level 0 leaves native gates alone, its other levels rewrite them; IBM's levels 1 to 3
choose a line of couplings. None may need more two-qubit gates than we do, or change what is
measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector

from plait.circuits import Circuit, build_circuit, device, to_pytket, to_qiskit
from plait.circuits.echo import PARTS
from plait.knots import Braid, paths, plat_path, sample_paths

SMALL = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3], strands=5)


def circuits(target: Any) -> Iterator[Circuit]:
    """All paths of a small braid, and its plat-closed companion's."""
    for part in PARTS:
        for s in paths(5).tolist():
            yield build_circuit(SMALL, s, part=part, target=target)
    plat = Braid([2, -1, 2, 3, 4, -2, 5, 3], strands=6)
    yield build_circuit(plat, plat_path(6), target=target)


def probabilities(circuit: QuantumCircuit) -> npt.NDArray[np.float64]:
    """Distribution of the classical bits of a measured circuit, on the qubits that it uses."""
    gates = [item for item in circuit.data if item.operation.name not in ("measure", "barrier")]
    measured = {
        circuit.find_bit(item.clbits[0]).index: circuit.find_bit(item.qubits[0]).index
        for item in circuit.data
        if item.operation.name == "measure"
    }
    used = {circuit.find_bit(q).index for item in gates for q in item.qubits}
    place = {qubit: k for k, qubit in enumerate(sorted(used | set(measured.values())))}
    small = QuantumCircuit(len(place))
    for item in gates:
        small.append(item.operation, [place[circuit.find_bit(q).index] for q in item.qubits])
    wanted = [place[measured[bit]] for bit in range(circuit.num_clbits)]
    return np.asarray(Statevector(small).probabilities(wanted))


def probabilities_of_pytket(circuit: Any) -> npt.NDArray[np.float64]:
    """The same for a pytket circuit, command by command."""
    places: dict[Any, int] = {qubit: k for k, qubit in enumerate(circuit.qubits)}
    n = len(places)
    state = np.zeros((2,) * n, dtype=complex)
    state[(0,) * n] = 1
    measured: dict[int, int] = {}
    for command in circuit.get_commands():
        where = [places[q] for q in command.qubits]
        if command.op.type.name == "Measure":
            measured[command.bits[0].index[0]] = where[0]
            continue
        k = len(where)
        tensor = command.op.get_unitary().reshape((2,) * (2 * k))
        state = np.moveaxis(np.tensordot(tensor, state, (range(k, 2 * k), where)), range(k), where)
    # Bit 0 is the least significant one, as in Qiskit.
    order = [measured[bit] for bit in reversed(range(len(measured)))]
    return np.asarray((abs(state) ** 2).transpose(order).ravel())


# Quantinuum


@cache
def quantinuum(name: str) -> Any:
    package = pytest.importorskip("pytket.extensions.quantinuum")
    return package.QuantinuumBackend(name, api_handler=package.QuantinuumAPIOffline())


@pytest.mark.parametrize("name", ["H1-1", "H2-1"])
def test_quantinuum_takes_native_gates_as_they_are(name: str) -> None:
    backend = quantinuum(name)
    for circuit in circuits(name):
        emitted = to_pytket(circuit)
        assert backend.valid_circuit(emitted)
        compiled = backend.get_compiled_circuit(emitted, optimisation_level=0)
        assert compiled.get_commands() == emitted.get_commands()
        assert compiled.n_2qb_gates() == circuit.two_qubit_gates


@pytest.mark.parametrize("level", [1, 2])
def test_quantinuum_optimises_without_more_gates(level: int) -> None:
    backend = quantinuum("H2-1")
    for circuit in circuits("H2-1"):
        emitted = to_pytket(circuit)
        compiled = backend.get_compiled_circuit(emitted, optimisation_level=level)
        assert backend.valid_circuit(compiled)
        assert compiled.n_2qb_gates() <= circuit.two_qubit_gates
        np.testing.assert_allclose(
            probabilities_of_pytket(compiled), probabilities(to_qiskit(circuit)), atol=1e-9
        )


def test_quantinuum_takes_as_many_qubits_as_it_has() -> None:
    """57 strands fill H2-1's 56 qubits."""
    braid = Braid([*range(1, 57), *range(-56, 0)], strands=57)
    (s,) = sample_paths(57, 1, np.random.default_rng(1)).tolist()
    emitted = to_pytket(build_circuit(braid, s, target="H2-1"))
    compiled = quantinuum("H2-1").get_compiled_circuit(emitted, optimisation_level=0)
    assert compiled.get_commands() == emitted.get_commands()


# IBM


@cache
def ibm(fake: str, level: int) -> Any:
    provider = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
    from qiskit.transpiler import generate_preset_pass_manager

    backend = getattr(provider, fake)()
    return generate_preset_pass_manager(
        optimization_level=level, backend=backend, seed_transpiler=1
    )


MACHINES = [("ibm_fez", "FakeFez", "cz"), ("ibm_sherbrooke", "FakeSherbrooke", "ecr")]


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize(("name", "fake", "entangler"), MACHINES)
def test_ibm_finds_a_line_without_swaps(name: str, fake: str, entangler: str, level: int) -> None:
    for circuit in circuits(name):
        compiled = ibm(fake, level).run(to_qiskit(circuit))
        counts = compiled.count_ops()
        assert set(counts) <= {"rz", "sx", "x", "measure", entangler}
        assert counts[entangler] <= circuit.two_qubit_gates
        if level == 1:
            # Nothing merges two-qubit gates here, so that a SWAP would show in their number.
            assert counts[entangler] == circuit.two_qubit_gates
        assert compiled.layout.routing_permutation() == list(range(compiled.num_qubits))
        np.testing.assert_allclose(
            probabilities(compiled), probabilities(to_qiskit(circuit)), atol=1e-9
        )


@pytest.mark.parametrize(("name", "fake", "entangler"), MACHINES)
def test_ibm_finds_long_lines(name: str, fake: str, entangler: str) -> None:
    rng = np.random.default_rng(2)
    for strands in (15, 30, 60):
        letters = rng.integers(1, strands, 2 * strands) * rng.choice([-1, 1], 2 * strands)
        braid = Braid(letters.tolist(), strands)
        (s,) = sample_paths(strands, 1, rng).tolist()
        circuit = build_circuit(braid, s, target=name)
        compiled = ibm(fake, 1).run(to_qiskit(circuit))
        assert compiled.count_ops()[entangler] == circuit.two_qubit_gates
        assert compiled.layout.routing_permutation() == list(range(compiled.num_qubits))


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("positive", [False, True])
def test_fractional_gates_of_ibm(level: int, positive: bool) -> None:
    """RZZ stays one gate, by an angle from 0 to π/2; the fake has a line of four qubits."""
    target = replace(device("ibm_fez"), entangler="zzphase", qubits=5)
    passes = ibm("FakeFractionalBackend", level)
    for part in PARTS:
        for s in paths(5).tolist():
            circuit = build_circuit(SMALL, s, part=part, target=target)
            compiled = passes.run(to_qiskit(circuit, positive_rzz=positive))
            angles = [
                item.operation.params[0] for item in compiled.data if item.operation.name == "rzz"
            ]
            assert len(angles) == compiled.num_nonlocal_gates() <= circuit.two_qubit_gates
            assert all(0 <= angle <= math.pi / 2 + 1e-9 for angle in angles)
            np.testing.assert_allclose(
                probabilities(compiled), probabilities(to_qiskit(circuit)), atol=1e-9
            )
