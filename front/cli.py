"""The command line ``plait``."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.text import Text

from . import __version__
from .knots.conventions import check_closure
from .knots.errors import InputError, PlaitError
from .knots.inputs import braid_to_close
from .report import (
    check_line,
    info_table,
    jones_table,
    plan_table,
    run_table,
    statistics_line,
    time_text,
)
from .tensornet.resources import Cost, size_text
from .terminal import (
    EXIT_CHECK,
    EXIT_ERROR,
    EXIT_INTERRUPT,
    braid_options,
    circuit_option,
    device_option,
    fresh_folder,
    json_option,
    mitigation_option,
    parse_effort,
    parse_noise,
    print_json,
    progress_bar,
    read_link,
    say,
    shots_option,
    show,
    shown,
    spinner,
    write,
)

__all__ = ["cli", "main"]

# Seconds from which on a contraction announces itself.
_LONG = 5.0

# Commands in modules of their own, imported when one of them is asked for.
_MODULES = {
    "minimize": "cli_minimize",
    "convert": "cli_convert",
    "draw": "cli_draw",
    "generate": "cli_generate",
    "submit": "cli_jobs",
    "status": "cli_jobs",
    "collect": "cli_jobs",
    "cancel": "cli_jobs",
    "mitigate": "cli_mitigate",
    "verify": "cli_verify",
    "benchmark": "cli_benchmark",
    "resources": "cli_resources",
    "report": "cli_html",
}


class _Commands(click.RichGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_MODULES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return super().get_command(ctx, cmd_name)
        module = import_module(f".{_MODULES[cmd_name]}", __package__)
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="X is a knot or link name (8_19, K11n34, 'L6a4{0}', 'T(3,5)', 'P(-2,3,7)', 5/2), a "
    "braid word ('1 -2 1 -2', 's1 s2^-1', '[1,-2]'), a code with its notation ('dt: 4 6 2', "
    "'pd-snappy: ...'; see docs/links.md), @FILE with one of these in it, or - for standard "
    "input.",
)
@click.version_option(__version__, prog_name="plait", message="%(prog)s %(version)s")
def cli() -> None:
    """The Jones polynomial of links at t = exp(2πi/5): exact, and on noisy quantum computers."""


_method_option = click.option(
    "--method",
    default="auto",
    show_default=True,
    help="auto, face, dense, bracket, mpo, statevector or tn-proj.",
)
_memory_option = click.option(
    "--memory", help="Such as 8GB.  [default: half of the free memory]", metavar="SIZE"
)
_set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the method, such as bond_dimension=128; can be repeated.",
)


@cli.command("jones")
@braid_options
@_method_option
@click.option("--exact", is_flag=True, help="The four integers of V in Z[exp(2πi/5)] at any size.")
@_memory_option
@click.option("--seed", type=int, help="For methods that sample, and for the search of plans.")
@_set_option
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    help="A plan from plait plan, for a diagram of this shape.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Run slices on a Dask cluster: its address, or local."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for plan and partial sums; an unfinished computation in it goes on.  "
    "[default: one in the user's cache, deleted in the end]",
)
@click.option(
    "--minimize",
    metavar="EFFORT",
    help="Make the braid small first, with an effort as for plait minimize; low is worth it for "
    "evaluations of seconds.",
)
@json_option
def jones_command(
    x: str,
    closure: str,
    strands: int | None,
    method: str,
    exact: bool,
    memory: str | None,
    seed: int | None,
    settings: tuple[str, ...],
    plan_file: Path | None,
    scheduler: str | None,
    out: Path | None,
    minimize: str | None,
    as_json: bool,
) -> None:
    """Evaluate V(t) of X at t = exp(2πi/5)."""
    from .tensornet.evaluate import jones
    from .tensornet.plan import ContractionPlan

    with _contraction_progress() as monitor:
        value = jones(
            read_link(x),
            closure=closure,
            method=method,
            strands=strands,
            memory=memory,
            exact=exact,
            seed=seed,
            plan=None if plan_file is None else ContractionPlan.load(plan_file),
            scheduler=scheduler,
            folder=out,
            monitor=monitor,
            minimize=None if minimize is None else parse_effort(minimize),
            **_settings(settings),
        )
    if as_json:
        print_json(value.to_json())
    else:
        show(jones_table(shown(x), value))


@cli.command("plan")
@braid_options
@click.option(
    "--method",
    default="face",
    show_default=True,
    help="As for plait jones; --memory, --out: face.",
)
@_memory_option
@click.option("--seed", type=int, default=0, show_default=True, help="Of the search.")
@_set_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the plan of the method face, for plait jones --plan.",
)
@json_option
def plan_command(
    x: str,
    closure: str,
    strands: int | None,
    method: str,
    memory: str | None,
    seed: int,
    settings: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Predict multiply-adds, memory and time of plait jones X, without running it."""
    from .tensornet.evaluate import cost
    from .tensornet.facevalue import FACE, plan_contraction

    word = read_link(x)
    data: dict[str, Any] = {"method": method}
    with spinner("planning"):
        if method == "face":
            b = braid_to_close(word, closure, strands=strands)
            options = FACE.complete(_settings(settings))
            plan = plan_contraction(
                b,
                check_closure(closure, b.strands),
                memory=memory,
                seed=seed,
                effort=options["effort"],
                precision=options["precision"],
            )
            predicted = plan.cost
            data["slices"] = plan.slices
            if out is not None:
                write(json.dumps(plan.to_json()), out)
        elif memory is not None or out is not None:
            raise InputError(f"--memory and --out are for the method face, not for {method}")
        else:
            predicted = cost(
                word, closure=closure, method=method, strands=strands, **_settings(settings)
            )
    data |= predicted._asdict()
    if as_json:
        print_json(data)
    else:
        show(plan_table(shown(x), data))


