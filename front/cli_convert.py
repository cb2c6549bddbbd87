"""The command that converts between notations: convert."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich_click as click

from .knots.braids import Braid
from .knots.closed import ClosedBraid
from .knots.diagrams import PlanarDiagram
from .knots.errors import InputError
from .knots.inputs import link
from .knots.notations.dt import to_dt
from .knots.notations.gauss import extended_gauss_text, gauss_text, to_extended_gauss, to_gauss
from .knots.notations.pd import PD_CONVENTIONS, pd_text, to_pd
from .knots.notations.reference import write_reference
from .knots.notations.spellings import SPELLINGS, spell
from .terminal import braid_options, read_link, write

__all__ = ["convert_command"]

_TARGETS = ("word", "pd", "dt", "gauss", "extended-gauss", "json", "reference-json")


@click.command("convert")
@braid_options
@click.option(
    "--to",
    "target",
    type=click.Choice(_TARGETS),
    required=True,
    help="A braid word, planar-diagram, Dowker-Thistlethwaite (with flips) or Gauss code; all of "
    "them as JSON; or JSON of the reference (its mirror convention).",
)
@click.option(
    "--convention",
    type=click.Choice(PD_CONVENTIONS),
    help="Of the planar-diagram code, for pd and json.  [default: knotinfo]",
)
@click.option(
    "--spelling",
    type=click.Choice(list(SPELLINGS)),
    help="Of the braid word, for word.  [default: plait]",
)
@click.option(
    "--kinks",
    is_flag=True,
    help="Write a component without crossings as a loop with one, for planar-diagram codes.",
)
@click.option(
    "--named",
    is_flag=True,
    help="Begin with the name of the notation, so that plait reads it back, for pd and gauss.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write, not print.")
def convert_command(
    x: str,
    closure: str,
    strands: int | None,
    target: str,
    convention: str | None,
    spelling: str | None,
    kinks: bool,
    named: bool,
    out: Path | None,
) -> None:
    """Write X in another notation; it is the same oriented link, with its mirror image.

    X may also begin with the name of a notation: 'pd-snappy: [(0,3,1,2),(3,0,2,1)]',
    'dt: [4,6,2]', 'gauss: [1,-2,3,-1,2,-3]', 'extended-gauss: O1+U2+...', 'sage-word: s0*s1^-1';
    and @FILE may be a JSON file of the reference. A plain Gauss code does not tell the mirror
    image; --to extended-gauss does.
    """
    for option, value, targets in (
        ("--convention", convention, ("pd", "json")),
        ("--spelling", spelling, ("word",)),
        ("--kinks", kinks or None, ("pd", "json")),
        ("--named", named or None, ("pd", "gauss")),
    ):
        if value is not None and target not in targets:
            raise InputError(f"{option} is for --to {' and '.join(targets)}, not for {target}")
    convention, spelling = convention or "knotinfo", spelling or "plait"
    given = _closed(link(read_link(x), strands=strands), closure)
    texts: dict[str, Callable[[], str]] = {
        "word": lambda: spell(_braid(given), spelling),
        "pd": lambda: pd_text(_diagram(given), convention, kinks=kinks),
        "dt": lambda: str(to_dt(_diagram(given))),
        "gauss": lambda: gauss_text(_diagram(given)),
        "extended-gauss": lambda: extended_gauss_text(_diagram(given)),
        "json": lambda: json.dumps(_everything(given, convention, kinks)),
        "reference-json": lambda: json.dumps(write_reference(_braid(given))),
    }
    name = {"pd": f"pd-{convention}: ", "gauss": "gauss: "}.get(target, "") if named else ""
    write(f"{name}{texts[target]()}\n", out)


def _closed(
    given: Braid | ClosedBraid | PlanarDiagram, closure: str
) -> ClosedBraid | PlanarDiagram:
    if isinstance(given, Braid):
        return ClosedBraid(given, closure)
    if closure != "markov":
        raise InputError(f"X is a diagram, which is closed already; leave out --closure {closure}")
    return given


def _braid(given: ClosedBraid | PlanarDiagram) -> Braid:
    return given.to_braid() if isinstance(given, PlanarDiagram) else given.to_markov().braid


def _diagram(given: ClosedBraid | PlanarDiagram) -> PlanarDiagram:
    return given if isinstance(given, PlanarDiagram) else given.diagram()


def _everything(
    given: ClosedBraid | PlanarDiagram, convention: str, kinks: bool
) -> dict[str, Any]:
    """The link in all notations; ``pd`` is None where circles have no place in it."""
    diagram, word = _diagram(given), _braid(given)
    dt = to_dt(diagram)
    lost = diagram.circles and not kinks
    return {
        "word": list(word.word),
        "strands": word.strands,
        "pd": None if lost else [list(c) for c in to_pd(diagram, convention, kinks=kinks)],
        "convention": convention,
        "circles": diagram.circles,
        "dt": [list(part) for part in dt.components],
        "flips": [int(flip) for flip in dt.flips or ()],
        "gauss": [list(part) for part in to_gauss(diagram)],
        "signs": list(to_extended_gauss(diagram)[1]),
        "crossings": len(diagram.crossings),
        "components": len(diagram.components),
        "writhe": diagram.writhe,
        "linking_matrix": [list(row) for row in diagram.linking_matrix],
    }
