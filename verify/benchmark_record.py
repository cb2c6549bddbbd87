"""What became of one instance of a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..circuits.backends.errors import why_damaged
from ..knots.errors import InputError, RecordError
from ..knots.instances import Instance
from ..mitigation.resampling import Interval

__all__ = ["BenchmarkRecord", "Measurement", "Reading"]

_ROUNDING = 1e-9
_LARGEST = 1e100


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An estimate of the value of an instance.

    Attributes:
        value: of V(t) at t = exp(2πi/5).
        interval: ((low, high), (low, high)) of its real and imaginary part.
        z: the same on the scale of what is measured, z = E_s⟨s|U|s⟩ or ⟨p|U|p⟩, |z| ≤ 1.
    """

    value: complex
    interval: Interval
    z: complex

    def covers(self, value: complex) -> bool:
        """Whether the interval holds a value, up to rounding."""
        slack = _ROUNDING * (1 + abs(value))
        parts = zip(self.interval, (value.real, value.imag), strict=True)
        return all(low - slack <= part <= high + slack for (low, high), part in parts)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; complex numbers are [re, im]."""
        return {
            "value": [self.value.real, self.value.imag],
            "interval": [list(ends) for ends in self.interval],
            "z": [self.z.real, self.z.imag],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reading:
        """The reading that :meth:`to_json` wrote."""
        (a, b), (c, d) = data["interval"]
        return cls(
            value=complex(*data["value"]),
            interval=((float(a), float(b)), (float(c), float(d))),
            z=complex(*data["z"]),
        )


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What a device gave for an instance.

    Attributes:
        raw: from the circuits of the braid alone, without mitigation.
        mitigated: with all methods; equal to ``raw`` where there are none.
        exact_z: the exact value on the scale of ``z``.
        qubits: of the circuits.
        crossings_run: letters of the word whose circuits ran.
        two_qubit_gates: per circuit, mean over the shots, state preparation included.
        two_qubit_depth: their depth, mean over the shots.
        shots: executions of circuits; of a method that needs several experiments, those of the
            first, whose noise is the device's own.
        kept: those whose bits a path allows.
        survived: those whose value is not 0.
        notes: what the estimate says about itself.

    Raises:
        InputError: a number is not finite, or there are fewer shots than were kept.
    """

    raw: Reading
    mitigated: Reading
    exact_z: complex
    qubits: int
    crossings_run: int
    two_qubit_gates: float
    two_qubit_depth: float
    shots: int
    kept: int
    survived: int
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = (
            part for z in (self.exact_z, self.raw.z, self.mitigated.z) for part in (z.real, z.imag)
        )
        # Whatever is larger overflows when errors are relative.
        if not all(
            abs(x) < _LARGEST for x in (self.two_qubit_gates, self.two_qubit_depth, *parts)
        ):
            raise InputError("the estimate or another number of the measurement is not finite")
        if not 0 < self.shots >= max(self.kept, self.survived):
            raise InputError(f"{self.kept} of {self.shots} shots kept")

    @property
    def keep_rate(self) -> float:
        """Part of the shots whose bits a path allows."""
        return self.kept / self.shots

    @property
    def survival(self) -> float:
        """Part of the shots whose value is not 0: (1 + E|z_s|²)/2 without errors."""
        return self.survived / self.shots

    def absolute_error(self, *, raw: bool = False) -> float:
        """|z_estimate − z|, of the mitigated estimate or the raw one."""
        return abs((self.raw if raw else self.mitigated).z - self.exact_z)

    def relative_error(self, *, raw: bool = False) -> float | None:
        """|estimate − exact| / |exact|, the same for V and z; None where the exact value is 0."""
        if abs(self.exact_z) < _ROUNDING:
            return None
        return self.absolute_error(raw=raw) / abs(self.exact_z)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "raw": self.raw.to_json(),
            "mitigated": self.mitigated.to_json(),
            "exact_z": [self.exact_z.real, self.exact_z.imag],
            "absolute_error": self.absolute_error(),
            "relative_error": self.relative_error(),
            "raw_relative_error": self.relative_error(raw=True),
            "qubits": self.qubits,
            "crossings_run": self.crossings_run,
            "two_qubit_gates": self.two_qubit_gates,
            "two_qubit_depth": self.two_qubit_depth,
            "shots": self.shots,
            "kept": self.kept,
            "survived": self.survived,
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Measurement:
        """The measurement that :meth:`to_json` wrote."""
        return cls(
            raw=Reading.from_json(data["raw"]),
            mitigated=Reading.from_json(data["mitigated"]),
            exact_z=complex(*data["exact_z"]),
            qubits=int(data["qubits"]),
            crossings_run=int(data["crossings_run"]),
            two_qubit_gates=float(data["two_qubit_gates"]),
            two_qubit_depth=float(data["two_qubit_depth"]),
            shots=int(data["shots"]),
            kept=int(data["kept"]),
            survived=int(data["survived"]),
            notes=tuple(map(str, data["notes"])),
        )


@dataclass(frozen=True, kw_only=True)
class BenchmarkRecord:
    """One instance of a benchmark, with what was measured or why nothing was.

    Attributes:
        number: position in the benchmark, from 0 on.
        size: the parameters that say how large it is, such as {"strands": 8, "layers": 12}.
        seed: of the run and, where its family is random, of the instance.
        instance: the braid with its exact value; None where it could not be generated.
        measurement: None if it failed.
        error: why it failed; empty if it did not.
        seconds: wall time, all included. No report depends on it.
        versions: of what made the record.
    """

    number: int
    size: Mapping[str, int]
    seed: int
    instance: Instance | None = None
    measurement: Measurement | None = None
    error: str = ""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def covered(self) -> bool | None:
        """Whether the mitigated interval holds the exact value; None where nothing is known."""
        if self.instance is None or self.instance.value is None or self.measurement is None:
            return None
        return self.measurement.mitigated.covers(self.instance.value)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "number": self.number,
            "size": dict(self.size),
            "seed": self.seed,
            "instance": None if self.instance is None else self.instance.to_json(),
            "measurement": None if self.measurement is None else self.measurement.to_json(),
            "covered": self.covered,
            "error": self.error,
            "seconds": self.seconds,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> BenchmarkRecord:
        """The record that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            instance, measurement = data["instance"], data["measurement"]
            found = cls(
                number=int(data["number"]),
                size={str(k): int(v) for k, v in data["size"].items()},
                seed=int(data["seed"]),
                instance=None if instance is None else Instance.from_json(instance),
                measurement=None if measurement is None else Measurement.from_json(measurement),
                error=str(data["error"]),
                seconds=float(data["seconds"]),
                versions={str(k): str(v) for k, v in data["versions"].items()},
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the record of a benchmark: {why_damaged(error)}") from error
        if (found.measurement is None) != bool(found.error):
            raise RecordError("not the record of a benchmark: it neither failed nor measured")
        if found.measurement is not None and found.instance is None:
            raise RecordError("not the record of a benchmark: it has no instance")
        return found
