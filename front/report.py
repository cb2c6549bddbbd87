"""Tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from .circuits.ir import Circuit
    from .knots.values import JonesValue
    from .mitigation.bootstrap import Interval
    from .runs import RunRecord

__all__ = [
    "check_line",
    "format_complex",
    "info_table",
    "jones_table",
    "run_table",
    "statistics_line",
]


def format_complex(value: complex, digits: int = 6) -> str:
    """A complex number with a fixed number of decimals, without negative zeros.

    Example:
        >>> format_complex(1 - 1e-17j)
        '1.000000 + 0.000000i'
    """
    real, imag = (round(part, digits) + 0.0 for part in (value.real, value.imag))
    return f"{real:.{digits}f} {'-' if imag < 0 else '+'} {abs(imag):.{digits}f}i"


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _integers(exact: tuple[int, int, int, int]) -> str:
    """V in Z[ζ] as people write it."""
    terms = []
    for coefficient, power in zip(exact, ("", "ζ", "ζ²", "ζ³"), strict=True):
        if coefficient:
            size = "" if power and abs(coefficient) == 1 else str(abs(coefficient))
            terms.append(("- " if coefficient < 0 else "+ ") + size + power)
    text = " ".join(terms).removeprefix("+ ") or "0"
    return f"-{text[2:]}" if text.startswith("- ") else text


def jones_table(name: str, value: JonesValue) -> RenderableType:
    """The answer of ``plait jones``."""
    grid = _grid()
    grid.add_row("link", _link(name, value.closure, value.strands, value.crossings))
    grid.add_row("V(t), t = exp(2πi/5)", Text(format_complex(value.value, 10), style="bold"))
    if value.exact is not None:
        grid.add_row("exactly, ζ = t", _integers(value.exact))
    grid.add_row("|V|", f"{abs(value.value):.10f}")
    grid.add_row("method", f"{value.method}, {value.seconds:.3f} s")
    return grid


def _link(name: str, closure: str, strands: int, crossings: int) -> Text:
    def counted(count: int, noun: str) -> str:
        return f"{count} {noun}{'' if count == 1 else 's'}"

    return Text(
        f"{name}: {closure} closure of a braid on {counted(strands, 'strand')} "
        f"with {counted(crossings, 'crossing')}"
    )


def run_table(record: RunRecord) -> RenderableType:
    """The answer of ``plait run`` and ``plait show``."""
    e = record.estimate
    grid = _grid()
    grid.add_row("link", _link(record.name, e.closure, e.braid.strands, e.braid.crossings))
    s = e.statistics
    grid.add_row(
        "circuits",
        f"{e.circuit}, {e.qubits} qubit{'' if e.qubits == 1 else 's'}, "
        f"{e.two_qubit_gates:.2f} two-qubit gates on average, "
        f"expected fidelity {s.expected_fidelity:.4f}",
    )
    grid.add_row("device", f"{e.device} (simulated), seed {e.seed}")
    missing = "" if record.complete else f" of {record.planned_shots} planned (unfinished run)"
    grid.add_row("shots", f"{e.shots}{missing}, {e.kept} kept")
    grid.add_row("mitigation", ", ".join(e.mitigation) or "none")

    values = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    values.add_column("V(t) at t = exp(2πi/5)", style="cyan", no_wrap=True)
    values.add_column("value", no_wrap=True)
    values.add_column(f"{e.level:.0%} interval, real", no_wrap=True)
    values.add_column("imaginary", no_wrap=True)
    values.add_row("raw", format_complex(e.raw_value, 4), *_bounds(e.raw_interval))
    values.add_row(
        "mitigated", Text(format_complex(e.value, 4), style="bold"), *_bounds(e.interval)
    )
    if record.exact is not None:
        values.add_row("exact", format_complex(record.exact.value, 4))

    lines: list[RenderableType] = [grid, "", values, ""]
    lines.append(_verdict(record))
    if record.circuit_check is not None:
        verb = "equal" if record.circuit_check.agree else "DIFFER FROM"
        lines.append(
            Text(
                f"noiseless circuits, contracted by quimb, {verb} the representation "
                f"(largest deviation {record.circuit_check.error:.0e})",
                style="" if record.circuit_check.agree else "bold red",
            )
        )
    lines += [Text(f"note: {note}", style="yellow") for note in e.notes]
    if record.folder is not None:
        lines.append(Text(f"record: {record.folder}"))
    return Group(*lines)


def _bounds(interval: Interval) -> tuple[str, str]:
    real, imag = (f"[{low:.4f}, {high:.4f}]" for low, high in interval)
    # A square bracket at the start would be read as markup.
    return "\\" + real, "\\" + imag


def _verdict(record: RunRecord) -> Text:
    if record.check is None:
        return Text("no exact value: it is out of reach for this braid", style="yellow")
    error = f"|mitigated - exact| = {record.check.error:.4f}, raw {record.check.raw_error:.4f}"
    if record.check.covered:
        return Text.assemble(("covered: ", "bold green"), f"{error}")
    return Text.assemble(("not covered: ", "bold red"), f"{error}")


def check_line(record: RunRecord) -> str:
    """Why ``--check`` failed."""
    if record.circuit_check is not None and not record.circuit_check.agree:
        return "[red]check failed:[/] the circuits are not those of this braid; please report this"
    if record.check is None:
        return "[red]check failed:[/] there is no exact value to compare with"
    return "[red]check failed:[/] the interval does not cover the exact value"


def statistics_line(circuit: Circuit, device: str) -> str:
    """One line about a compiled circuit."""
    from .circuits.compile import expected_fidelity
    from .circuits.devices import device as find_device

    target = find_device(device)
    return (
        f"{circuit.name} for {target.name}: {circuit.qubits} qubits, "
        f"{circuit.two_qubit_gates} two-qubit gates in depth {circuit.two_qubit_depth}, "
        f"expected fidelity {expected_fidelity(circuit, target):.4f}"
    )


def info_table(data: dict[str, Any]) -> RenderableType:
    """The answer of ``plait info``."""
    grid = _grid()
    for name, version in data["versions"].items():
        grid.add_row(name, version)
    grid.add_row("platform", data["platform"])
    for name, extra in data["extras"].items():
        state = (
            Text("installed", style="green")
            if not extra["missing"]
            else Text(f"missing {', '.join(extra['missing'])}; {extra['install']}")
        )
        grid.add_row(f"extra {name}", state)
    for name, summary in data["devices"].items():
        grid.add_row(f"device {name}", summary)
    for kind in ("methods", "mitigation"):
        grid.add_row(kind, ", ".join(data[kind]))
    return grid
