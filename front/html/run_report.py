"""The page of a run, and of a submission to a platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..circuits.backends.ticket import Record, Ticket
from ..circuits.devices import Device
from ..circuits.plan import Plan
from ..mitigation.estimate import JonesEstimate, jones_factor
from ..pipeline import Experiment
from ..report import time_text
from ..store import Store, parse_header, read_json
from .blocks import (
    braid_section,
    command_of,
    device_section,
    methods_table,
    number_text,
    repeat_section,
    value_row,
    when,
    word_text,
)
from .page import Block, Column, Figure, Listing, Page, Paragraph, Section, Settings, Table
from .plane import PlanePoint, complex_plane_svg
from .shots import SeriesCounts, count_experiment, count_outcomes, shots_section

if TYPE_CHECKING:
    from ..record import RunRecord

__all__ = ["job_page", "run_page"]


def run_page(folder: Path) -> Page:
    """The page of a run, finished or not.

    Raises:
        RecordError: the folder does not hold a run, or is damaged.
    """
    from ..runs import load_run

    path = folder / "plan.json"
    _, plan, device, methods = parse_header(read_json(path), path)
    record = load_run(folder)
    experiment = Experiment(plan, methods)
    counts = count_experiment(experiment.plans, Store(folder).rounds(experiment))
    date = when(folder / "record.json", folder / "shots.jsonl")
    return _page(record, plan, device, counts, date)


def job_page(folder: Path) -> Page:
    """The page of a submission, with its result once that has been collected.

    Raises:
        RecordError: the folder does not hold a submission, or is damaged.
    """
    from ..runs import load_run

    ticket = Ticket.load(folder)
    header = ticket.note | {"plan": ticket.plan.to_json()}
    name, plan, device, methods = parse_header(header, folder / "ticket.json")
    backend = str(ticket.note.get("backend") or ticket.adapter)
    jobs = _jobs_section(ticket)
    counts = count_outcomes(plan.kind, Record.load(folder).results)
    if (folder / "record.json").exists():
        return _page(load_run(folder), plan, device, counts, ticket.created, backend, jobs)
    note = f"There is no result yet; fetch it with: plait collect {folder}"
    return Page(
        title=name or "Submission",
        summary=f"Submission to {backend}: {ticket.status}.",
        sections=(
            Section("Result", (Paragraph(note, "note"),)),
            jobs,
            shots_section(counts),
            Section("Mitigation", methods_table(methods.names)),
            braid_section(plan.braid, plan.closure, plan.form),
            device_section(device, backend),
            repeat_section(
                command_of(plan, device, methods.names, backend),
                (("seed", str(plan.seed)), ("submitted", ticket.created)),
                ticket.versions,
            ),
        ),
        footer=_footer(ticket.versions),
    )


def _page(
    record: RunRecord,
    plan: Plan,
    device: Device,
    counts: SeriesCounts,
    date: str,
    backend: str | None = None,
    jobs: Section | None = None,
) -> Page:
    e = record.estimate
    where = f"{e.device} ({backend or record.backend or 'simulated'})"
    settings = (
        ("seed", str(e.seed)),
        ("date", date),
        ("time of the session that finished it", time_text(e.seconds) if e.seconds else ""),
        ("folder", str(record.folder or "")),
    )
    return Page(
        title=record.name or "Run",
        summary=f"The Jones polynomial at t = exp(2πi/5), estimated from {e.shots} shots on "
        f"{where}.",
        sections=(
            Section("Result", _result(record)),
            Section("Mitigation", methods_table(e.mitigation)),
            Section("Checks", _checks(record)),
            *(() if jobs is None else (jobs,)),
            shots_section(counts),
            Section("Circuits", (_circuits(record, plan),)),
            braid_section(e.braid, e.closure, plan.form),
            device_section(device, backend),
            repeat_section(command_of(plan, device, e.mitigation, backend), settings,
                           record.versions),
        ),
        footer=_footer(record.versions),
    )  # fmt: skip


def _result(record: RunRecord) -> tuple[Block, ...]:
    e = record.estimate
    points = [PlanePoint(label="raw", value=e.raw_value, interval=e.raw_interval)]
    rows = [value_row("raw", e.raw_value, e.raw_interval)]
    if e.mitigation:
        points.append(
            PlanePoint(
                label="mitigated",
                value=e.value,
                interval=e.interval,
                sign_known=e.sign_known,
                strong=True,
            )
        )
        rows.append(value_row("mitigated", e.value, e.interval))
    exact = None if record.exact is None else record.exact.value
    if exact is not None:
        rows.append(value_row("exact", exact, None))
    svg = complex_plane_svg(
        points,
        exact=exact,
        circle=abs(jones_factor(e.braid, e.closure)),
        arrow=("raw", "mitigated") if e.mitigation else None,
        symbol="V",
        title="Raw, mitigated and exact value in the complex plane",
    )
    level = f"{e.level:.0%}"
    blocks: list[Block] = [
        _verdict(record),
        Table(
            caption=f"V(t) at t = exp(2πi/5), with {level} intervals that hold jointly",
            columns=(
                Column("estimate"),
                Column("value", numeric=True),
                Column("real part", numeric=True),
                Column("imaginary part", numeric=True),
            ),
            rows=tuple(rows),
            strong=1 if e.mitigation else 0,
        ),
        Figure(
            svg=svg,
            caption=f"The values with their {level} intervals.",
            alternative="; ".join(f"{row[0]}: {row[1]}" for row in rows),
        ),
    ]
    blocks += _reservations(e)
    notes = (*e.notes, *record.remarks)
    return (*blocks, Listing(notes, "note")) if notes else tuple(blocks)


def _reservations(e: JonesEstimate) -> list[Block]:
    """What the intervals do not cover."""
    found: list[Block] = []
    if not e.sign_known:
        sign = "The methods cannot tell the sign; it is the one that the raw mean suggests."
        found.append(Paragraph(sign))
    if (known := e.systematic) is not None:
        phase = f" and {known.degrees:.1f}° of the phase" if known.degrees else ""
        found.append(
            Paragraph(
                f"Not in the intervals: {known.magnitude:.1%} of the magnitude{phase}, one "
                f"standard deviation ({known.why})."
            )
        )
    return found


def _verdict(record: RunRecord) -> Paragraph:
    if record.check is None:
        return Paragraph("Not compared with an exact value.", "note")
    errors = (
        f"|mitigated − exact| = {number_text(record.check.error)}, "
        f"|raw − exact| = {number_text(record.check.raw_error)}."
    )
    if record.check.covered:
        return Paragraph(f"The interval covers the exact value: {errors}", "good")
    return Paragraph(f"The interval does not cover the exact value: {errors}", "bad")


def _checks(record: RunRecord) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if record.exact is not None:
        exact = record.exact
        integers = "" if exact.exact is None else ", ".join(map(number_text, exact.exact))
        blocks.append(
            Settings(
                (
                    ("exact value by", f"{exact.method}, {time_text(exact.seconds)}"),
                    ("integers a0 … a3 of V = a0 + a1 ζ + a2 ζ² + a3 ζ³, ζ = t", integers),
                )
            )
        )
    circuits = record.circuit_check
    if circuits is not None:
        verb = "equal" if circuits.agree else "differ from"
        blocks.append(
            Paragraph(
                f"Noiseless circuits, contracted by quimb, {verb} the representation on "
                f"{circuits.paths} paths (largest deviation {number_text(circuits.error, 1)}).",
                "good" if circuits.agree else "bad",
            )
        )
    return tuple(blocks)


def _circuits(record: RunRecord, plan: Plan) -> Settings:
    e = record.estimate
    missing = "" if record.complete else f" of {record.planned_shots} planned (unfinished)"
    rows = [("kind", e.circuit), ("shots", f"{e.shots}{missing}, {e.kept} kept")]
    for name, value in e.statistics.to_json().items():
        label = name.replace("_", " ").replace("two qubit", "two-qubit")
        label = label.replace("one qubit", "one-qubit")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            rows.append((label, number_text(value)))
    reference = "" if plan.reference is None else word_text(plan.reference)
    rows += [
        ("order", "series one after another on the same path" if plan.interleaved else ""),
        ("reference of known value", reference),
        ("echo pulses", str(plan.decoupling or "")),
    ]
    return Settings(tuple(rows))


def _jobs_section(ticket: Ticket) -> Section:
    settings = Settings(
        (
            ("status", ticket.status),
            ("ticket", ticket.id),
            ("submitted", ticket.created),
            ("most that it may cost", "" if ticket.max_cost is None else f"{ticket.max_cost:g}"),
            ("cost (estimate)", _cost(ticket)),
        )
    )
    rows = tuple(
        (e.label, str(e.program.shots), e.state, e.job_id or "", e.message) for e in ticket.entries
    )
    columns = (
        Column("job"),
        Column("shots", numeric=True),
        *map(Column, ("state", "id", "message")),
    )
    notes = (*ticket.dry_run.problems, *ticket.dry_run.notes)
    more = (Listing(tuple(map(str, notes)), "note"),) if notes else ()
    return Section("Jobs", (settings, Table(caption="Jobs", columns=columns, rows=rows), *more))


def _cost(ticket: Ticket) -> str:
    found = ticket.dry_run
    return "" if found.cost is None else f"{found.cost:.4g} {found.cost_unit}"


def _footer(versions: dict[str, str]) -> str:
    return f"Written by plait report; measured with plait {versions.get('plait', '(unknown)')}."
