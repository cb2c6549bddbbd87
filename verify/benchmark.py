"""The report of a benchmark: errors against size, what is discarded, error per gate.

How numbers are defined:

* The **relative error** of an instance is |estimate − exact| / |exact|, the same for V and for
  z = V · φ^(1−n) up to a phase. It says nothing where |z| is not well above the noise of the
  shots, so that fits and quantiles of it leave out instances with |z| below a limit, and the
  report says how many. The **absolute error** |z_estimate − z| is there for all.
* The **contrast** is what is left of z: fitted as Re(z_estimate · conj z)/|z| against |z|, so that
  noise of the shots has mean 0 and instances of small |z| weigh little.
* The **effective error per two-qubit gate** is p in contrast = A · (1 − 16p/15)^gates; see
  :attr:`plait.verify.benchmark_fit.Decay.error`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ..knots.checks import check_level
from ..knots.errors import InputError
from .benchmark_fit import Decay, Fitted, PowerLaw
from .benchmark_laws import Measured, Notes, crossings, fit_errors, fit_losses
from .benchmark_record import BenchmarkRecord, Measurement

__all__ = [
    "LEAST_MAGNITUDE",
    "BenchmarkReport",
    "SizeSummary",
    "benchmark_report",
    "check_least_magnitude",
]

LEAST_MAGNITUDE: Final = 0.1
FORMAT: Final = 1
_QUANTILES: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True, kw_only=True)
class SizeSummary:
    """All instances of one size.

    Attributes:
        size: the parameters, such as {"strands": 8, "layers": 12}.
        measured: instances with a measurement.
        failed: instances without.
        crossings: median.
        two_qubit_gates: median.
        keep_rate: mean part of the shots that is kept.
        relative_errors: quantiles 10, 50 and 90 % of the mitigated estimate; None where no
            instance has |z| above the limit.
        raw_relative_errors: the same without mitigation.
        absolute_error: root of the mean of |z_estimate − z|², mitigated.
        covered: part of the intervals that hold the exact value.
    """

    size: Mapping[str, int]
    measured: int
    failed: int
    crossings: float | None = None
    two_qubit_gates: float | None = None
    keep_rate: float | None = None
    relative_errors: tuple[float, ...] | None = None
    raw_relative_errors: tuple[float, ...] | None = None
    absolute_error: float | None = None
    covered: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        data = dict(vars(self)) | {"size": dict(self.size)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in data.items()}


@dataclass(frozen=True, kw_only=True)
class BenchmarkReport:
    """What a benchmark says about a device.

    Attributes:
        settings: of the benchmark, as its folder has them.
        records: of all instances that have ended, in their order.
        planned: instances in all.
        level: coverage of all intervals; of prediction intervals, see
            :attr:`plait.verify.benchmark_fit.PowerLaw.coverage`.
        least_magnitude: |z| below which relative errors are left out.
        robust: whether the power laws are fitted robustly.
        sizes: one summary per size.
        power_laws: of the relative error, by ``"crossings"``, ``"gates"``, ``"raw crossings"``
            and ``"raw gates"``; those that could not be fitted are left out.
        decays: with the two-qubit gates, of ``"contrast"`` (without mitigation), of ``"mitigated
            contrast"``, of the ``"keep"`` rate and of the ``"survival"``. The survival is compared
            with (1 + |z|²)/2, which it exceeds without errors where ⟨s|U|s⟩ differs from path to
            path, so that its amplitude can be more than 1.
        covered: part of the mitigated intervals that hold the exact value, with its own interval
            (Wilson); None without measurements.
        left_out: measured instances with |z| below the limit.
        notes: what could not be fitted or was left out of fits, and why.
    """

    settings: Mapping[str, Any]
    records: tuple[BenchmarkRecord, ...]
    planned: int
    level: float
    least_magnitude: float
    robust: bool
    sizes: tuple[SizeSummary, ...]
    power_laws: Mapping[str, PowerLaw]
    decays: Mapping[str, Decay]
    covered: Fitted | None
    left_out: int
    notes: tuple[str, ...] = field(default=())

    @property
    def measured(self) -> tuple[Measured, ...]:
        """The records that have a measurement, with it."""
        return _measured(self.records)

    @property
    def failures(self) -> tuple[BenchmarkRecord, ...]:
        """The records of instances that failed."""
        return tuple(record for record in self.records if record.measurement is None)

    @property
    def gate_error(self) -> Fitted | None:
        """Effective error per two-qubit gate, from the contrast without mitigation.

        None where the contrast could not be fitted, or rises with the gates.
        """
        found = self.decays.get("contrast")
        return None if found is None else found.error

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON; nothing in it depends on how long anything took."""
        return {
            "format": FORMAT,
            "settings": dict(self.settings),
            "planned": self.planned,
            "measured": len(self.measured),
            "failed": [
                {"number": r.number, "size": dict(r.size), "seed": r.seed, "error": r.error}
                for r in self.failures
            ],
            "level": self.level,
            "least_magnitude": self.least_magnitude,
            "left_out": self.left_out,
            "robust": self.robust,
            "sizes": [size.to_json() for size in self.sizes],
            "power_laws": {name: law.to_json() for name, law in self.power_laws.items()},
            "decays": {name: decay.to_json() for name, decay in self.decays.items()},
            "gate_error": None if self.gate_error is None else self.gate_error.to_json(),
            "covered": None if self.covered is None else self.covered.to_json(),
            "versions": _versions(self.records),
            "notes": list(self.notes),
            "instances": [_row(record, found) for record, found in self.measured],
        }


