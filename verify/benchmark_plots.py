"""The pictures of a benchmark, by Matplotlib."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ..knots.errors import InputError
from ..knots.optional import require
from .benchmark import BenchmarkReport
from .benchmark_laws import crossings
from .benchmark_record import BenchmarkRecord, Measurement

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "PICTURES",
    "draw_contrast",
    "draw_discard_rate",
    "draw_errors_against_crossings",
    "draw_errors_against_gates",
    "rendered",
]

_PURPOSE: Final = "drawing benchmarks"
_INCHES: Final = (6.4, 4.4)
_POINTS: Final = 200  # of a curve
_MITIGATED, _RAW, _LAW = "#0b62a4", "#b0b7bd", "#c2410c"
_FORMATS: Final = ("png", "svg")


def draw_errors_against_crossings(report: BenchmarkReport) -> Figure:
    """Relative errors against crossings, with the power law and its prediction interval."""
    return _errors(report, "crossings", lambda record, _: crossings(record))


def draw_errors_against_gates(report: BenchmarkReport) -> Figure:
    """Relative errors against two-qubit gates, with the power law and its prediction interval."""
    return _errors(report, "gates", lambda _, found: found.two_qubit_gates)


def draw_discard_rate(report: BenchmarkReport) -> Figure:
    """The part of the shots that is discarded against two-qubit gates, with its fit."""
    figure, axes = _axes("two-qubit gates", "part of the shots discarded")
    pairs = report.measured
    gates = [found.two_qubit_gates for _, found in pairs]
    axes.scatter(gates, [1 - found.keep_rate for _, found in pairs], s=14, color=_MITIGATED)
    decay = report.decays.get("keep")
    if decay is not None:
        x = np.linspace(0, max(gates), _POINTS)
        rate = f"{decay.rate.value:.3g} per gate"
        axes.plot(x, 1 - decay(x), color=_LAW, label=f"1 − A e^(−κ·gates), κ = {rate}")
        axes.legend(frameon=False)
    axes.set_ylim(bottom=0)
    return figure


def draw_contrast(report: BenchmarkReport) -> Figure:
    """What is left of z without mitigation against two-qubit gates, with the fitted decay.

    Of the instances with |z| above the report's limit; the fit uses all.
    """
    figure, axes = _axes("two-qubit gates", "contrast  Re(z_estimate / z)")
    clear = _clear(report)
    gates = [found.two_qubit_gates for _, found in clear]
    contrast = [(found.raw.z / found.exact_z).real for _, found in clear]
    axes.scatter(gates, contrast, s=14, color=_MITIGATED)
    decay, error = report.decays.get("contrast"), report.gate_error
    if decay is not None and gates:
        x = np.linspace(0, max(gates), _POINTS)
        label = "fitted"
        if error is not None:
            ends = f"{error.value:.2e} [{error.low:.1e}, {error.high:.1e}]"
            label = f"effective error per gate {ends}"
        axes.plot(x, decay(x), color=_LAW, label=label)
        axes.legend(frameon=False)
    return figure


PICTURES: Final[Mapping[str, Callable[[BenchmarkReport], Any]]] = {
    "errors-crossings": draw_errors_against_crossings,
    "errors-gates": draw_errors_against_gates,
    "discard-rate": draw_discard_rate,
    "contrast": draw_contrast,
}
"""All pictures, by the names of their files."""


def rendered(figure: Figure, form: str) -> bytes:
    """A picture as the contents of a file, the same bytes for the same picture.

    Args:
        figure: from one of the functions here.
        form: ``"svg"`` or ``"png"``.

    Raises:
        InputError: another format.
    """
    if form not in _FORMATS:
        raise InputError(f"unknown format {form!r}; choose one of: {', '.join(_FORMATS)}")
    matplotlib = require("matplotlib", extra="plot", purpose=_PURPOSE)
    data = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "plait"}):
        metadata = {"Date": None} if form == "svg" else None
        figure.savefig(data, format=form, dpi=150, metadata=metadata)
    return data.getvalue()


def _axes(x: str, y: str) -> tuple[Figure, Axes]:
    figure = require("matplotlib.figure", extra="plot", purpose=_PURPOSE).Figure(
        figsize=_INCHES, layout="constrained"
    )
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _clear(report: BenchmarkReport) -> list[tuple[BenchmarkRecord, Measurement]]:
    least = max(report.least_magnitude, 1e-9)
    return [(r, found) for r, found in report.measured if abs(found.exact_z) >= least]


def _errors(
    report: BenchmarkReport,
    against: str,
    x_of: Callable[[BenchmarkRecord, Measurement], float],
) -> Figure:
    label = "crossings" if against == "crossings" else "two-qubit gates"
    figure, axes = _axes(label, "relative error")
    axes.set_xscale("log")
    axes.set_yscale("log")
    sets: Sequence[tuple[bool, str, str]] = (
        (True, _RAW, "without mitigation"),
        (False, _MITIGATED, "mitigated"),
    )
    clear = _clear(report)
    for raw, colour, name in sets:
        points = [(x_of(r, m), m.relative_error(raw=raw) or 0.0) for r, m in clear]
        shown = [(x, y) for x, y in points if x > 0 and y > 0]
        if shown:
            xs, ys = zip(*shown, strict=True)
            axes.scatter(xs, ys, s=14, color=colour, label=name)
    law = report.power_laws.get(against)
    sizes = [x for x in (x_of(r, m) for r, m in clear) if x > 0]
    if law is not None and sizes:
        x = np.geomspace(min(sizes), max(sizes), _POINTS)
        text = f"{law.factor.value:.2g} · x^{law.exponent.value:.2f}"
        axes.plot(x, law(x), color=_LAW, label=text)
        if (band := law.band(x)) is not None:
            name = f"{law.coverage:.0%} prediction"
            axes.fill_between(x, *band, color=_LAW, alpha=0.12, linewidth=0, label=name)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    return figure