def _settings(settings: tuple[str, ...]) -> dict[str, Any]:
    """Options of methods from NAME=VALUE; values are numbers, true, false or text."""
    out: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.isidentifier():
            raise InputError(f"--set {setting}: write NAME=VALUE, such as bond_dimension=128")
        try:
            out[name] = json.loads(text)
        except json.JSONDecodeError:
            out[name] = text
    return out


@cli.command("run")
@braid_options
@device_option
@shots_option
@mitigation_option
@click.option(
    "--noise", help="Factor on the device's error rates, or a device whose rates to use."
)
@circuit_option
@click.option(
    "--seed", type=int, help="Makes the run reproducible.  [default: drawn and recorded]"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the record; an unfinished run in it goes on.  "
    "[default: plait-runs/NAME-TIME]",
)
@json_option
@click.option("--check", is_flag=True, help="Exit with 1 unless the interval covers the value.")
def run_command(
    x: str,
    closure: str,
    strands: int | None,
    device: str,
    shots: int,
    mitigation: str,
    noise: str | None,
    circuit: str,
    seed: int | None,
    out: Path | None,
    as_json: bool,
    check: bool,
) -> None:
    """Run the pipeline on X: circuits, noisy simulation, mitigation, comparison, record."""
    word = read_link(x)
    b = braid_to_close(word, closure, strands=strands)
    check_closure(closure, b.strands)
    folder = out or fresh_folder(shown(x))
    try:
        with progress_bar("shots") as progress:
            from .runs import run

            record = run(
                b,
                name=shown(x),
                closure=closure,
                shots=shots,
                device=device,
                noise=parse_noise(noise),
                mitigation=mitigation,
                circuit=circuit,
                seed=seed,
                out=folder,
                progress=progress,
            )
    except KeyboardInterrupt:
        say(_stopped(folder))
        sys.exit(EXIT_INTERRUPT)
    if as_json:
        print_json(record.to_json())
    else:
        show(run_table(record))
    if check and not record.passed:
        say(check_line(record))
        sys.exit(EXIT_CHECK)


@cli.command("show")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def show_command(folder: Path, as_json: bool) -> None:
    """Print the record of a run; of an unfinished one, what was measured so far."""
    from .runs import load_run

    record = load_run(folder)
    if as_json:
        print_json(record.to_json())
    else:
        show(run_table(record))


