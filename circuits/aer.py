"""Noisy simulation on Qiskit Aer, with the error model of a device description."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from ..knots.errors import InputError, PlaitError
from .devices import Device
from .emit import to_qiskit
from .ir import Circuit
from .simulation import Counts, check_memory

__all__ = ["simulate_aer"]

_THREADS_FROM = 16


def simulate_aer(
    circuits: Sequence[tuple[Circuit, int]], target: Device, seed: int
) -> list[Counts]:
    """Like :func:`plait.circuits.simulate`, by Aer: an independent and far slower simulator.

    Memory noise is refused. Two-qubit errors are depolarizing with the probability that the
    device gives for the angle of each gate; one-qubit gates depolarize; preparation and readout
    flip bits.

    Args:
        circuits: (circuit, shots) pairs, compiled for the device.
        target: the device.
        seed: of the simulator; the same seed gives the same counts.

    Returns:
        The counts of each circuit.

    Raises:
        ResourceError: the state does not fit in memory.

    Example:
        >>> from plait.circuits import build_circuit, device, simulate_aer
        >>> simulate_aer([(build_circuit([], "01"), 10)], device("ideal"), seed=1)
        [{'0': 10}]
    """
    from qiskit_aer import AerSimulator

    if not target.memory.none:
        raise InputError(
            f"{target.name} has memory noise, which is not simulated on Aer; use the simulator, "
            f"or a device without [memory]"
        )
    if not circuits:
        return []
    qubits = max(circuit.qubits for circuit, _ in circuits)
    check_memory(qubits, 16)
    # Threads only pay for wide states; on narrow ones they spin and cost several times more.
    threads = 1 if qubits < _THREADS_FROM else 0
    simulator = AerSimulator(
        noise_model=_noise_model(circuits, target), max_parallel_threads=threads
    )
    emitted = _emit(circuits, target)
    results: list[Counts] = [{} for _ in circuits]
    seeds = np.random.SeedSequence(seed)
    # Aer takes one number of shots per call, so circuits with equal numbers go together.
    order = sorted(range(len(circuits)), key=lambda k: circuits[k][1])
    for shots, group in groupby(order, key=lambda k: circuits[k][1]):
        members = list(group)
        call_seed = int(seeds.spawn(1)[0].generate_state(1, np.uint32)[0]) // 2
        job = simulator.run([emitted[k] for k in members], shots=shots, seed_simulator=call_seed)
        result = job.result()
        if not result.success:
            raise PlaitError(f"the simulator failed: {result.status}")
        for position, k in enumerate(members):
            # Qiskit writes the last classical bit first.
            counts = result.get_counts(position)
            results[k] = {bits[::-1]: int(count) for bits, count in sorted(counts.items())}
    return results


def _emit(circuits: Sequence[tuple[Circuit, int]], target: Device) -> list[Any]:
    from qiskit import QuantumCircuit, transpile
    from qiskit.circuit.library import RZZGate

    emitted = []
    for circuit, _ in circuits:
        qiskit_circuit = to_qiskit(circuit)
        if target.entangler == "zzphase":
            # The label tells the noise model the angle.
            for index, item in enumerate(qiskit_circuit.data):
                if item.operation.name == "rzz":
                    angle = float(item.operation.params[0])
                    labelled = RZZGate(angle, label=_label(angle))
                    qiskit_circuit.data[index] = item.replace(operation=labelled)
        emitted.append(qiskit_circuit)
    if target.entangler == "cz":
        emitted = transpile(emitted, basis_gates=["rz", "sx", "x", "cz"], optimization_level=1)
    if target.errors.preparation:
        for k, circuit in enumerate(emitted):
            prepared = QuantumCircuit(circuit.num_qubits, circuit.num_clbits)
            prepared.reset(range(circuit.num_qubits))
            emitted[k] = prepared.compose(circuit)
    return emitted


def _label(angle: float) -> str:
    return f"zz{abs(angle):.9f}"


def _noise_model(circuits: Sequence[tuple[Circuit, int]], target: Device) -> Any:
    from qiskit_aer.noise import NoiseModel, ReadoutError, depolarizing_error, pauli_error

    errors = target.errors
    if errors.none:
        return None
    # Depolarizing with parameter λ is a Pauli other than the identity with λ (d² − 1)/d².
    model = NoiseModel(basis_gates=["rz", "r", "rzz", "sx", "x", "cz"])
    if errors.one_qubit:
        one = depolarizing_error(errors.one_qubit * 4 / 3, 1)
        model.add_all_qubit_quantum_error(one, ["r", "sx", "x"])
    if target.entangler == "cz":
        if probability := errors.zz(np.pi / 2):
            model.add_all_qubit_quantum_error(depolarizing_error(probability * 16 / 15, 2), "cz")
    else:
        angles = {
            _label(gate.angles[0]): errors.zz(gate.angles[0])
            for circuit, _ in circuits
            for gate in circuit.gates
            if gate.name == "zzphase"
        }
        for label, probability in angles.items():
            if probability:
                error = depolarizing_error(probability * 16 / 15, 2)
                model.add_all_qubit_quantum_error(error, label)
    if p := errors.preparation:
        model.add_all_qubit_quantum_error(pauli_error([("X", p), ("I", 1 - p)]), "reset")
    if errors.readout_0 or errors.readout_1:
        r0, r1 = errors.readout_0, errors.readout_1
        model.add_all_qubit_readout_error(ReadoutError([[1 - r0, r0], [r1, 1 - r1]]))
    return model
