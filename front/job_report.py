"""Tables about submissions for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .report import Grid, time_text

if TYPE_CHECKING:
    from .circuits.backends.entries import Entry
    from .circuits.backends.protocol import DryRun
    from .jobs import Job, Submission

__all__ = ["dry_run_table", "job_table"]

_STYLES = {
    "done": "green",
    "failed": "bold red",
    "unread": "bold red",
    "cancelled": "yellow",
    "interrupted": "yellow",
}


def dry_run_table(submission: Submission, found: DryRun) -> RenderableType:
    """The answer of ``plait submit --dry-run``."""
    grid = Grid()
    grid.add("braid", submission.name)
    grid.add("backend", f"{submission.backend}, circuits for {submission.target.name}")
    grid.add("jobs", f"{found.programs} with {found.circuits} circuits, {found.shots} shots")
    grid.add(
        "circuits",
        f"{found.qubits} qubits, {found.two_qubit_gates:.2f} two-qubit gates in depth "
        f"{found.two_qubit_depth:.2f} on average",
    )
    if found.seconds is not None:
        grid.add("time (estimate)", f"{time_text(found.seconds)} on the machine, without queues")
    if found.cost is not None:
        grid.add("cost (estimate)", f"{found.cost:.4g} {found.cost_unit}")
    if found.cost_formula:
        grid.add("", found.cost_formula)
    limits = (f"{key.replace('_', ' ')} {value}" for key, value in found.limits.items())
    grid.add("limits", ", ".join(limits) or "none known")
    for problem in found.problems:
        grid.add("problem", Text(problem, style="red"))
    for note in found.notes:
        grid.add("note", Text(note, style="yellow"))
    verdict = Text("valid", style="green") if found.valid else Text("refused", style="bold red")
    grid.add("dry run", verdict)
    return grid


def job_table(job: Job, *, collected: bool = False) -> RenderableType:
    """The answer of ``plait status``, and of ``plait submit``.

    Args:
        job: the submission.
        collected: say what a record lacks.
    """
    ticket = job.ticket
    grid = Grid()
    grid.add("braid", job.submission.name)
    grid.add("backend", f"{job.submission.backend}, circuits for {job.submission.target.name}")
    grid.add("submitted", f"{ticket.created}, ticket {ticket.id}")
    grid.add("status", Text(job.status, style=_STYLES.get(job.status, "")))

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for title in ("job", "shots", "state", "id"):
        table.add_column(title, no_wrap=True)
    table.add_column("message", overflow="fold")
    for members in _alike(ticket.entries):
        first = members[0]
        label = first.label if len(members) == 1 else f"{first.label} … {members[-1].label}"
        table.add_row(
            label,
            str(sum(entry.program.shots for entry in members)),
            Text(first.state, style=_STYLES.get(first.state, "")),
            first.job_id or "",
            Text("; ".join([first.message] * bool(first.message) + _others(first))),
        )
    lacking = [Text(_lacking(job))] if collected and job.ticket.measures else []
    return Group(grid, "", table, "", *lacking, Text(_next_step(job)))


def _others(entry: Entry) -> list[str]:
    return [f"other jobs: {', '.join(entry.past)}"] if entry.past else []


def _alike(entries: list[Entry]) -> list[list[Entry]]:
    """Programs of a series that stand alike and have no id of their own, as one."""
    groups: dict[tuple[str | None, ...], list[Entry]] = {}
    for entry in entries:
        key = (entry.program.series, entry.state, entry.job_id, entry.message, *entry.past)
        groups.setdefault(key, []).append(entry)
    return list(groups.values())


def _next_step(job: Job) -> str:
    folder = job.ticket.folder
    states = {entry.state for entry in job.ticket.entries}
    if "interrupted" in states:
        return f"interrupted; to go on, repeat the command with --out {folder}"
    if states & {"planned", "starting"}:
        return f"not all jobs have started: repeat the command with --out {folder}"
    if states == {"done"} and not job.ticket.measures:
        return "the circuits were accepted; this backend only checks them and has no shots to give"
    if "unread" in states:
        return (
            f"shots were refused, but are still there: plait collect {folder} fetches them again "
            f"(strings that differ from the host's: with --trust-device)"
        )
    if states & {"failed", "cancelled"} and not states & {"queued", "running"}:
        return f"start them again: the same command with --out {folder} --retry-failed"
    return f"shots and record:  plait collect {folder}"


def _lacking(job: Job) -> str:
    """Why there is no record yet."""
    labels = job.ticket.lacking
    more = f" and {len(labels) - 4} more" if len(labels) > 4 else ""
    return f"no record without the shots of {', '.join(labels[:4])}{more}"
