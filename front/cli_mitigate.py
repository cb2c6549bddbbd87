"""The command that compares methods of mitigation on recorded shots: mitigate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rich_click as click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .knots.errors import PlaitError
from .knots.files import write_whole
from .reanalysis import Reanalysis, mitigate, read_recorded
from .report import Grid, format_complex
from .terminal import json_option, print_json, read_link, show

__all__ = ["mitigate_command"]


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
    type=click.Choice(["markov", "plat"]),
    default="markov",
    show_default=True,
    help="How it is closed.",
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
    closure: str,
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
    if plot is not None:
        _draw(found, Path(plot))
    if as_json:
        print_json(found.to_json())
    else:
        show(_table(found))


def _braid(x: str) -> str:
    """The text of --braid; a file may be given without @ too."""
    if not x.startswith("@") and x.endswith(".json"):
        x = f"@{x}"
    return str(read_link(x))


def _draw(found: Reanalysis, path: Path) -> None:
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
            Text(name, style="bold" if name == found.recommended else ""),
            Text(format_complex(e.value, 3)),
            f"{abs(e.value):.3f}",
            f"{np.degrees(np.angle(e.value)):.0f}°",
            *bounds,
        ]
        error = found.error(name)
        if found.exact is not None:
            row.append("" if error is None else f"{error:.1%}{'' if e.sign_known else ' ±'}")
        table.add_row(*row)
    notes = [Text(f"recommended: {found.recommended}", style="bold")]
    best = found.estimates[found.recommended]
    if not best.sign_known:
        notes.append(Text("the sign of z cannot be told by it: −z is as likely", style="yellow"))
    if best.systematic is not None:
        s = best.systematic
        notes.append(Text(f"systematic: {s.magnitude:.0%} of |z|, {s.degrees:.0f}° ({s.why})"))
    notes += [Text(f"note: {text}", style="yellow") for text in best.notes]
    notes += [Text(f"assumes: {text}") for text in best.assumes]
    return Group(grid, "", table, "", *notes)


def _polar(z: complex) -> str:
    return f"{format_complex(z)}, |z| = {abs(z):.3f}, arg z = {np.degrees(np.angle(z)):.1f}°"