def benchmark_report(
    records: Iterable[BenchmarkRecord],
    *,
    settings: Mapping[str, Any] | None = None,
    planned: int | None = None,
    least_magnitude: float = LEAST_MAGNITUDE,
    robust: bool = False,
    level: float = 0.95,
) -> BenchmarkReport:
    """Fit and summarise the records of a benchmark.

    Args:
        records: in any order.
        settings: of the benchmark, for the report to show.
        planned: instances in all; by default as many as there are records.
        least_magnitude: |z| below which relative errors are left out of fits and quantiles.
        robust: fit power laws so that a few far points change little.
        level: coverage of intervals.

    Raises:
        InputError: no records, two of one instance, or an argument out of its range.
    """
    ordered = tuple(sorted(records, key=lambda record: record.number))
    if not ordered:
        raise InputError("there are no records, so there is nothing to report")
    if len({record.number for record in ordered}) < len(ordered):
        raise InputError("two records are of the same instance; give each once")
    check_least_magnitude(least_magnitude)
    check_level(level)
    measured = _measured(ordered)
    clear = [pair for pair in measured if abs(pair[1].exact_z) >= max(least_magnitude, 1e-9)]
    notes = Notes()
    power_laws = fit_errors(clear, level, robust, notes)
    decays = fit_losses(measured, level, notes)
    return BenchmarkReport(
        settings=dict(settings or {}),
        records=ordered,
        planned=len(ordered) if planned is None else planned,
        level=level,
        least_magnitude=least_magnitude,
        robust=robust,
        sizes=_sizes(ordered, clear),
        power_laws=power_laws,
        decays=decays,
        covered=_wilson([bool(record.covered) for record, _ in measured], level),
        left_out=len(measured) - len(clear),
        notes=notes.lines(),
    )


def check_least_magnitude(value: float) -> None:
    """Refuse a limit of |z| that is not from 0 to below 1.

    Raises:
        InputError: see above.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise InputError(f"least_magnitude={value!r}: give a number from 0 to below 1")


def _measured(records: Iterable[BenchmarkRecord]) -> tuple[Measured, ...]:
    return tuple((r, r.measurement) for r in records if r.measurement is not None)


def _sizes(
    records: Sequence[BenchmarkRecord], clear: Sequence[Measured]
) -> tuple[SizeSummary, ...]:
    groups: dict[tuple[tuple[str, int], ...], list[BenchmarkRecord]] = {}
    for record in records:
        groups.setdefault(tuple(record.size.items()), []).append(record)
    numbers = {record.number for record, _ in clear}
    return tuple(_summary(dict(size), group, numbers) for size, group in groups.items())


def _summary(
    size: Mapping[str, int], records: Sequence[BenchmarkRecord], clear: set[int]
) -> SizeSummary:
    measured = _measured(records)
    failed = len(records) - len(measured)
    if not measured:
        return SizeSummary(size=size, measured=0, failed=failed)
    chosen = [found for record, found in measured if record.number in clear]
    errors = [found.absolute_error() for _, found in measured]
    return SizeSummary(
        size=size,
        measured=len(measured),
        failed=failed,
        crossings=float(np.median([crossings(record) for record, _ in measured])),
        two_qubit_gates=float(np.median([found.two_qubit_gates for _, found in measured])),
        keep_rate=float(np.mean([found.keep_rate for _, found in measured])),
        relative_errors=_quantiles([found.relative_error() for found in chosen]),
        raw_relative_errors=_quantiles([found.relative_error(raw=True) for found in chosen]),
        absolute_error=float(np.sqrt(np.mean(np.square(errors)))),
        covered=float(np.mean([bool(record.covered) for record, _ in measured])),
    )


def _quantiles(errors: Sequence[float | None]) -> tuple[float, ...] | None:
    known = [error for error in errors if error is not None]
    return tuple(map(float, np.quantile(known, _QUANTILES))) if known else None


def _wilson(hits: Sequence[bool], level: float) -> Fitted | None:
    """A proportion with Wilson's interval."""
    from scipy.stats import norm

    if not hits:
        return None
    n, p = len(hits), sum(hits) / len(hits)
    z = float(norm.ppf((1 + level) / 2))
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
    return Fitted(value=p, low=max(0.0, centre - half), high=min(1.0, centre + half))


def _versions(records: Iterable[BenchmarkRecord]) -> dict[str, list[str]]:
    """Per package the versions that made the records."""
    found: dict[str, set[str]] = {}
    for record in records:
        for package, version in record.versions.items():
            found.setdefault(package, set()).add(version)
    return {package: sorted(found[package]) for package in sorted(found)}


def _row(record: BenchmarkRecord, found: Measurement) -> dict[str, Any]:
    return {
        "number": record.number,
        "id": "" if record.instance is None else record.instance.id,
        "crossings": crossings(record),
        "two_qubit_gates": found.two_qubit_gates,
        "magnitude": abs(found.exact_z),
        "relative_error": found.relative_error(),
        "raw_relative_error": found.relative_error(raw=True),
        "absolute_error": found.absolute_error(),
        "keep_rate": found.keep_rate,
        "survival": found.survival,
        "covered": record.covered,
    }
