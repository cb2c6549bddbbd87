"""Quantum circuits for the Jones polynomial: synthesis, devices, emission, simulation."""

from .aer import simulate_aer
from .builder import CircuitBuilder
from .compile import CircuitStatistics, build_circuit, compile_circuit, expected_fidelity
from .decoupling import decoupled
from .devices import Cost, Device, Errors, Limits, Memory, Times, device, device_names
from .echo import echo_circuit
from .emit import to_pytket, to_qasm, to_qasm3, to_qiskit
from .estimates import Estimate, RunEstimate, estimate_run, hqc
from .folding import folded_globally
from .forms import cheapest_form, expected_cost
from .hadamard import hadamard_circuit
from .ir import Circuit, Gate
from .outcomes import Outcome, read_outcome, read_outcomes
from .plan import REFERENCE_SERIES, SERIES, Job, Plan
from .simulation import Counts, predicted_seconds, run_round, simulate

__all__ = [
    "REFERENCE_SERIES",
    "SERIES",
    "Circuit",
    "CircuitBuilder",
    "CircuitStatistics",
    "Cost",
    "Counts",
    "Device",
    "Errors",
    "Estimate",
    "Gate",
    "Job",
    "Limits",
    "Memory",
    "Outcome",
    "Plan",
    "RunEstimate",
    "Times",
    "build_circuit",
    "cheapest_form",
    "compile_circuit",
    "decoupled",
    "device",
    "device_names",
    "echo_circuit",
    "estimate_run",
    "expected_cost",
    "expected_fidelity",
    "folded_globally",
    "hadamard_circuit",
    "hqc",
    "predicted_seconds",
    "read_outcome",
    "read_outcomes",
    "run_round",
    "simulate",
    "simulate_aer",
    "to_pytket",
    "to_qasm",
    "to_qasm3",
    "to_qiskit",
]
