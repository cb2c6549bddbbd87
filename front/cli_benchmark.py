"""The commands on benchmarks of devices: benchmark run, benchmark report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .knots.errors import InputError, MissingExtraError
from .knots.files import write_json
from .report import Grid
from .terminal import (
    EXIT_CHECK,
    EXIT_INTERRUPT,
    circuit_option,
    family_options,
    json_option,
    mitigation_option,
    parse_magnitude,
    parse_noise,
    print_json,
    progress_bar,
    say,
    shots_option,
    show,
    write,
)

if TYPE_CHECKING:
    from .benchmark_plan import BenchmarkPlan
    from .benchmarks import BenchmarkState
    from .verify.benchmark import BenchmarkReport

__all__ = ["benchmark_command"]

_FORMATS = ("svg", "png")


@click.group("benchmark")
def benchmark_command() -> None:
    """Benchmark a device: braids with known values, errors against size, error per gate."""


@benchmark_command.command("run")
@click.option("--family", default="benchmark", show_default=True, help="As in plait generate.")
@click.option("--strands", help="Of the braids: 8, or several: 6,8,10 or 5-12.", metavar="N")
@click.option("--layers", help="The same: 20, 10,20 or 20-100:20 (every 20th).", metavar="N")
@click.option("--crossings", help="The same, of families that have them.", metavar="N")
@family_options
@click.option(
    "--count",
    type=int,
    help="Instances of each size.  [default: 10; 1 of families without anything random]",
)
@click.option(
    "--backend",
    default="simulator",
    show_default=True,
    help="simulator, aer, pytket:aer, pytket:H2-1LE, ibm-local:FakeFez, ibm:NAME, nexus:H2-1E or "
    "nexus:Helios-1E.",
)
@click.option(
    "--device",
    help="The device, or TOML file, that circuits are made for.  [default: the backend's own]",
)
@click.option(
    "--noise", help="Of simulators: factor on the device's error rates, or a device whose to use."
)
@shots_option
@mitigation_option
@circuit_option
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Of the first; the next have seed+1, …."
)
@click.option(
    "--jobs",
    type=int,
    default=1,
    show_default=True,
    help="Processes of one thread each; 1 for one process with all cores.",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster: its address, or local.")
@click.option(
    "--max-cost",
    type=float,
    help="The most that all instances together may cost, where jobs cost money.",
)
@click.option("--wait", is_flag=True, help="Until a remote machine has ended all jobs.")
@click.option("--retry-failed", is_flag=True, help="Run again what failed before.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for settings, shots and records; an unfinished benchmark in it goes on.",
)
@json_option
def run_command(
    out: Path,
    jobs: int,
    scheduler: str | None,
    max_cost: float | None,
    wait: bool,
    retry_failed: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """Generate braids with known values, run them on a device, and keep a record of each.

    Every combination of strands, layers and crossings is one size. Repeat the command to go on
    after an interruption, or to ask a machine for what it has measured since. Exit code 1:
    instances failed, and their records say why.
    """
    plan = _plan(settings)
    from .benchmarks import run_benchmark

    try:
        with progress_bar("instances") as progress:
            state = run_benchmark(
                plan,
                out,
                jobs=jobs,
                scheduler=scheduler,
                max_cost=max_cost,
                wait=wait,
                retry_failed=retry_failed,
                progress=progress,
            )
    except KeyboardInterrupt:
        say(
            Text.assemble(
                ("stopped", "yellow"),
                f"; what is finished is in {out}\n"
                f"  see it:  plait benchmark report {out}\n"
                f"  go on:   the same command",
            )
        )
        sys.exit(EXIT_INTERRUPT)
    if as_json:
        print_json(state.to_json())
    else:
        show(_state_table(state))
    if state.failed:
        sys.exit(EXIT_CHECK)


@benchmark_command.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--least-magnitude",
    type=float,
    default=0.1,
    show_default=True,
    help="Leave instances with a smaller |z| out of relative errors.",
)
@click.option("--robust", is_flag=True, help="Fit power laws so that a few far points do little.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of all intervals.")
@click.option(
    "--format",
    "formats",
    type=click.Choice(_FORMATS),
    multiple=True,
    default=("svg",),
    show_default=True,
    help="Of the pictures; can be repeated.",
)
@click.option("--no-plots", is_flag=True, help="Draw nothing.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for report.json, report.md and pictures.  [default: DIR]",
)
@json_option
def report_command(
    folder: Path,
    least_magnitude: float,
    robust: bool,
    level: float,
    formats: tuple[str, ...],
    no_plots: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Fit and draw what the benchmark in DIR measured, finished or not."""
    from .benchmarks import report_benchmark
    from .verify.benchmark_text import markdown

    report = report_benchmark(folder, least_magnitude=least_magnitude, robust=robust, level=level)
    place = out or folder
    write_json(place / "report.json", report.to_json())
    pictures = {} if no_plots else _draw(report, place, formats)
    write(markdown(report, pictures), place / "report.md")
    if as_json:
        print_json(report.to_json())
    else:
        show(_report_tables(report, place))


