"""The report of a benchmark as Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .benchmark import BenchmarkReport, SizeSummary
from .benchmark_fit import Decay, Fitted, PowerLaw

__all__ = [
    "DECAY_HEADER",
    "POWER_LAW_HEADER",
    "SIZE_HEADER",
    "decay_rows",
    "markdown",
    "power_law_rows",
    "setting_rows",
    "size_rows",
    "summary_line",
]

SIZE_HEADER: Final = (
    "size", "instances", "crossings", "gates", "kept", "relative error [10, 90 %]", "raw",
    "rms |Δz|", "covered",
)  # fmt: skip
POWER_LAW_HEADER: Final = (
    "relative error",
    "law",
    "exponent",
    "in the middle, x",
    "error there [prediction], coverage",
)
DECAY_HEADER: Final = ("quantity", "loss per gate", "at 0 gates", "as Pauli error per gate")
_SETTINGS: Final = (
    "backend", "device", "noise", "family", "strands", "layers", "crossings", "parameters",
    "count", "shots", "mitigation", "circuit", "seed",
)  # fmt: skip
_CONTRASTS: Final = ("contrast", "mitigated contrast")


def setting_rows(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values of the settings that a reader wants to see."""
    rows = []
    device = settings.get("device")
    noise = device.get("noise", "own") if isinstance(device, Mapping) else "own"
    given = {**settings, "noise": None if noise == "own" else noise}
    for name in _SETTINGS:
        value = given.get(name)
        if isinstance(value, Mapping):
            value = value.get("name") or ", ".join(f"{k}={v}" for k, v in value.items())
        elif isinstance(value, (list, tuple)):
            value = ", ".join(map(str, value))
        if value not in (None, ""):
            rows.append((name, str(value)))
    return rows


def size_rows(report: BenchmarkReport) -> list[tuple[str, ...]]:
    """The cells below ``SIZE_HEADER``."""
    return [_size_row(size) for size in report.sizes]


def _size_row(size: SizeSummary) -> tuple[str, ...]:
    count = f"{size.measured}" + (f" (+{size.failed} failed)" if size.failed else "")
    return (
        ", ".join(f"{name} {number}" for name, number in size.size.items()),
        count,
        _number(size.crossings),
        _number(size.two_qubit_gates),
        _number(size.keep_rate),
        _spread(size.relative_errors),
        _spread(size.raw_relative_errors),
        _number(size.absolute_error),
        _number(size.covered),
    )


def power_law_rows(report: BenchmarkReport) -> list[tuple[str, ...]]:
    """The cells below ``POWER_LAW_HEADER``."""
    return [_law_row(name, law) for name, law in report.power_laws.items()]


def _law_row(name: str, law: PowerLaw) -> tuple[str, ...]:
    middle = math.exp(law.centre)
    low, high = (float(end) for end in law.prediction(middle))
    return (
        f"against {name.removeprefix('raw ')}" + (", raw" if name.startswith("raw") else ""),
        f"{law.factor.value:.3g} · x^{law.exponent.value:.3g}",
        _interval(law.exponent),
        f"{middle:.3g}",
        f"{float(law(middle)):.3g} [{low:.3g}, {high:.3g}], {law.coverage:.0%}",
    )


def decay_rows(report: BenchmarkReport) -> list[tuple[str, ...]]:
    """The cells below ``DECAY_HEADER``."""
    return [_decay_row(name, decay) for name, decay in report.decays.items()]


def _decay_row(name: str, decay: Decay) -> tuple[str, ...]:
    return (
        name,
        _interval(decay.rate),
        _interval(decay.amplitude) if decay.amplitude_fitted else "1 (not fitted)",
        _error(decay) if name in _CONTRASTS else "",
    )


def _error(decay: Decay) -> str:
    return "–" if decay.error is None else _interval(decay.error)


def markdown(report: BenchmarkReport, pictures: Mapping[str, str] | None = None) -> str:
    """The report as a page of Markdown.

    Args:
        report: the report.
        pictures: titles of pictures and where they are, to put at the end.
    """
    lines = ["# Benchmark", ""]
    lines += _table(("setting", "value"), setting_rows(report.settings))
    lines += [f"{summary_line(report)}", "", "## Sizes", ""]
    lines += _table(SIZE_HEADER, size_rows(report))
    lines += [
        "Relative errors are medians with their 10 and 90 % quantiles, of the instances with "
        f"|z| ≥ {report.least_magnitude:g} ({report.left_out} left out).",
        "",
    ]
    if report.power_laws:
        how = "robust" if report.robust else "least squares"
        lines += [f"## Power laws ({how})", ""]
        lines += _table(POWER_LAW_HEADER, power_law_rows(report))
    if report.decays:
        lines += ["## Decays with the two-qubit gates", ""]
        lines += _table(DECAY_HEADER, decay_rows(report))
    if report.failures:
        lines += ["## Failures", ""]
        lines += _table(
            ("instance", "size", "why"),
            [
                (str(r.number), ", ".join(f"{k} {v}" for k, v in r.size.items()), r.error)
                for r in report.failures
            ],
        )
    if report.notes:
        lines += ["## Notes", "", *(f"* {note}" for note in report.notes), ""]
    for title, place in (pictures or {}).items():
        lines += [f"![{title}]({place})", ""]
    return "\n".join(lines).rstrip() + "\n"


def summary_line(report: BenchmarkReport) -> str:
    """One sentence: how much was measured, coverage, effective error per gate."""
    text = f"{len(report.measured)} of {report.planned} instances measured"
    if report.failures:
        text += f", {len(report.failures)} failed"
    if report.covered is not None:
        text += f"; {report.covered.value:.0%} of the intervals hold the exact value"
    if report.gate_error is not None:
        text += f"; effective error per two-qubit gate {_interval(report.gate_error)}"
    return f"{text}."


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    cells = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in (header, *rows))
    first, *rest = (f"| {line} |" for line in cells)
    return [first, f"|{' --- |' * len(header)}", *rest, ""]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _spread(quantiles: tuple[float, ...] | None) -> str:
    if quantiles is None:
        return "–"
    low, middle, high = quantiles
    return f"{middle:.3g} [{low:.3g}, {high:.3g}]"


def _interval(fitted: Fitted) -> str:
    return f"{fitted.value:.3g} [{fitted.low:.3g}, {fitted.high:.3g}]"
