"""What the commands share: options, reading, messages, progress, output."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click
from rich.console import Console, RenderableType
from rich.text import Text

from .knots.braids import Braid
from .knots.conventions import CLOSURES
from .knots.errors import InputError

__all__ = [
    "EXIT_CHECK",
    "EXIT_ERROR",
    "EXIT_INTERRUPT",
    "braid_options",
    "circuit_option",
    "device_option",
    "family_options",
    "fresh_folder",
    "json_option",
    "mitigation_option",
    "parse_effort",
    "parse_magnitude",
    "parse_noise",
    "print_json",
    "progress_bar",
    "read_link",
    "say",
    "shots_option",
    "show",
    "shown",
    "spinner",
    "write",
]

EXIT_CHECK: Final = 1
EXIT_ERROR: Final = 2
EXIT_INTERRUPT: Final = 130
_WIDTH_OF_PIPES = 100

_F = TypeVar("_F", bound=Callable[..., Any])


def braid_options(command: _F) -> _F:
    """X, --closure and --strands, which all commands on braids share."""
    for decorate in (
        click.option(
            "--strands", type=int, help="Number of strands, where it is more than the word uses."
        ),
        click.option(
            "--closure",
            type=click.Choice(CLOSURES),
            default="markov",
            show_default=True,
            help="How the braid is closed.",
        ),
        click.argument("x", metavar="X"),
    ):
        command = decorate(command)
    return command


def family_options(command: _F) -> _F:
    """Parameters of families of braids besides their sizes."""
    for decorate in (
        click.option("--knot", is_flag=True, help="Braids that close to a knot only."),
        click.option(
            "--reduced", is_flag=True, help="Of uniform: no letter cancels the one before."
        ),
        click.option("--positive", is_flag=True, help="Of uniform: positive letters only."),
        click.option(
            "--magnitude",
            metavar="M | LOW,HIGH",
            help="Of benchmark: |V|/φ^(strands−1), near M or in an interval.  [default: uniform]",
        ),
        click.option("--components", type=int, help="Of unlink: number of components."),
        click.option("--twists", type=int, help="Of twisted: number of full twists."),
        click.option("--turns", type=int, help="Of torus: q in T(strands, q)."),
        click.option(
            "--density", type=float, help="Of brickwalls: part of the sites with a crossing."
        ),
    ):
        command = decorate(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
device_option = click.option(
    "--device", default="H2-1", show_default=True, help="A device (see plait info) or a TOML file."
)
circuit_option = click.option(
    "--circuit",
    type=click.Choice(["echo", "hadamard"]),
    default="echo",
    show_default=True,
    help="Control-free echo, or Hadamard test.",
)
shots_option = click.option(
    "--shots", type=int, default=2000, show_default=True, help="Executions of circuits, in total."
)
mitigation_option = click.option(
    "--mitigation",
    default="detection,conjugate",
    show_default=True,
    help="Methods with commas between them, or none.",
)


def say(message: Text) -> None:
    """One message on standard error, never wrapped."""
    Console(stderr=True).print(message, soft_wrap=True, highlight=False)


def read_link(x: str) -> Braid | str:
    """The text of X: itself, or the contents of a file or of standard input."""
    x = x.strip()
    if x != "-" and not x.startswith("@"):
        if x.endswith((".txt", ".json")) and Path(x).is_file():
            raise InputError(f"{x!r} is a file; to read the braid from it write @{x}")
        return x
    try:
        text = sys.stdin.read() if x == "-" else Path(x[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        where = "standard input" if x == "-" else repr(x[1:])
        raise InputError(f"cannot read the braid from {where}: {error}") from error
    return text.removeprefix("\ufeff")  # the byte order mark of some editors


def shown(x: str) -> str:
    """The text of X as names and tables show it, on one line and not too long."""
    x = " ".join(x.split())
    return x if len(x) <= 60 else x[:57] + "…"


def parse_magnitude(text: str) -> float | tuple[float, float]:
    """One number, or two with a comma between."""
    low, comma, high = text.partition(",")
    try:
        return (float(low), float(high)) if comma else float(low)
    except ValueError:
        raise InputError(
            f"--magnitude {text}: write one number, or two with a comma between"
        ) from None


def parse_noise(text: str | None) -> float | str | None:
    """The value of --noise: a factor, the name of a device, or None."""
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def parse_effort(text: str) -> float | str:
    """An effort of the minimisation: a number or a name."""
    try:
        return float(text)
    except ValueError:
        return text


def fresh_folder(name: str) -> Path:
    """A folder for a record that does not exist yet."""
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_")[:40] or "braid"
    base = Path("plait-runs") / f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    folder, number = base, 1
    while folder.exists():
        number += 1
        folder = base.with_name(f"{base.name}-{number}")
    return folder


def spinner(what: str) -> AbstractContextManager[object]:
    """A spinner on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    return console.status(what) if console.is_terminal else nullcontext()


@contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich import progress as bars

    columns = (
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TextColumn(unit),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("measuring", total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def print_json(data: Any) -> None:
    """JSON on one line of standard output, in ASCII where the output takes nothing else."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    write(f"{json.dumps(data, ensure_ascii=plain)}\n", None)


def write(data: str | bytes, out: Path | None) -> None:
    """Write to a file, or to standard output."""
    if out is None:
        click.echo(data, nl=False)
        return
    try:
        out.write_bytes(data if isinstance(data, bytes) else data.encode())
    except OSError as error:
        raise InputError(f"cannot write {out}: {error}") from error


def show(table: RenderableType) -> None:
    """A table on standard output; in a pipe of fixed width and without trailing blanks."""
    if sys.stdout.isatty():
        Console().print(table)
        return
    console = Console(width=_WIDTH_OF_PIPES, file=io.StringIO())
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))
