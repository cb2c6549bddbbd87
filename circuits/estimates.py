"""What a run would cost and take, without running it: estimates, each with its formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..knots.errors import InputError
from .devices import Device

if TYPE_CHECKING:
    from .compile import CircuitStatistics

__all__ = ["Estimate", "RunEstimate", "estimate_run", "hqc"]

_PER_CIRCUIT, _PER_UNIT = 5.0, 5000.0


def hqc(one_qubit: float, two_qubit: float, measurements: float, shots: float) -> float:
    """Cost of one circuit in Quantinuum's H-series credits, estimated.

    5 + shots·(N₁ + 10·N₂ + 5·Nₘ)/5000, as widely published for the H series. It is not what the
    vendor's service says: that is ``qnexus.circuits.cost``, which runs its syntax checker.

    Args:
        one_qubit: one-qubit gates, without rotations about Z.
        two_qubit: two-qubit gates.
        measurements: measured and prepared qubits.
        shots: how often the circuit runs.

    Example:
        >>> hqc(100, 50, 10, shots=1000)
        135.0
    """
    return _PER_CIRCUIT + shots * (one_qubit + 10 * two_qubit + 5 * measurements) / _PER_UNIT


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """An estimated number.

    Attributes:
        value: the number.
        unit: its unit.
        formula: how it was computed, with the numbers that went into it.
    """

    value: float
    unit: str
    formula: str

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON, marked as an estimate."""
        return {**vars(self), "estimate": True}


@dataclass(frozen=True, kw_only=True)
class RunEstimate:
    """Estimates for a run; None where the device's description does not say enough.

    Attributes:
        shots: executions of circuits, in total.
        circuits: circuits submitted; a mean where the strings are drawn.
        jobs: jobs that the device's limits make of them, at least.
        hqc: cost in H-series credits, where that is how the device is charged for.
        seconds: run time on the processor, without queues.
        cost: what is charged: HQC, or a rate on the seconds.
    """

    shots: int
    circuits: float
    jobs: int
    hqc: Estimate | None
    seconds: Estimate | None
    cost: Estimate | None

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; what is not known is null."""
        return {
            key: value.to_json() if isinstance(value, Estimate) else value
            for key, value in vars(self).items()
        }


def estimate_run(
    statistics: CircuitStatistics, target: Device, shots: int, *, circuits: float = 1
) -> RunEstimate:
    """What a run costs and takes by its mean circuit and the device's description.

    Args:
        statistics: of the circuits, as means over shots.
        target: the device.
        shots: executions of circuits, in total.
        circuits: how many circuits they are: one per distinct string where strings are explicit;
            one per structure where parameters or the device itself choose the string.

    Raises:
        InputError: fewer shots than one, or than circuits.

    Example:
        >>> from plait.circuits import CircuitStatistics, device
        >>> means = CircuitStatistics(qubits=10, two_qubit_gates=50, two_qubit_depth=30,
        ...                           one_qubit_gates=100, expected_fidelity=0.9)
        >>> estimate_run(means, device("H2-1"), 1000).hqc.value
        135.0
    """
    if not 1 <= circuits <= shots:
        raise InputError(
            f"circuits={circuits:g}, shots={shots}: give 1 circuit at least, and as many shots"
        )
    limits = target.limits
    # More shots of a circuit than the vendor takes at once make it several.
    parts = max(float(circuits), _pieces(shots, limits.shots_per_circuit))
    jobs = max(_pieces(parts, limits.circuits_per_job), _pieces(shots, limits.executions_per_job))
    seconds = _seconds(statistics, target, shots, jobs)
    credits = _hqc(statistics, target, shots, parts)
    cost = credits
    if target.cost is not None and target.cost.formula == "seconds" and seconds is not None:
        rate, unit = target.cost.rate, target.cost.unit
        cost = Estimate(
            value=rate * seconds.value, unit=unit, formula=f"seconds × {rate:g} {unit} per second"
        )
    return RunEstimate(
        shots=shots, circuits=circuits, jobs=jobs, hqc=credits, seconds=seconds, cost=cost
    )


def _pieces(size: float, limit: int | None) -> int:
    """Into how many pieces a limit cuts; one if there is no limit."""
    return 1 if limit is None else math.ceil(size / limit)


def _hqc(
    statistics: CircuitStatistics, target: Device, shots: int, circuits: float
) -> Estimate | None:
    if target.cost is None or target.cost.formula != "hqc":
        return None
    one, two = statistics.one_qubit_gates, statistics.two_qubit_gates
    qubits = statistics.qubits
    return Estimate(
        value=(circuits - 1) * _PER_CIRCUIT + hqc(one, two, qubits, shots),
        unit="HQC",
        formula=(
            f"circuits × 5 + shots × (N1q + 10 N2q + 5 Nm)/5000 with circuits = {circuits:.6g}, "
            f"shots = {shots}, N1q = {one:.6g} (no rotations about Z), N2q = {two:.6g}, "
            f"Nm = {qubits}"
        ),
    )


def _seconds(
    statistics: CircuitStatistics, target: Device, shots: int, jobs: int
) -> Estimate | None:
    t = target.times
    if t is None:
        return None
    # Between two layers of CZ a qubit has up to two √X, between two of ZZPhase one gate.
    layers, ones = statistics.two_qubit_depth, 2 if target.entangler == "cz" else 1
    circuit = (
        t.preparation + layers * t.two_qubit + (layers + 1) * ones * t.one_qubit + t.measurement
    )
    return Estimate(
        value=jobs * t.job + shots * (t.shot + circuit),
        unit="s",
        formula=(
            f"jobs × {t.job:g} s + shots × ({t.shot:g} s + {circuit:.4g} s) with jobs = {jobs}, "
            f"shots = {shots}; the circuit: preparation {t.preparation:g} s, {layers:.6g} layers "
            f"of two-qubit gates of {t.two_qubit:g} s, between them {ones} × {t.one_qubit:g} s, "
            f"measurement {t.measurement:g} s"
        ),
    )