def _plan(settings: dict[str, Any]) -> BenchmarkPlan:
    """The plan that the options ask for."""
    from .benchmark_plan import SWEPT, BenchmarkPlan, parse_values
    from .circuits.devices import device
    from .knots.generators import FAMILIES
    from .platforms import default_device, noise_free

    swept: dict[str, Any] = {name: parse_values(settings.pop(name), f"--{name}") for name in SWEPT}
    backend, name = settings.pop("backend"), settings.pop("device")
    noise, magnitude = parse_noise(settings.pop("noise")), settings.pop("magnitude")
    target = default_device(backend) if name is None else device(name)
    target = target.with_noise(0 if noise is None and noise_free(backend) else noise)
    own = ("family", "count", "shots", "mitigation", "circuit", "seed")
    fixed = {key: settings.pop(key) for key in own}
    if fixed["count"] is None:
        family = FAMILIES.get(fixed["family"])
        fixed["count"] = 10 if family is None or family.random else 1
    # A parameter that was not given is left to the family, which refuses those it does not have.
    given = {k: v for k, v in settings.items() if v is not None and v is not False}
    if magnitude is not None:
        given["magnitude"] = parse_magnitude(magnitude)
    return BenchmarkPlan(backend=backend, device=target, parameters=given, **swept, **fixed)


def _draw(report: BenchmarkReport, place: Path, formats: tuple[str, ...]) -> dict[str, str]:
    """Draw all pictures; returns what the page shows."""
    from .verify.benchmark_plots import PICTURES, rendered

    shown: dict[str, str] = {}
    try:
        for name, draw in PICTURES.items():
            figure = draw(report)
            for form in formats:
                _write_picture(rendered(figure, form), place / f"{name}.{form}")
            shown[name.replace("-", " ")] = f"{name}.{formats[0]}"
    except MissingExtraError as error:
        say(Text(f"nothing is drawn: {error}", style="yellow"))
    return shown


def _write_picture(data: bytes, place: Path) -> None:
    try:
        place.write_bytes(data)
    except OSError as error:
        raise InputError(f"cannot write {place}: {error}") from error


def _state_table(state: BenchmarkState) -> RenderableType:
    grid = Grid()
    grid.add("benchmark", str(state.folder))
    grid.add("measured", f"{len(state.records) - state.failed} of {state.plan.instances}")
    if state.failed:
        reason = next(r.error for r in state.records if r.error)
        grid.add("failed", f"{state.failed}, such as: {reason}")
        grid.add("again", "the same command with --retry-failed")
    if state.open:
        grid.add("open", f"{state.open}: repeat the command when the machine has run them")
    grid.add("report", f"plait benchmark report {state.folder}")
    return grid


def _report_tables(report: BenchmarkReport, place: Path) -> RenderableType:
    from .verify import benchmark_text as text

    grid = Grid()
    for label, value in text.setting_rows(report.settings):
        grid.add(label, value)
    parts: list[RenderableType] = [grid, ""]
    for header, rows in (
        (text.SIZE_HEADER, text.size_rows(report)),
        (text.POWER_LAW_HEADER, text.power_law_rows(report)),
        (text.DECAY_HEADER, text.decay_rows(report)),
    ):
        if rows:
            parts += [_table(header, rows), ""]
    parts.append(Text(text.summary_line(report), style="bold"))
    parts += [Text(f"note: {note}", style="yellow") for note in report.notes]
    parts.append(Text(f"report: {place / 'report.md'}"))
    return Group(*parts)


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in header:
        table.add_column(Text(name), style="cyan" if name is header[0] else "")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
