"""The command that lets all ways to V check each other: verify."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .knots.conventions import CLOSURES
from .knots.errors import InputError, ResourceError
from .report import format_complex, time_text
from .terminal import (
    EXIT_CHECK,
    EXIT_INTERRUPT,
    json_option,
    parse_noise,
    print_json,
    read_link,
    say,
    show,
    shown,
    spinner,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .verify.verification import Settings, Verification
    from .verify.verification_subjects import Subject
    from .verify.verification_verdicts import Row

__all__ = ["verify_command"]

_CASE = ".json"
_STYLES = {"agrees": "green", "covered": "green", "off": "yellow", "skipped": "dim"}
_WRONG = "bold red"


@click.command("verify")
@click.argument("x", metavar="X | CASE.json")
@click.option("--closure", type=click.Choice(CLOSURES), help="Of a braid.  [default: markov]")
@click.option(
    "--strands", type=int, help="Number of strands, where it is more than the word uses."
)
@click.option(
    "--device",
    help="A device (see plait info) or a TOML file, for circuits and shots.  [default: H2-1]",
)
@click.option(
    "--noise",
    metavar="FACTOR | DEVICE",
    help="A factor on the error rates, or the device whose to use.  [default: the device's own]",
)
@click.option(
    "--shots", type=int, help="Of each experiment, with and without noise.  [default: 2000]"
)
@click.option("--seed", type=int, help="Of everything random.  [default: 0]")
@click.option(
    "--memory",
    metavar="SIZE",
    help="That one way may take, such as 8GB.  [default: half of the free memory]",
)
@click.option("--seconds", type=float, help="That one way may take, as predicted.  [default: 10]")
@click.option("--exact-only", is_flag=True, help="No circuits and no shots.")
@click.option("--no-run", is_flag=True, help="No shots.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the case, written as the ways come.  [default: the current one, for a "
    "disagreement only]",
)
@json_option
def verify_command(
    x: str,
    closure: str | None,
    strands: int | None,
    no_run: bool,
    exact_only: bool,
    out: Path | None,
    as_json: bool,
    noise: str | None,
    **options: Any,
) -> None:
    """Compute X by every way that fits, and compare: exact methods, circuits, noisy shots.

    A CASE.json of an earlier verification is verified again, with its settings where no others
    are given. Exit code 1: ways disagree or fail; the case is then in a file.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if noise is not None:
        given["noise"] = parse_noise(noise)
    if exact_only:
        given["exact_only"] = True
    if no_run:
        given["no_run"] = True
    subject, settings = _read(x, closure, strands, given)
    found = _measured(subject, settings, out)
    _conclude(found, out, as_json)


def _read(
    x: str, closure: str | None, strands: int | None, given: dict[str, Any]
) -> tuple[Subject, Settings]:
    """What to verify, and how: from the command line, or from a case and the command line."""
    from .verify.verification import Settings
    from .verify.verification_cases import read_case
    from .verify.verification_subjects import read_subject

    if not x.strip().endswith(_CASE) or x.strip().startswith("@"):
        link = read_link(x)
        subject = read_subject(link, closure=closure or "markov", strands=strands, name=shown(x))
        return subject, Settings(**given)
    if closure is not None or strands is not None:
        raise InputError(f"{x} says itself how its link is closed; leave out --closure, --strands")
    subject, settings = read_case(x.strip())
    return subject, replace(settings, **given)


def _measured(subject: Subject, settings: Settings, out: Path | None) -> Verification:
    """All ways; of an interrupted verification those that were finished."""
    from .pipeline import estimate
    from .verify.verification import judge, measure
    from .verify.verification_cases import save_case
    from .verify.verification_verdicts import Outcome

    outcomes: list[Outcome] = []
    found = judge(subject, settings, outcomes, complete=False)
    try:
        with _watching() as watch:
            if out is not None:
                save_case(found, out)  # a folder that cannot be written shows now
            for outcome in measure(subject, settings, estimate=estimate, watch=watch):
                outcomes.append(outcome)
                found = judge(subject, settings, outcomes, complete=False)
                if out is not None:
                    save_case(found, out)
    except KeyboardInterrupt:
        return found
    return replace(found, complete=True)


@contextmanager
def _watching() -> Iterator[Callable[[str], None] | None]:
    """A spinner that names the way that runs, on a terminal."""
    from rich.status import Status

    with spinner("verifying") as status:
        yield (lambda way: status.update(way)) if isinstance(status, Status) else None


def _conclude(found: Verification, out: Path | None, as_json: bool) -> None:
    """Print, and leave with the exit code."""
    from .verify.verification_cases import case_to_json, save_case

    wanted = out is not None or not found.agree
    path = save_case(found, out or Path()) if wanted else None
    if as_json:
        print_json(case_to_json(found, path))
    else:
        show(_report(found, path))
    if not found.agree:
        say(Text.assemble(("error: ", "bold red"), found.disagreement()))
        if path is not None:
            say(Text(f"  the case is in {path}; to repeat it:  plait verify {path}"))
    if not found.complete:
        say(Text.assemble(("stopped", "yellow"), "; not all ways were tried"))
        sys.exit(EXIT_INTERRUPT)
    if not found.agree:
        sys.exit(EXIT_CHECK)
    if not found.compared:
        raise ResourceError("no two ways to compare fit; allow more --memory or --seconds")


def _report(found: Verification, path: Path | None) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("way", style="cyan", no_wrap=True)
    table.add_column("V(t), t = exp(2πi/5)", no_wrap=True)
    table.add_column("difference", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    for row in found.rows:
        table.add_row(*_cells(row))
    subject = found.subject
    closed = "diagram" if subject.diagram is not None else f"{subject.closure} closure"
    strands, crossings = subject.braid.strands, len(subject.braid)
    title = f"{shown(subject.name)}: {closed}, {strands} strands, {crossings} crossings"
    lines: list[RenderableType] = [Text(title), "", table, "", _verdict(found)]
    if path is not None:
        lines.append(Text(f"case: {path}"))
    return Group(*lines)


def _cells(row: Row) -> tuple[str, str, str, str, Text]:
    digits = 10 if row.difference is None or row.difference < 1e-4 else 4
    value = "" if row.value is None else format_complex(row.value, digits)
    difference = "" if row.difference is None else f"{row.difference:.1e}"
    style = _WRONG if row.wrong else _STYLES[row.verdict]
    if row.verdict == "skipped":
        return row.way, value, difference, "", Text(row.reason, style=style)
    verdict = Text(row.verdict.upper() if row.wrong else row.verdict, style=style)
    if row.reason:
        verdict.append(f" ({row.reason})", style="dim")
    return row.way, value, difference, time_text(row.seconds), verdict


def _verdict(found: Verification) -> Text:
    if any(row.verdict == "differs" for row in found.rows):
        verdict = Text("ways DISAGREE", style=_WRONG)
    elif not found.agree:
        verdict = Text("ways FAILED", style=_WRONG)
    elif not found.compared:
        verdict = Text("nothing was compared", style="yellow")
    else:
        count = f"{found.compared + 1} ways, compared with {found.reference or 'each other'}"
        verdict = Text.assemble(("agree: ", "bold green"), count)
    for row in found.off:
        verdict.append(f"\noff: {row.way}, by no more than noise explains", style="yellow")
    return verdict
