"""The commands on submitted plans: submit, status, collect, cancel."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import rich_click as click
from rich.console import Group
from rich.text import Text

from .circuits.backends.errors import JobError, NetworkError
from .job_report import dry_run_table, job_table
from .knots.errors import PlaitError
from .report import run_table
from .terminal import (
    EXIT_INTERRUPT,
    braid_options,
    circuit_option,
    fresh_folder,
    json_option,
    mitigation_option,
    parse_noise,
    print_json,
    progress_bar,
    read_link,
    say,
    shots_option,
    show,
    shown,
)

if TYPE_CHECKING:
    from .jobs import Job

__all__ = ["cancel_command", "collect_command", "status_command", "submit_command"]

_folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.command("submit")
@braid_options
@click.option(
    "--backend",
    required=True,
    help="simulator, aer, pytket:aer, pytket:H2-1LE, ibm-local:FakeFez, ibm:NAME, nexus:H2-1E or "
    "nexus:Helios-1E.",
)
@click.option(
    "--device",
    help="The device, or TOML file, that circuits are made for.  [default: the backend's own]",
)
@shots_option
@mitigation_option
@click.option(
    "--noise", help="Of simulators: factor on the device's error rates, or a device whose to use."
)
@circuit_option
@click.option("--seed", type=int, help="Of the paths.  [default: drawn and recorded]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for ticket, shots and record; an interrupted submission in it goes on.  "
    "[default: plait-runs/NAME-TIME]",
)
@click.option(
    "--max-cost",
    type=float,
    help="The most that it may cost, all attempts together, in the unit of --dry-run; needed "
    "where jobs cost money.",
)
@click.option(
    "--retry-failed", is_flag=True, help="Start again what failed or was cancelled, as in DIR."
)
@click.option(
    "--dry-run", is_flag=True, help="Check and estimate, without network, account and cost."
)
@json_option
def submit_command(
    x: str,
    closure: str,
    strands: int | None,
    backend: str,
    device: str | None,
    shots: int,
    mitigation: str,
    noise: str | None,
    circuit: str,
    seed: int | None,
    out: Path | None,
    max_cost: float | None,
    retry_failed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Submit the circuits of X to a machine or simulator; see them with status and collect."""
    from .jobs import prepare, submit

    submission = prepare(
        read_link(x),
        backend=backend,
        closure=closure,
        shots=shots,
        device=device,
        noise=parse_noise(noise),
        mitigation=mitigation,
        circuit=circuit,
        seed=seed,
        strands=strands,
        name=shown(x),
        folder=out,
    )
    if dry_run:
        found = submission.dry_run()
        _answer(found.to_json(), dry_run_table(submission, found), as_json)
        if not found.valid:
            raise JobError(f"{backend} cannot run this: {'; '.join(found.problems)}")
        return
    folder = out or fresh_folder(shown(x))
    how = f"the same command with --out {folder}"
    told = out is not None
    try:
        with progress_bar("shots") as bar:

            def progress(here: int, total: int) -> None:
                nonlocal told
                if not told:
                    # The ticket is on disk and nothing has started: after a kill this is known.
                    say(Text(f"ticket in {folder}; if this is interrupted, go on with {how}"))
                    told = True
                if bar is not None:
                    bar(here, total)

            job = submit(
                submission,
                folder,
                max_cost=max_cost,
                retry_failed=retry_failed,
                progress=progress,
            )
    except KeyboardInterrupt:
        _stop(f"go on:  {how}")
    except PlaitError as error:
        if (folder / "ticket.json").exists():
            error.args = (f"{error}; go on: {how}",)
        raise
    _answer(job.to_json(), job_table(job), as_json)
    _check_failures(job)


@click.command("status")
@_folder_argument
@json_option
def status_command(folder: Path, as_json: bool) -> None:
    """Ask where the submission in DIR stands."""
    from .jobs import job_status

    with _repeatable(f"plait status {folder}"):
        job = job_status(folder)
    _answer(job.to_json(), job_table(job), as_json)


@click.command("collect")
@_folder_argument
@click.option("--wait", is_flag=True, help="Until all jobs have ended.")
@click.option("--timeout", type=float, metavar="SECONDS", help="When to stop waiting.")
@click.option(
    "--trust-device",
    is_flag=True,
    help="Take the strings that the machine says it drew even if they differ from the host's.",
)
@json_option
def collect_command(
    folder: Path, wait: bool, timeout: float | None, trust_device: bool, as_json: bool
) -> None:
    """Fetch the shots of the submission in DIR, and print and write the record of them."""
    from .jobs import collect

    try:
        with _repeatable(f"plait collect {folder}"), progress_bar("shots") as progress:
            job = collect(
                folder, wait=wait, timeout=timeout, trust_device=trust_device, progress=progress
            )
    except KeyboardInterrupt:
        _stop(f"go on:  plait collect {folder} --wait")
    if job.record is None:
        _answer(job.to_json(), job_table(job, collected=True), as_json)
    elif job.record.complete:
        _answer(job.record.to_json(), run_table(job.record), as_json)
    else:
        data = job.record.to_json() | {"job": job.to_json()}
        _answer(data, Group(run_table(job.record), "", job_table(job)), as_json)
    _check_failures(job)


@click.command("cancel")
@_folder_argument
@json_option
def cancel_command(folder: Path, as_json: bool) -> None:
    """Cancel what has not ended of the submission in DIR; shots that are here stay."""
    from .jobs import cancel

    with _repeatable(f"plait cancel {folder}"):
        job = cancel(folder)
    _answer(job.to_json(), job_table(job), as_json)


def _answer(data: dict[str, Any], table: Any, as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        show(table)


def _check_failures(job: Job) -> None:
    """End with an error where a job has failed, after all else has been said."""
    for state, what in (
        ("failed", "jobs failed"),
        ("unread", "jobs have shots that were refused"),
    ):
        found = [entry for entry in job.ticket.entries if entry.state == state]
        if found:
            raise JobError(
                f"{len(found)} of {len(job.ticket.entries)} {what}, first {found[0].label}: "
                f"{found[0].message}"
            )


@contextmanager
def _repeatable(command: str) -> Iterator[None]:
    """Say what to do when the network was away."""
    try:
        yield
    except NetworkError as error:
        error.args = (f"{error}; nothing is lost: later repeat {command}",)
        raise


def _stop(how: str) -> NoReturn:
    say(Text.assemble(("stopped", "yellow"), f"; what is known is on disk\n  {how}"))
    sys.exit(EXIT_INTERRUPT)
