"""The command that makes braids small: minimize."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .knots.closed import ClosedBraid
from .knots.inputs import braid_to_close
from .knots.minimization.objectives import objective_names
from .report import Grid, format_complex, time_text
from .terminal import (
    braid_options,
    json_option,
    parse_effort,
    print_json,
    progress_bar,
    read_link,
    show,
    write,
)

if TYPE_CHECKING:
    from .knots.minimization.search import Minimized

__all__ = ["minimize_command"]

# Letters up to which the gates of the braid as given are counted: it tries all rotations.
_COUNTED = 200


@click.command("minimize")
@braid_options
@click.option(
    "--objective",
    type=click.Choice(objective_names()),
    default="runs",
    show_default=True,
    help="What to make small: runs of one generator, crossings, strands, two-qubit gates of the "
    "circuits, or multiply-adds of the exact evaluation.",
)
@click.option(
    "--effort",
    default="medium",
    show_default=True,
    help="low, medium, high, or a multiple of medium.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random numbers.")
@click.option(
    "--keep",
    type=click.Choice(["link", "value"]),
    default="link",
    show_default=True,
    help="The link, or only V at exp(2πi/5) up to the factor that is printed.",
)
@click.option(
    "--spherogram", is_flag=True, help="Begin also from Spherogram's simplification (extra links)."
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="File for the list of moves, checked, as JSON.",
)
@json_option
def minimize_command(
    x: str,
    closure: str,
    strands: int | None,
    objective: str,
    effort: str,
    seed: int,
    keep: str,
    spherogram: bool,
    certificate: Path | None,
    as_json: bool,
) -> None:
    """A smaller braid of the same link; circles that lie apart are split off and counted.

    X is the Markov closure of the word that is printed, with FREE circles beside it. With
    --closure plat it is the plat closure of X that is made a Markov closure and minimised.
    """
    from .circuits.forms import mean_two_qubit_gates
    from .knots.minimization.search import minimize
    from .knots.minimization.starts import spherogram_start

    b = braid_to_close(read_link(x), closure, strands=strands)
    if closure != "markov":
        b = ClosedBraid(b, closure).to_markov().braid
    with progress_bar("parts") as progress:
        found = minimize(
            b,
            objective=objective,
            effort=parse_effort(effort),
            seed=seed,
            keep="value" if keep == "value" else "link",
            starts=(spherogram_start(b, seed=seed),) if spherogram else (),
            progress=progress,
        )
    gates = mean_two_qubit_gates(found.braid)
    if certificate is not None:
        write(json.dumps(found.certificate().to_json()), certificate)
    if as_json:
        print_json(found.to_json() | {"two_qubit_gates": gates})
        return
    before = mean_two_qubit_gates(b) if len(b) <= _COUNTED else None
    show(_report(found, before, gates))


def _report(found: Minimized, before: float | None, gates: float) -> RenderableType:
    old, new = found.original, found.braid
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("")
    for name in ("before", "after"):
        table.add_column(name, justify="right")
    for label, one, other in (
        ("strands", str(old.strands), str(new.strands)),
        ("crossings", str(len(old)), str(len(new))),
        ("runs", str(len(old.runs())), str(found.runs)),
        ("two-qubit gates", "not counted" if before is None else f"{before:.1f}", f"{gates:.1f}"),
    ):
        table.add_row(label, one, other)
    grid = Grid()
    grid.add("word", Text(str(new), style="bold"))
    if found.free:
        grid.add("free circles", str(found.free))
    if found.factor != 1:
        grid.add("factor of V", format_complex(found.factor, 10))
    if found.keep == "value":
        grid.add("kept", "only V at exp(2πi/5), up to the factor")
    grid.add("search", f"{found.objective}, seed {found.seed}, {time_text(found.seconds)}")
    return Group(table, Text(), grid)
