"""``JonesEstimate``: a value of V from shots, with its interval and all that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..circuits.backends.errors import why_damaged
from ..circuits.compile import CircuitStatistics
from ..circuits.devices import Device
from ..circuits.plan import Plan
from ..knots.braids import Braid
from ..knots.closures import closure_writhe
from ..knots.conventions import PHI, Closure, bracket_to_jones
from ..knots.errors import RecordError
from .estimated import Systematic
from .methods import Estimator, estimator
from .observations import Observations
from .resampling import Interval, IntervalKind

__all__ = ["JonesEstimate", "estimate_from_observations", "jones_factor"]

LEVEL = 0.95


def jones_factor(braid: Braid, closure: Closure) -> complex:
    """V / z, where z = E_s⟨s|U|s⟩ (Markov) or ⟨p|U|p⟩ (plat).

    Example:
        >>> abs(jones_factor(Braid([], strands=2), "markov") - PHI) < 1e-12
        True
    """
    n = braid.strands
    loops = n if closure == "markov" else n // 2
    return bracket_to_jones(PHI**loops, closure_writhe(braid, closure))


@dataclass(frozen=True, kw_only=True)
class JonesEstimate:
    """V(t) at t = exp(2πi/5), estimated from shots.

    Attributes:
        value: the mitigated estimate of V.
        interval: ((low, high), (low, high)) for the real and the imaginary part of V; both hold
            jointly at ``level``. It covers shot noise, not what mitigation leaves of the errors.
        level: joint coverage of the interval.
        raw_value: V from the shots of the braid's own circuits (with the conjugate method half of
            all), without mitigation.
        raw_interval: its interval.
        z: the estimate of E_s⟨s|U|s⟩ behind ``value``.
        shots: executions of circuits.
        kept: those whose bits a path allows.
        closure: ``"markov"`` or ``"plat"``.
        braid: the braid.
        circuit: ``"echo"`` or ``"hadamard"``.
        device: name of the device.
        noise: ``"own"`` for the device's own error rates, or how they were changed.
        mitigation: names of the methods.
        statistics: of the circuits that ran.
        seed: that reproduces the estimate.
        seconds: wall time of the session that finished it; 0 where an unfinished run was read.
        sign_known: whether the methods can tell z from −z; if not, the sign is the one that the
            raw mean suggests.
        assumes: what must hold for the value to be right, besides independent errors.
        systematic: errors that the interval does not cover, where they are known.
        notes: what a reader should know before trusting the value.
    """

    value: complex
    interval: Interval
    level: float
    raw_value: complex
    raw_interval: Interval
    z: complex
    shots: int
    kept: int
    closure: Closure
    braid: Braid
    circuit: str
    device: str
    mitigation: tuple[str, ...]
    statistics: CircuitStatistics
    seed: int
    seconds: float
    noise: str = "own"
    sign_known: bool = True
    assumes: tuple[str, ...] = field(default=())
    systematic: Systematic | None = None
    notes: tuple[str, ...] = field(default=())

    def __complex__(self) -> complex:
        return self.value

    def __str__(self) -> str:
        (a, b), (c, d) = self.interval
        return (
            f"{self.value:.4f}, {self.level:.0%} interval [{a:.4f}, {b:.4f}] + "
            f"[{c:.4f}, {d:.4f}]i, {self.shots} shots on {self.device}"
        )

    @property
    def qubits(self) -> int:
        """Number of qubits."""
        return self.statistics.qubits

    @property
    def two_qubit_gates(self) -> float:
        """Mean number of two-qubit gates per circuit."""
        return self.statistics.two_qubit_gates

    def covers(self, value: complex, tolerance: float = 1e-9) -> bool:
        """Whether the interval covers a value, up to rounding."""
        return all(
            low - tolerance <= part <= high + tolerance
            for (low, high), part in zip(self.interval, (value.real, value.imag), strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; complex numbers are [re, im]."""
        return {
            "value": [self.value.real, self.value.imag],
            "interval": [list(bounds) for bounds in self.interval],
            "level": self.level,
            "raw_value": [self.raw_value.real, self.raw_value.imag],
            "raw_interval": [list(bounds) for bounds in self.raw_interval],
            "z": [self.z.real, self.z.imag],
            "t": "exp(2πi/5)",
            "shots": self.shots,
            "kept": self.kept,
            "closure": self.closure,
            "braid": {"word": list(self.braid.word), "strands": self.braid.strands},
            "circuit": self.circuit,
            "device": self.device,
            "noise": self.noise,
            "mitigation": list(self.mitigation),
            "qubits": self.qubits,
            "two_qubit_gates": self.two_qubit_gates,
            "statistics": self.statistics.to_json(),
            "seed": self.seed,
            "seconds": self.seconds,
            "sign_known": self.sign_known,
            "assumes": list(self.assumes),
            "systematic": self.systematic.to_json() if self.systematic else None,
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JonesEstimate:
        """The estimate that :meth:`to_json` wrote; other keys are ignored.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            return cls(
                value=complex(*data["value"]),
                interval=_interval(data["interval"]),
                level=data["level"],
                raw_value=complex(*data["raw_value"]),
                raw_interval=_interval(data["raw_interval"]),
                z=complex(*data["z"]),
                shots=data["shots"],
                kept=data["kept"],
                closure=data["closure"],
                braid=Braid(data["braid"]["word"], data["braid"]["strands"]),
                circuit=data["circuit"],
                device=data["device"],
                noise=data["noise"],
                mitigation=tuple(data["mitigation"]),
                statistics=CircuitStatistics(**data["statistics"]),
                seed=data["seed"],
                seconds=data["seconds"],
                sign_known=data["sign_known"],
                assumes=tuple(data["assumes"]),
                systematic=Systematic(**data["systematic"]) if data["systematic"] else None,
                notes=tuple(data["notes"]),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RecordError(f"not the record of an estimate: {why_damaged(error)}") from error


def _interval(data: Any) -> Interval:
    (a, b), (c, d) = data
    return (float(a), float(b)), (float(c), float(d))


def estimate_from_observations(
    experiments: Sequence[Observations],
    plan: Plan,
    *,
    mitigation: Estimator,
    target: Device,
    statistics: CircuitStatistics,
    level: float = LEVEL,
    interval: IntervalKind = "percentile",
    seconds: float = 0.0,
) -> JonesEstimate:
    """V with its bootstrap interval, from what an experiment measured.

    Args:
        experiments: observations of each plan of ``mitigation.construct(plan)``.
        plan: the experiment.
        mitigation: from :func:`plait.mitigation.estimator`.
        target: the device.
        statistics: of the circuits.
        level: joint coverage of the interval.
        interval: kind of the interval, ``"percentile"`` or ``"bca"``.
        seconds: wall time to record.

    Raises:
        InputError: no shots of a series that is needed.
    """
    factor = jones_factor(plan.braid, plan.closure)
    raw_seed, seed = np.random.SeedSequence(plan.seed, spawn_key=(2,)).spawn(2)
    raw = estimator(None).combine(experiments[:1], seed=raw_seed)
    found = (
        mitigation.combine(experiments, seed=seed, plan=plan, target=target)
        if mitigation.methods
        else raw
    )
    return JonesEstimate(
        value=factor * found.value,
        interval=found.interval(level, kind=interval, factor=factor),
        level=level,
        raw_value=factor * raw.value,
        raw_interval=raw.interval(level, kind=interval, factor=factor),
        z=found.value,
        shots=sum(o.shots for o in experiments),
        kept=sum(int(kept.sum()) for o in experiments for kept in o.kept.values()),
        closure=plan.closure,
        braid=plan.braid,
        circuit=plan.kind,
        device=target.name,
        noise=target.noise,
        mitigation=mitigation.names,
        statistics=statistics,
        seed=plan.seed,
        seconds=seconds,
        sign_known=found.sign_known,
        assumes=found.assumes,
        systematic=found.systematic,
        notes=found.notes,
    )
