"""The frontier between quantum and classical: a map, and the windows in crossings, as tables.

Run: python benchmarks/frontier.py [--error EPS] [--plot docs/figures/frontier.svg] [--measure]

From the costs in benchmarks/frontier.json, in seconds; --measure searches what is missing there
(benchmarks/frontier_plans.py), which takes an hour or two. The map is of sizes that were planned;
the windows, of one shape with 1.2 layers per strand, go on by the trend of those; in brackets is
what the 95 % prediction intervals of the trend leave of an end. Braids are random brickwalls,
minimised (--given for as they are). What takes more than a year is not done.
See docs/advantage.md for the definitions and assumptions.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from plait.verify.advantage import (
    CLOCKS,
    Alternatives,
    Clock,
    Size,
    between,
    extrapolated,
    read_sizes,
    window,
)
from plait.verify.classical import Machine
from plait.verify.quantum import DELTA
from plait.verify.resources import EXASCALE

HERE = Machine(name="two cores, 24 GB", watts=20.0, memory=24e9)
MACHINES = (HERE, EXASCALE)
_ERRORS = (1e-3, 1e-4, 1e-5)
_SHAPE = 1.2  # layers per strand of the table, as 85 strands × 100 layers
_NEAR = 0.03
_LEAST = 10  # strands drawn
_EVERY = 5  # strands of what is drawn; a divisor of those planned
_FARTHEST = 400  # strands extrapolated to
_YEAR = 3.2e7
_MOST = 8.0  # decades of seconds drawn
_COLOURS = ("#c0504d", "#1f6fb2")

Pair = tuple[Size, Size]


def read(path: Path, which: str) -> list[Pair]:
    """Sizes for the classical side, each with the one whose circuits are the alternative."""
    data = json.loads(path.read_text(encoding="utf-8"))
    given, small = read_sizes(data, "given"), read_sizes(data, "minimized")
    return list(
        zip(given, given, strict=True) if which == "given" else zip(small, given, strict=True)
    )


def quantum_seconds(
    pair: Alternatives, error: float, clock: Clock, rate: float, delta: float
) -> float:
    """The faster of both circuits: minimisation saves gates, and can cost depth."""
    return _within_a_year(min(s.quantum_seconds(error, clock, rate, delta) for s in pair))


def classical_seconds(pair: Alternatives, error: float, machine: Machine) -> float:
    """Of the braid for the classical side."""
    return _within_a_year(pair[0].classical_seconds(error, machine))


def _within_a_year(seconds: float) -> float:
    """What takes longer is not done."""
    return seconds if seconds < _YEAR else math.inf


def windows(pairs: Sequence[Pair], error: float) -> list[str]:
    """A table in Markdown: crossings between which the quantum side takes less time, or energy."""
    shapes = [_of_shape(pairs, side) for side in (0.0, 1.0, -1.0)]
    head = ["quantum computer", "two-qubit error", "δ"]
    for machine in MACHINES:
        head += [f"faster than {machine.name}", "less energy"]
    lines = ["| " + " | ".join(head) + " |", "| --- | " + " | ".join(["---:"] * 6) + " |"]
    for clock, rate, delta in product(CLOCKS, _ERRORS, (DELTA, 0.0)):
        cells = [clock.name, f"{rate:.0e}", f"{delta:g}"]
        for machine, joules in product(MACHINES, (False, True)):
            weight = machine.watts / clock.watts if joules else 1.0
            better = partial(
                _quantum_is_better,
                error=error, clock=clock, rate=rate, delta=delta, machine=machine, weight=weight,
            )  # fmt: skip
            cells.append(_range(*(window(shape, better) for shape in shapes)))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _quantum_is_better(
    pair: Alternatives,
    *,
    error: float,
    clock: Clock,
    rate: float,
    delta: float,
    machine: Machine,
    weight: float,
) -> bool:
    """Whether the quantum side takes less than the weighted time of the classical side."""
    own = quantum_seconds(pair, error, clock, rate, delta)
    return own < weight * classical_seconds(pair, error, machine)


def _of_shape(pairs: Sequence[Pair], side: float = 0.0) -> list[Pair]:
    """Sizes of the shape of the tables, and larger ones by their trend."""
    found = sorted(
        (pair for pair in pairs if abs(pair[0].ratio - _SHAPE) < _NEAR),
        key=lambda pair: pair[1].strands,
    )
    beyond = range(found[-1][1].strands + 5, _FARTHEST + 1, 5)
    small, given = ([pair[k] for pair in found] for k in (0, 1))
    return found + [
        (extrapolated(small, n, side=side), extrapolated(given, n, side=side)) for n in beyond
    ]


Window = tuple[float, float] | None


def _range(found: Window, most: Window, least: Window) -> str:
    """A window, and after each end the interval that the trend leaves of it.

    Args:
        found: by the trend itself.
        most: with costs and gates that favour the quantum side.
        least: with those that favour the classical side.
    """
    if found is None:
        return "nowhere" if most is None else f"nowhere [{_ends(most)}]"
    nowhere = (math.nan, math.nan)
    from_, to = zip(found, most or nowhere, least or nowhere, strict=True)
    return f"{_end(*from_)} {'to ' if math.isfinite(found[1]) else ''}{_end(to[0], to[2], to[1])}"


def _ends(found: tuple[float, float]) -> str:
    low, high = (_end(x, x, x) for x in found)
    return f"{low} {high}" if high == "on" else f"{low} to {high}"


def _end(value: float, low: float, high: float) -> str:
    """One end with its interval, if it has one."""
    texts = [_number(x) for x in (value, low, high)]
    return texts[0] if len(set(texts)) == 1 else f"{texts[0]} [{texts[1]}, {texts[2]}]"


def _number(x: float) -> str:
    if math.isnan(x):
        return "none"
    return "on" if math.isinf(x) else f"{float(f'{x:.2g}'):,.0f}"


def draw(pairs: Sequence[Pair], error: float) -> Figure:
    """Time of the classical side, and where either kind of quantum computer is faster."""
    figure = Figure(figsize=(11, 6.6), layout="constrained")
    panels = figure.subplots(len(MACHINES), len(_ERRORS), sharex=True, sharey=True)
    drawn = _filled([pair for pair in pairs if pair[1].strands >= _LEAST])
    sizes = [pair[0] for pair in drawn]
    rows, columns = _rows(drawn), _columns(drawn)
    x = np.repeat(np.array(rows, dtype=float)[:, None], len(columns), axis=1)
    y = _grid(drawn, [math.log10(size.crossings) for size in sizes])
    # Contours need coordinates where there is nothing to draw, too.
    y = np.where(np.isnan(y), np.log10(0.27 * x**2 * np.array(columns)), y)
    levels = np.arange(-6, _MOST + 0.1, 1)
    for row, machine in zip(panels, MACHINES, strict=True):
        seconds = np.array([classical_seconds(pair, error, machine) for pair in drawn])
        shown = _grid(drawn, np.clip(np.log10(np.minimum(seconds, 1e60)), -6, _MOST))
        for ax, rate in zip(row, _ERRORS, strict=True):
            filled = ax.contourf(x, y, shown, levels=levels, cmap="Greys", alpha=0.75)
            for colour, clock in zip(_COLOURS, CLOCKS, strict=True):
                for delta, style in ((DELTA, "solid"), (0.0, "dotted")):
                    own = [quantum_seconds(pair, error, clock, rate, delta) for pair in drawn]
                    gain = _grid(drawn, _gain(seconds, np.array(own)))
                    _frontier(ax, x, y, gain, colour, style)
            ax.plot(85, math.log10(2800), "x", color="black", markersize=8)
            ax.set_title(f"p₂ = {rate:.0e}, against {machine.name}", fontsize=9)
    _scales(panels)
    bar = figure.colorbar(filled, ax=panels, shrink=0.6)
    bar.set_label("log₁₀ of the classical seconds")
    _legend(figure, error)
    return figure


def _filled(pairs: Sequence[Pair]) -> list[Pair]:
    """Also sizes between those that were planned, at as many layers per strand."""
    found = list(pairs)
    for ratio in _columns(pairs):
        column = sorted(
            (pair for pair in pairs if abs(pair[1].ratio - ratio) < _NEAR),
            key=lambda pair: pair[1].strands,
        )
        for one, other in pairwise(column):
            first, last = one[1].strands, other[1].strands
            for n in range(first + _EVERY, last, _EVERY):
                share = math.log(n / first) / math.log(last / first)
                small, given = (between(a, b, share) for a, b in zip(one, other, strict=True))
                found.append((small, given))
    return found


def _grid(pairs: Sequence[Pair], values: Any) -> Any:
    """Values as a grid of strands and layers per strand, with gaps where a size was not planned.

    Strands are those of the braids as given, of which minimisation removes a few.
    """
    rows, columns = _rows(pairs), _columns(pairs)
    grid = np.full((len(rows), len(columns)), np.nan)
    for pair, value in zip(pairs, values, strict=True):
        column = min(columns, key=lambda ratio: abs(ratio - pair[1].ratio))
        grid[rows.index(pair[1].strands), columns.index(column)] = value
    return grid


def _rows(pairs: Sequence[Pair]) -> list[int]:
    return sorted({pair[1].strands for pair in pairs})


def _columns(pairs: Sequence[Pair]) -> list[float]:
    """The ratios of layers to strands, which rounding has spread."""
    columns: list[float] = []
    for ratio in sorted(pair[1].ratio for pair in pairs):
        if not columns or ratio > columns[-1] + 2 * _NEAR:
            columns.append(ratio)
    return columns


def _gain(classical: Any, quantum: Any) -> Any:
    """Log10 of the classical over the quantum time, from −6 to 6."""
    gain = np.log10(np.minimum(classical, 1e60)) - np.log10(np.minimum(quantum, 1e60))
    return np.clip(np.where(np.isfinite(quantum), gain, -6), -6, 6)


def _frontier(ax: Any, x: Any, y: Any, gain: Any, colour: str, style: str) -> None:
    """The line along which both take the same time; shaded where the quantum side is faster."""
    if np.nanmax(gain) <= 0:
        return
    if style == "solid":
        ax.contourf(x, y, gain, levels=[0, 6.1], colors=[colour], alpha=0.35)
    ax.contour(x, y, gain, levels=[0], colors=[colour], linestyles=[style], linewidths=1.5)


def _scales(panels: Any) -> None:
    strands, crossings = (20, 60, 100, 140, 180), (30, 100, 300, 1000, 3000, 10_000)
    for ax in panels.flat:
        ax.set_xticks(strands, [str(n) for n in strands])
        ax.set_xlim(_LEAST, None)
        ax.set_ylim(1.3, 4.1)
        ax.set_yticks(np.log10(crossings), [f"{c:,}" for c in crossings])
    for ax in panels[-1]:
        ax.set_xlabel("strands")
    for ax in panels[:, 0]:
        ax.set_ylabel("crossings")


def _legend(figure: Figure, error: float) -> None:
    entries: list[Any] = [
        Patch(color=colour, alpha=0.5, label=f"{clock.name}: faster")
        for colour, clock in zip(_COLOURS, CLOCKS, strict=True)
    ]
    entries.append(Line2D([], [], color="grey", linestyle="dotted", label="damping known (δ = 0)"))
    entries.append(
        Line2D([], [], color="black", marker="x", linestyle="", label="published frontier, 1e-04")
    )
    figure.legend(
        handles=entries,
        loc="outside lower center",
        ncols=4,
        fontsize=9,
        title=f"additive error of z: {error:g}; p₂: two-qubit error",
        title_fontsize=9,
    )


def main() -> None:
    """Print the tables, and draw the map."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--error", type=float, default=0.1)
    parser.add_argument("--data", type=Path, default=Path(__file__).with_name("frontier.json"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--given", action="store_true", help="braids as they are")
    parser.add_argument("--measure", action="store_true", help="search plans that are missing")
    options = parser.parse_args()
    if options.measure:
        script = Path(__file__).with_name("frontier_plans.py")
        subprocess.run([sys.executable, script, "--out", options.data], check=True)
    pairs = read(options.data, "given" if options.given else "minimized")
    print("\n".join(windows(pairs, options.error)))
    print()
    print("\n".join(_costs(read(options.data, "minimized"))))
    if options.plot:
        # The same bytes for the same data.
        mpl.rcParams["svg.hashsalt"] = "plait"
        figure = draw(pairs, options.error)
        figure.savefig(options.plot, metadata={"Date": None})


def _costs(pairs: Sequence[Pair]) -> list[str]:
    """Costs along the shape of the table, as given and minimised."""
    lines = [
        "| strands × layers | crossings | face: multiply-adds, memory, seconds | amplitude of a "
        "path | crossings, minimised | face | amplitude of a path | gates (H2-1), depth |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for small, one in pairs:
        if abs(one.ratio - _SHAPE) < _NEAR:
            cells = [f"{one.strands} × {round(one.ratio * one.strands)}"]
            for size in (one, small):
                cells.append(f"{size.crossings:,}")
                cells += [
                    f"{c.flops:.1e}, {c.memory:.1e}, {c.seconds:.2g}"
                    for c in (size.face, size.amplitude)
                ]
            cells.append(f"{small.gates['H2-1']:,.0f}, {small.depth['H2-1']:,.0f}")
            lines.append("| " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    main()