@cli.command("compile")
@braid_options
@click.option(
    "--target",
    type=click.Choice(["qiskit", "pytket", "qasm", "qasm2", "qasm3"]),
    default="qasm",
    show_default=True,
    help="Qiskit (QPY file with --out, else a drawing), pytket (JSON), OpenQASM 2 (qasm is the "
    "same) or OpenQASM 3.",
)
@device_option
@circuit_option
@click.option(
    "--part",
    type=click.Choice(["real", "imag"]),
    default="real",
    show_default=True,
    help="Part of ⟨s|U|s⟩ to measure.",
)
@click.option(
    "--path",
    help="Bits s_0…s_n of the path.  [default: the plat path, or one drawn from the trace]",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the path drawn.")
@click.option(
    "--as-given",
    is_flag=True,
    help="Compile this word.  [default: that rotation or mirror rotation of it, a word of the "
    "same link, with the fewest gates]",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write, not print.")
@click.option(
    "--stats", is_flag=True, help="Print statistics and estimates over all paths, and no circuit."
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.option(
    "--shots",
    type=int,
    default=2000,
    show_default=True,
    help="Of a run, in total, whose cost and time to estimate.",
)
@click.option(
    "--circuits",
    type=int,
    help="Circuits that this run submits.  [default: one per part and distinct path]",
)
def compile_command(
    x: str,
    closure: str,
    strands: int | None,
    target: str,
    device: str,
    circuit: str,
    part: str,
    path: str | None,
    seed: int,
    as_given: bool,
    out: Path | None,
    stats: bool,
    as_json: bool,
    shots: int,
    circuits: int | None,
) -> None:
    """Compile one circuit of X for a device and write it in the format of a toolkit."""
    from .compiled import compile_path, emit, form, statistics, statistics_table

    given = braid_to_close(read_link(x), closure, strands=strands)
    kind = check_closure(closure, given.strands)
    b = form(given, kind, circuit=circuit, device=device, as_given=as_given)
    if stats or as_json:
        data = statistics(
            b, kind, circuit=circuit, device=device, seed=seed, shots=shots, circuits=circuits
        )
        if as_json:
            write(f"{json.dumps(data)}\n", out)
        else:
            show(statistics_table(data))
        return
    compiled = compile_path(
        b, kind, circuit=circuit, part=part, path=path, device=device, seed=seed
    )
    write(emit(compiled, target, binary=out is not None), out)
    say(statistics_line(compiled, device))
    if b != given:
        say(Text(f"compiled as the word {' '.join(map(str, b.word))} (see --as-given)"))


@cli.command("info")
@json_option
def info_command(as_json: bool) -> None:
    """Print versions, extras and devices, for bug reports."""
    from .installation import installation

    data = installation()
    if as_json:
        print_json(data)
    else:
        show(info_table(data))


def _stopped(folder: Path) -> Text:
    stopped = ("stopped", "yellow")
    if not (folder / "shots.jsonl").exists():
        return Text.assemble(stopped, " before the first round of shots was finished")
    return Text.assemble(
        stopped,
        f"; the shots measured so far are in {folder}\n"
        f"  see them:  plait show {folder}\n"
        f"  go on:     the same command with --out {folder}",
    )


class _Announcer:
    """Says what a long contraction will take, before it starts, and shows how far it is."""

    def __init__(self, update: Callable[[float], None] | None) -> None:
        self._update = update

    def planned(self, cost: Cost, slices: int) -> None:
        """Called once, before the contraction."""
        if cost.seconds >= _LONG:
            count = "" if slices == 1 else f"in {slices} slices, "
            say(
                Text(
                    f"plan: {count}{cost.flops:.1e} multiply-adds, {size_text(cost.memory)} of "
                    f"memory, about {time_text(cost.seconds)}"
                )
            )

    def advanced(self, fraction: float) -> None:
        """Called now and then with what has been done, from 0 to 1."""
        if self._update is not None:
            self._update(fraction)


@contextmanager
def _contraction_progress() -> Iterator[_Announcer]:
    """A progress bar with an estimate of the time on a terminal, the announcement elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Announcer(None)
        return
    from rich import progress as bars

    columns = (
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("evaluating", total=None)

        def update(fraction: float) -> None:
            bar.update(task, description="contracting", completed=fraction, total=1.0)

        yield _Announcer(update)


def _protect(arguments: list[str]) -> list[str]:
    """Keep words that begin with a negative letter from being read as options."""
    return [f" {a}" if re.match(r"[-\u2212]\s*\d", a) else a for a in arguments]


def main(arguments: list[str] | None = None) -> None:
    """Entry point: errors are one line and exit code 2, never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Greek letters gets escapes.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(args=_protect(given), prog_name="plait", standalone_mode=False)
    except PlaitError as error:
        _fail(str(error))
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "plait"
        _fail(f"{error.format_message()} (see {command} --help)")
    except click.ClickException as error:
        _fail(error.format_message())
    except (KeyboardInterrupt, click.Abort):
        sys.exit(EXIT_INTERRUPT)
    except MemoryError:
        _fail("out of memory; use a smaller braid or fewer shots")
    except BrokenPipeError:
        # The reader of our output has gone (plait … | head): keep Python from flushing into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> None:
    say(Text.assemble(("error: ", "bold red"), " ".join(message.split())))
    sys.exit(EXIT_ERROR)
