"""The page of a benchmark."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..circuits.devices import Device
from ..verify.benchmark_laws import crossings
from ..verify.benchmark_text import (
    DECAY_HEADER,
    POWER_LAW_HEADER,
    SIZE_HEADER,
    decay_rows,
    power_law_rows,
    setting_rows,
    size_rows,
    summary_line,
)
from .blocks import device_section, noise_option, number_text, when
from .charts import Axis, Band, Layer, Line, Points, xy_svg
from .page import Block, Code, Column, Figure, Listing, Page, Paragraph, Section, Settings, Table

if TYPE_CHECKING:
    from ..verify.benchmark import BenchmarkReport
    from ..verify.benchmark_fit import PowerLaw
    from ..verify.benchmark_record import BenchmarkRecord, Measurement

__all__ = ["benchmark_command_of", "benchmark_folder_page", "benchmark_page"]

_LEAST_ERROR: Final = 1e-6  # smaller relative errors are drawn as this one
_STEPS: Final = 48
_PLAIN: Final = (
    "family", "strands", "layers", "crossings", "count", "backend", "shots", "mitigation",
    "circuit", "seed",
)  # fmt: skip


def benchmark_folder_page(folder: Path) -> Page:
    """The page of a benchmark, finished or not.

    Fitted as the report in the folder is, if one was made.

    Raises:
        RecordError: the folder holds no benchmark, is damaged, or nothing in it has ended.
    """
    from ..benchmarks import report_benchmark, report_options

    report = report_benchmark(folder, **report_options(folder))
    return benchmark_page(report, date=when(folder / "benchmark.json"))


def benchmark_page(report: BenchmarkReport, *, date: str = "") -> Page:
    """The page of a benchmark's report.

    Args:
        report: from :func:`plait.verify.benchmark.benchmark_report`.
        date: when it began.

    Raises:
        RecordError: the device in its settings is none.
    """
    settings = setting_rows(report.settings)
    return Page(
        title="Benchmark of " + _title(report),
        summary=summary_line(report),
        sections=(
            Section("Errors", _errors(report)),
            Section("Losses", _losses(report)),
            Section("Sizes", _sizes(report)),
            Section("Notes", (Listing(report.notes, "note"),) if report.notes else ()),
            Section("Failures", _failures(report)),
            Section("Settings", (Settings(tuple(settings)),) if settings else ()),
            Section("Instances", _instances(report)),
            *_device(report),
            Section("To repeat it", _repeat(report, date)),
        ),
        footer="Written by plait report.",
    )


def _title(report: BenchmarkReport) -> str:
    named = dict(setting_rows(report.settings))
    return named.get("device") or named.get("backend") or "a device"


def _errors(report: BenchmarkReport) -> tuple[Block, ...]:
    blocks: list[Block] = [
        _error_figure(report, "crossings", lambda r, _: float(crossings(r))),
        _error_figure(report, "gates", lambda _, m: m.two_qubit_gates),
    ]
    if report.power_laws:
        how = "robust" if report.robust else "least squares"
        blocks.append(
            _table(f"Power laws ({how})", POWER_LAW_HEADER, power_law_rows(report), numbers=False)
        )
    blocks.append(
        Paragraph(
            f"Relative errors are of the {len(report.measured) - report.left_out} instances with "
            f"|z| ≥ {report.least_magnitude:g}; {report.left_out} are left out."
        )
    )
    return tuple(blocks)


def _error_figure(
    report: BenchmarkReport,
    against: str,
    place: Callable[[BenchmarkRecord, Measurement], float],
) -> Figure:
    """Relative errors with and without mitigation, their laws, and where one more would lie."""
    layers: list[Layer] = []
    for raw, color, label in ((True, 1, "without mitigation"), (False, 0, "mitigated")):
        chosen = [
            (place(r, m), max(error, _LEAST_ERROR))
            for r, m in report.measured
            if abs(m.exact_z) >= report.least_magnitude
            and (error := m.relative_error(raw=raw)) is not None
            and place(r, m) > 0
        ]
        x, y = [a for a, _ in chosen], [b for _, b in chosen]
        law = report.power_laws.get(f"raw {against}" if raw else against)
        if law is not None and x:
            layers += _law_layers(law, min(x), max(x), color=color, raw=raw, label=label)
        layers.append(Points(label=label, x=x, y=y, color=color))
    axis = "crossings" if against == "crossings" else "two-qubit gates"
    law = report.power_laws.get(against)
    fitted = "no law could be fitted"
    if law is not None:
        fitted = f"mitigated: {law.factor.value:.3g} · x^{law.exponent.value:.3g}"
    return Figure(
        svg=xy_svg(
            layers,
            x=Axis(axis, log=True),
            y=Axis("relative error", log=True),
            title=f"Relative error against {axis}",
            description=fitted,
        ),
        caption=f"Relative error against {axis}.",
        alternative=fitted,
    )


def _law_layers(
    law: PowerLaw, low: float, high: float, *, color: int, raw: bool, label: str
) -> list[Layer]:
    """A fitted law, and the band of predictions if that of the mitigated errors says anything."""
    x = np.geomspace(low, high, _STEPS)
    text = f"{law.factor.value:.2g} · x^{law.exponent.value:.2f} ({label})"
    line = Line(label=text, x=x.tolist(), y=law(x).tolist(), color=color, dashed=raw)
    ends = None if raw else law.band(x)
    if ends is None:
        return [line]
    low_line, high_line = (end.tolist() for end in ends)
    band = Band(
        label=f"where one more is, {law.coverage:.0%}",
        x=x.tolist(),
        low=low_line,
        high=high_line,
        color=color,
    )
    return [band, line]


def _losses(report: BenchmarkReport) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if report.measured:
        blocks.append(_loss_figure(report))
    if report.decays:
        blocks.append(
            _table("Decays with the two-qubit gates", DECAY_HEADER, decay_rows(report),
                   numbers=False)
        )  # fmt: skip
    return tuple(blocks)


def _loss_figure(report: BenchmarkReport) -> Figure:
    gates = [m.two_qubit_gates for _, m in report.measured]
    keep = [m.keep_rate for _, m in report.measured]
    survival = [m.survival for _, m in report.measured]
    layers: list[Layer] = [
        Points(label="kept", x=gates, y=keep, color=2),
        Points(label="not 0", x=gates, y=survival, color=3),
    ]
    x = np.linspace(min(gates), max(gates), _STEPS)
    for name, color in (("keep", 2), ("contrast", 4)):
        decay = report.decays.get(name)
        if decay is not None:
            label = {"keep": "kept, fitted", "contrast": "contrast, fitted"}[name]
            layers.append(Line(label=label, x=x.tolist(), y=decay(x).tolist(), color=color))
    return Figure(
        svg=xy_svg(
            layers,
            x=Axis("two-qubit gates"),
            y=Axis("part of the shots"),
            title="Shots kept, and shots that say something, against two-qubit gates",
        ),
        caption="Part of the shots that is kept, part whose value is not 0, and the contrast.",
        alternative=f"kept: {min(keep):.1%} to {max(keep):.1%}",
    )


def _sizes(report: BenchmarkReport) -> tuple[Block, ...]:
    return (_table("Medians with their 10 and 90 % quantiles", SIZE_HEADER, size_rows(report)),)


def _failures(report: BenchmarkReport) -> tuple[Block, ...]:
    rows = [
        (str(r.number), ", ".join(f"{k} {v}" for k, v in r.size.items()), r.error)
        for r in report.failures
    ]
    return (_table("Failures", ("instance", "size", "why"), rows, numbers=False),) if rows else ()


def _instances(report: BenchmarkReport) -> tuple[Block, ...]:
    header = ("instance", "seed", "crossings", "gates", "|z|", "relative error", "raw", "kept",
              "covered")  # fmt: skip
    rows = [
        (
            "" if r.instance is None else r.instance.id,
            str(r.seed),
            str(crossings(r)),
            number_text(m.two_qubit_gates),
            number_text(abs(m.exact_z)),
            _optional(m.relative_error()),
            _optional(m.relative_error(raw=True)),
            f"{m.keep_rate:.1%}",
            {True: "yes", False: "no", None: ""}[r.covered],
        )
        for r, m in report.measured
    ]
    return (_table("Instances", header, rows),)


def _optional(value: float | None) -> str:
    return "" if value is None else number_text(value)


def _device(report: BenchmarkReport) -> tuple[Section, ...]:
    data = report.settings.get("device")
    if not isinstance(data, Mapping):
        return ()
    return (device_section(Device.from_json(data), report.settings.get("backend")),)


def _repeat(report: BenchmarkReport, date: str) -> tuple[Block, ...]:
    versions: dict[str, set[str]] = {}
    for record in report.records:
        for package, version in record.versions.items():
            versions.setdefault(package, set()).add(version)
    rows = [(package, ", ".join(sorted(found))) for package, found in sorted(versions.items())]
    seed = report.settings.get("seed")
    settings = Settings((("begun", date), ("seed", "" if seed is None else str(seed))))
    command = benchmark_command_of(report.settings) if report.settings else ""
    blocks: list[Block] = [Code(command), settings] if command else [settings]
    if rows:
        blocks.append(_table("Versions", ("package", "version"), rows, numbers=False))
    return tuple(blocks)


def benchmark_command_of(settings: Mapping[str, Any]) -> str:
    """The command that runs a benchmark with these settings, in a folder of its own.

    Example:
        >>> benchmark_command_of({"family": "uniform", "strands": [4, 6], "knot": None})
        'plait benchmark run --family uniform --strands 4,6 --out DIR'
    """
    parts = ["plait", "benchmark", "run"]
    given = {key: settings.get(key) for key in _PLAIN}
    given |= settings.get("parameters") or {}
    device = settings.get("device")
    if isinstance(device, Mapping):
        given["device"] = device.get("name")
        noise = str(device.get("noise", "own"))
        given["noise"] = None if noise == "own" else noise_option(noise)
    for key, value in given.items():
        if value is True:
            parts.append(f"--{key}")
        elif isinstance(value, (list, tuple)):
            parts += [f"--{key}", ",".join(map(str, value))] if value else []
        elif value is not None and value is not False:
            parts += [f"--{key}", str(value) or "none"]
    return shlex.join([*parts, "--out", "DIR"])


def _table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    *,
    numbers: bool = True,
) -> Table:
    columns = tuple(Column(title, numeric=numbers and k > 0) for k, title in enumerate(header))
    return Table(caption=caption, columns=columns, rows=tuple(rows))
