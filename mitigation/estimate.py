"""``JonesEstimate``: a value of V from shots, with its interval and all that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..circuits.compile import CircuitStatistics
from ..circuits.plan import Plan
from ..knots.braids import Braid
from ..knots.closures import closure_writhe
from ..knots.conventions import PHI, Closure, bracket_to_jones
from ..knots.errors import InputError, RecordError
from .methods import Estimator, estimator
from .resampling import Interval, bootstrap, percentile_interval
from .tallies import REJECTED, Tallies

__all__ = ["JonesEstimate", "estimate_from_tallies", "jones_factor"]

LEVEL = 0.95
_UNSURE_DEGREES = 60.0


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
                notes=tuple(data["notes"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the record of an estimate: {error!r}") from error


def _interval(data: Any) -> Interval:
    (a, b), (c, d) = data
    return (float(a), float(b)), (float(c), float(d))


def estimate_from_tallies(
    tallies: Tallies,
    plan: Plan,
    *,
    mitigation: Estimator,
    device: str,
    noise: str = "own",
    statistics: CircuitStatistics,
    undetected: Tallies | None = None,
    level: float = LEVEL,
    seconds: float = 0.0,
) -> JonesEstimate:
    """V with its bootstrap interval, from the counts of an experiment.

    Args:
        tallies: counts per series, shape (4,).
        plan: the experiment.
        mitigation: from :func:`plait.mitigation.estimator`.
        device: name of the device.
        noise: how its error rates were changed.
        statistics: of the circuits.
        undetected: the same shots without rejection, for estimates without detection. May be left
            out for echo circuits, whose rejected shots have the value 0 anyway.
        level: joint coverage of the interval.
        seconds: wall time to record.

    Raises:
        InputError: no shots of a series that is needed.
    """
    empty = [s for s in mitigation.series if s not in tallies or not tallies[s].sum()]
    if empty:
        raise InputError(f"no shots of the series {', '.join(empty)}; measure more shots")
    factor = jones_factor(plan.braid, plan.closure)
    rng = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=(2,)))
    plain = estimator(None)

    def value(of: Estimator) -> tuple[complex, Interval]:
        used = tallies if undetected is None or "detection" in of.names else undetected
        point = factor * complex(of(used))
        draws = factor * bootstrap(used, of, rng=rng)
        return point, percentile_interval(draws, point, level)

    raw, raw_interval = value(plain)
    mitigated, interval = value(mitigation) if mitigation.methods else (raw, raw_interval)
    shots = sum(int(counts.sum()) for counts in tallies.values())
    rejected = sum(int(counts[REJECTED]) for counts in tallies.values())
    return JonesEstimate(
        value=mitigated,
        interval=interval,
        level=level,
        raw_value=raw,
        raw_interval=raw_interval,
        z=mitigated / factor,
        shots=shots,
        kept=shots - rejected,
        closure=plan.closure,
        braid=plan.braid,
        circuit=plan.kind,
        device=device,
        noise=noise,
        mitigation=mitigation.names,
        statistics=statistics,
        seed=plan.seed,
        seconds=seconds,
        notes=_notes(tallies, mitigation, mitigated / factor, raw / factor),
    )


def _notes(tallies: Tallies, mitigation: Estimator, z: complex, raw: complex) -> tuple[str, ...]:
    kept = {s: int(counts.sum() - counts[REJECTED]) for s, counts in tallies.items()}
    if empty := [s for s, count in kept.items() if not count]:
        return (f"no shot of the series {', '.join(empty)} was kept: the value means nothing",)
    if "conjugate" not in mitigation.names:
        return ()
    if "detection" not in mitigation.names:
        kept = {s: int(counts.sum()) for s, counts in tallies.items()}
    noise = 1 / np.sqrt(min(kept.values()))
    if abs(z) < 3 * noise:
        return (
            f"|z| = {abs(z):.3g} is within three standard errors ({noise:.2g}) of zero: the "
            f"conjugate pair cannot tell its phase; take more shots or mitigation='detection'",
        )
    turned = abs(float(np.degrees(np.angle(raw / z))))
    if turned > _UNSURE_DEGREES:
        return (
            f"the raw mean is turned by {turned:.0f}° from the mitigated one: the sign of the "
            f"value, which the conjugate pair cannot tell, may be wrong",
        )
    return ()
