"""The command that says what an instance takes: resources."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import rich_click as click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .knots.errors import InputError
from .report import Grid, time_text
from .tensornet.resources import size_text
from .terminal import device_option, json_option, print_json, read_link, show, spinner

if TYPE_CHECKING:
    from .knots.braids import Braid
    from .verify.quantum import QuantumCost
    from .verify.resources import InstanceResources, Resources

__all__ = ["resources_command"]


@click.command("resources")
@click.argument("x", metavar="[X]", required=False)
@click.option("--strands", type=int, help="Strands; of X, where it is more than the word uses.")
@click.option("--layers", type=int, help="Layers of the instance, in place of X.")
@click.option("--crossings", type=int, help="Letters of the instance, where its family has them.")
@click.option(
    "--family",
    help="Family of the instance (see plait generate --list).  [default: brickwall]",
)
@click.option(
    "--error", type=float, default=0.05, show_default=True, help="Additive error of z, |z| ≤ 1."
)
@click.option(
    "--two-qubit-error",
    type=float,
    metavar="P",
    help="Probability of a Pauli error of a two-qubit gate, to which all rates of the device are "
    "scaled.  [default: the device's own]",
)
@device_option
@click.option("--shots", type=int, help="Say what error these leave.")
@click.option("--as-given", is_flag=True, help="Do not minimise the braid.")
@click.option("--memory", metavar="SIZE", help="Memory of this machine, such as 8GB.")
@click.option(
    "--search", type=float, default=4.0, show_default=True, help="Seconds of each plan search."
)
@click.option(
    "--delta",
    type=float,
    help="Relative uncertainty of ln T, T the damping.  [default: as in simulations]",
)
@click.option(
    "--layer-time",
    type=float,
    default=0.03,
    show_default=True,
    help="Seconds of a layer of two-qubit gates, and again of each shot, where the device's "
    "description has none.",
)
@click.option(
    "--quantum-power", type=float, default=25e3, show_default=True, help="Watts, assumed."
)
@click.option(
    "--classical-power", type=float, default=20.0, show_default=True, help="Watts, assumed."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of everything random.")
@json_option
def resources_command(
    x: str | None,
    strands: int | None,
    layers: int | None,
    crossings: int | None,
    family: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """What a quantum device and the classical methods need for an additive error of z.

    Give X, or the strands and layers of an instance to generate. Its closure is the Markov trace,
    V = z φ^(strands − 1) up to a phase. Both are estimated for the braid as given and for a
    smaller one of the same link.
    """
    from .verify.quantum import DELTA
    from .verify.resources import Assumptions, resources

    b = _braid(x, strands, layers, crossings, family, options["seed"])
    delta = options["delta"]
    assumptions = Assumptions(
        delta=DELTA if delta is None else delta,
        layer_seconds=options["layer_time"],
        quantum_watts=options["quantum_power"],
        classical_watts=options["classical_power"],
    )
    with spinner("counting gates and searching plans"):
        found = resources(
            b,
            error=options["error"],
            two_qubit_error=options["two_qubit_error"],
            target=options["device"],
            shots=options["shots"],
            minimize=not options["as_given"],
            memory=options["memory"],
            search=options["search"],
            assumptions=assumptions,
            seed=options["seed"],
        )
    if as_json:
        print_json(found.to_json())
        return
    show(_report(found))


def _braid(
    x: str | None,
    strands: int | None,
    layers: int | None,
    crossings: int | None,
    family: str | None,
    seed: int,
) -> Braid:
    from .knots.generators import FAMILIES, generate
    from .knots.inputs import braid_to_close

    sizes = {"strands": strands, "layers": layers, "crossings": crossings}
    given = {name: value for name, value in sizes.items() if value is not None}
    if x is not None:
        if layers is not None or crossings is not None or family is not None:
            raise InputError(
                "give X, or the size of an instance (--strands with --layers or --crossings, and "
                "its --family), not both"
            )
        return braid_to_close(read_link(x), "markov", strands=strands)
    if len(given) < 2:
        raise InputError(
            "give a braid X, or the size of an instance: --strands with --layers (or with "
            "--crossings for families that have them)"
        )
    family = family or "brickwall"
    random = family not in FAMILIES or FAMILIES[family].random
    return generate(family, **given, **({"seed": seed} if random else {})).braid


def _report(found: Resources) -> RenderableType:
    parts: list[RenderableType] = []
    grid = Grid()
    grid.add("error of z", f"{found.error:g}, root mean square, additive")
    noise = "" if found.device.noise == "own" else f" (noise {found.device.noise})"
    grid.add("device", f"{found.device.name}{noise}, two-qubit error {found.two_qubit_error:.3g}")
    parts += [grid, Text(), _quantum(found), Text(), _classical(found.best, found), Text()]
    parts.append(Text(_verdict(found)))
    return Group(*parts)


def _instances(found: Resources) -> list[tuple[str, InstanceResources]]:
    both = [("as given", found.given)]
    return both if found.minimized is None else [*both, ("minimised", found.minimized)]


def _quantum(found: Resources) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("quantum")
    for name, _ in _instances(found):
        table.add_column(name, justify="right")
    columns = [_cells(one) for _, one in _instances(found)]
    for label in columns[0]:
        table.add_row(label, *(column[label] for column in columns))
    return table


def _cells(one: InstanceResources) -> dict[str, str]:
    q = one.quantum
    credits = q.run.hqc if q.run else None
    return {
        "strands": str(one.braid.strands),
        "crossings": f"{len(one.braid):,}",
        "qubits": f"{q.means.qubits}" if q.fits else f"{q.means.qubits}, more than it has",
        "two-qubit gates": f"{q.means.two_qubit_gates:,.0f}",
        "their depth": f"{q.means.two_qubit_depth:,.0f}",
        "damping T": f"{q.damping:.3g}",
        "kept shots": f"{q.keep:.0%}",
        "raw error": f"{q.raw_error:.2g}",
        "error of the model": f"{q.model_error:.2g}",
        "shots": "no number reaches the error" if q.shots is None else f"{q.shots:,}",
        "mitigated error": _error(q),
        "time": "" if q.seconds is None else time_text(q.seconds),
        "HQC": "" if credits is None else f"{credits.value:,.0f}",
        "energy": _energy(q.joules),
    }


def _classical(one: InstanceResources, found: Resources) -> Table:
    what = "" if found.minimized is None else ", minimised"
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(f"classical{what}")
    for name in ("error", "multiply-adds", "memory", "time here", "energy"):
        table.add_column(name, justify="right")
    for c in one.classical:
        seconds = found.here.seconds(c.cost)
        fits = math.isfinite(seconds)
        table.add_row(
            c.method,
            f"{c.error:g}" if c.error else "exact",
            f"{c.cost.flops:.1e}",
            size_text(c.cost.memory),
            time_text(seconds) if fits else "does not fit",
            _energy(seconds * found.here.watts if fits else None),
        )
    return table


def _error(q: QuantumCost) -> str:
    if q.error is None:
        return ""
    return f"{q.error:.2g}" if q.reached else f"{q.error:.2g}, too large"


def _energy(joules: float | None) -> str:
    if joules is None:
        return ""
    return f"{joules:.3g} J" if joules < 3.6e6 else f"{joules / 3.6e6:.3g} kWh"


def _verdict(found: Resources) -> str:
    one = found.best
    best = found.fastest
    lines = [
        "Neither side reaches this error here."
        if found.faster is None
        else f"Faster: {found.faster}."
        + ("" if best is None else f" Fastest classical method here: {best.method}.")
    ]
    if found.trivial:
        lines.append(
            f"|z| = {one.magnitude:.2g} is within the error: so is the estimate 0, which takes "
            f"neither."
        )
    elif one.magnitude is not None:
        lines.append(f"|z| = {one.magnitude:.2g}.")
    else:
        from .verify.classical import deep_magnitude

        lines.append(
            f"If the braid is like a deep random one, |z| is about "
            f"{deep_magnitude(one.braid.strands):.1g}."
        )
    return "\n".join(lines)
