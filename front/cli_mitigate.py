"""The command that compares methods of mitigation on recorded shots: mitigate."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import rich_click as click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .knots.conventions import CLOSURES
from .knots.errors import InputError, PlaitError
from .knots.files import write_whole
from .mitigation.estimated import Systematic
from .reanalysis import Reanalysis, mitigate, read_recorded
from .report import Grid, format_complex
from .terminal import json_option, print_json, read_link, show

__all__ = ["mitigate_command"]

_MOST_DRAWN: Final = 8
_DRAWN: Final = ("conjugate,detection", "published-shots")
_NAME_WIDTH: Final = 23


@click.command("mitigate")
@click.argument("paths", metavar="DIR|FILE...", nargs=-1, required=True)
@click.option(
    "--mitigation",
    multiple=True,
    help="Methods with commas, such as pairs,survival; may be given several times. By default all "
    "that the shots allow.",
)
@click.option(
    "--braid",
    "x",
    help="The braid that was measured, for files of others: as X of other commands.",
)
@click.option("--strands", type=int, help="Number of its strands, if more than the word uses.")
@click.option(
    "--closure",
    type=click.Choice(CLOSURES),
    help="How it is closed; markov where nothing is said.",
)
@click.option(
    "--interval",
    type=click.Choice(["percentile", "bca"]),
    default="percentile",
    show_default=True,
    help="Kind of the bootstrap intervals.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Their coverage.")
@click.option("--exponents", help="Of the model of damping: plait, published-circuits, or a file.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the resampling.")
@click.option("--plot", type=click.Path(), help="Draw the estimates to this SVG file.")
@json_option
def mitigate_command(
    paths: tuple[str, ...],
    mitigation: tuple[str, ...],
    x: str | None,
    strands: int | None,
    closure: str | None,
    interval: str,
    level: float,
    exponents: str | None,
    seed: int,
    plot: str | None,
    as_json: bool,
) -> None:
    """Compare methods of mitigation on shots that were recorded.

    DIR is the folder of a run (plait run --out DIR) or of a submission; FILEs are results of the
    published experiment, or folders with them. Estimates are of z = E_s⟨s|U|s⟩, in which V is
    z times a known factor.
    """
    path = None if plot is None else _plot_path(plot)
    recorded = read_recorded(
        *paths, braid=None if x is None else _braid(x), closure=closure, strands=strands
    )
    found = mitigate(
        recorded,
        mitigation or None,
        level=level,
        interval=interval,
        exponents=exponents,
        seed=seed,
    )
    if path is not None:
        _draw(found, path, list(mitigation) or _shown(found))
    if as_json:
        print_json(found.to_json())
    else:
        show(_table(found))


def _braid(x: str) -> str:
    """The text of --braid; a file may be given without @ too."""
    if not x.startswith("@") and x.endswith(".json"):
        x = f"@{x}"
    return str(read_link(x))


def _plot_path(plot: str) -> Path:
    """Where the picture goes, before anything is computed."""
    path = Path(plot)
    if not path.name or path.is_dir() or not path.parent.is_dir():
        raise InputError(f"cannot write --plot {plot!r}: name a file in a folder that exists")
    if path.suffix.lower() != ".svg":
        raise InputError(f"--plot {plot!r}: the picture is an SVG; name a file that ends in .svg")
    return path


def _shown(found: Reanalysis) -> list[str]:
    """Which of all estimates a picture has room for."""
    if len(found.estimates) <= _MOST_DRAWN:
        return list(found.estimates)
    wanted = {next(iter(found.estimates)), found.recommended, *_DRAWN}
    return [name for name in found.estimates if name in wanted]


def _draw(found: Reanalysis, path: Path, names: Sequence[str]) -> None:
    from .html.plane import PlanePoint, complex_plane_svg, confidence_ellipse

    points = [
        PlanePoint(
            label=name,
            value=e.value,
            ellipse=confidence_ellipse(e.draws, found.level),
            sign_known=e.sign_known,
            strong=name == found.recommended,
        )
        for name, e in found.estimates.items()
        if name in names
    ]
    try:
        write_whole(path, complex_plane_svg(points, exact=found.exact))
    except OSError as error:
        raise PlaitError(f"cannot write {path}: {error}") from error


def _table(found: Reanalysis) -> RenderableType:
    recorded = found.recorded
    grid = Grid()
    grid.add("shots", recorded.source)
    if recorded.braid is not None:
        grid.add("braid", f"{recorded.braid.strands} strands, {len(recorded.braid)} crossings")
    if recorded.conjugated:
        grid.add(
            "convention", "values of the word as plait reads it: those of the files conjugated"
        )
    grid.add("exponents", recorded.exponents)
    if found.exact is not None:
        grid.add("exact z", _polar(found.exact))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("mitigation", style="cyan", no_wrap=True)
    table.add_column("z", no_wrap=True)
    table.add_column("|z|", no_wrap=True, justify="right")
    table.add_column("arg", no_wrap=True, justify="right")
    table.add_column(f"{found.level:.0%} interval, real", no_wrap=True)
    table.add_column("imaginary", no_wrap=True)
    if found.exact is not None:
        table.add_column("error", no_wrap=True, justify="right")
    for name, e in found.estimates.items():
        bounds = [f"{low:.3f} to {high:.3f}" for low, high in found.interval(name)]
        row: list[RenderableType] = [
            Text(_folded(name), style="bold" if name == found.recommended else ""),
            Text(format_complex(e.value, 3)),
            f"{abs(e.value):.3f}",
            f"{np.degrees(np.angle(e.value)):.0f}°",
            *bounds,
        ]
        error = found.error(name)
        if found.exact is not None:
            row.append("" if error is None else f"{error:.1%}{'' if e.sign_known else ' ±'}")
        table.add_row(*row)
    return Group(grid, "", table, "", *_remarks(found))


def _folded(name: str) -> str:
    """A list of methods, on several lines where it would take the room of the numbers."""
    return textwrap.fill(name.replace(",", ", "), _NAME_WIDTH).replace(", ", ",")


def _remarks(found: Reanalysis) -> list[Text]:
    """What is to be known of the recommended estimate, and what speaks against any of them."""
    best = found.estimates[found.recommended]
    own = found.recorded.mitigation
    used = own is not None and set(own.names) == set(best.mitigation)
    lines = [
        Text(
            f"recommended: {found.recommended}{', as the run used' if used else ''}", style="bold"
        )
    ]
    if not best.sign_known:
        lines.append(Text("the sign of z cannot be told by it: −z is as likely", style="yellow"))
    if best.systematic is not None:
        lines.append(Text(f"systematic: {_systematic(best.systematic)}"))
    lines += [Text(f"assumes: {text}") for text in best.assumes]
    # Per text the rows that it is of, without what the row says itself.
    notes: dict[str, list[str]] = {}
    for name, e in found.estimates.items():
        for note in e.notes:
            text = note.replace(f"|z| = {abs(e.value):.3g} ", "|z| ")
            notes.setdefault(text, []).append(name)
    reasons: dict[str, list[str]] = {}
    for name, why in found.impossible.items():
        text = f"not possible: {why.replace(f'mitigation {name} ', 'it ')}"
        reasons.setdefault(text, []).append(name)
    rows = list(found.estimates)
    said = [(_rows(names, rows), text) for text, names in notes.items()]
    said += [(_rows(own, [*rows, *found.impossible]), text) for text, own in reasons.items()]
    lines += [Text(f"{where}: {text}", style="yellow") for where, text in said]
    return lines


def _systematic(s: Systematic) -> str:
    known, other = (f" and {s.degrees:.0f}° of arg z", "other ") if s.degrees else ("", "")
    return (
        f"{s.magnitude:.0%} of |z|{known} ({s.why}); {other}errors of arg z, such as a phase "
        f"between braid and mirror image, are not included"
    )


def _rows(names: Sequence[str], every: Sequence[str]) -> str:
    """Some rows of the table, by the methods that only they have where that is shorter."""
    if len(names) == 1:
        return names[0]
    if len(names) == len(every):
        return "all"
    left, methods = set(names), []
    for method in dict.fromkeys(part for name in names for part in name.split(",")):
        own = {name for name in every if method in name.split(",")}
        if own <= set(names) and own & left:
            methods.append(method)
            left -= own
    return "; ".join(names) if left else f"rows with {' or '.join(methods)}"


def _polar(z: complex) -> str:
    return f"{format_complex(z)}, |z| = {abs(z):.3f}, arg z = {np.degrees(np.angle(z)):.1f}°"
