"""Quantum circuits for the Jones polynomial: synthesis, devices, emission, simulation."""

from .compile import CircuitStatistics, build_circuit, compile_circuit, expected_fidelity
from .devices import Cost, Device, Errors, Limits, Memory, Times, device, device_names
from .echo import echo_circuit
from .emit import to_pytket, to_qasm, to_qiskit
from .hadamard import hadamard_circuit
from .builder import CircuitBuilder
from .ir import Circuit, Gate
from .outcomes import Outcome, read_outcome
from .plan import SERIES, Job, Plan
from .simulation import Counts, predicted_seconds, run_round, simulate

__all__ = [
    "SERIES",
    "Circuit",
    "CircuitBuilder",
    "CircuitStatistics",
    "Cost",
    "Counts",
    "Device",
    "Errors",
    "Gate",
    "Job",
    "Limits",
    "Memory",
    "Outcome",
    "Plan",
    "Times",
    "build_circuit",
    "compile_circuit",
    "device",
    "device_names",
    "echo_circuit",
    "expected_fidelity",
    "hadamard_circuit",
    "predicted_seconds",
    "read_outcome",
    "run_round",
    "simulate",
    "to_pytket",
    "to_qasm",
    "to_qiskit",
]
