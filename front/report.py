"""Tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .tensornet.resources import size_text

if TYPE_CHECKING:
    from .circuits.ir import Circuit
    from .knots.values import JonesValue
    from .mitigation.resampling import Interval
    from .record import RunRecord

__all__ = [
    "Grid",
    "check_line",
    "format_complex",
    "info_table",
    "jones_table",
    "plan_table",
    "run_table",
    "statistics_line",
    "time_text",
]


def format_complex(value: complex, digits: int = 6) -> str:
    """A complex number with a fixed number of decimals, without negative zeros.

    Example:
        >>> format_complex(1 - 1e-17j)
        '1.000000 + 0.000000i'
    """
    size = abs(value)
    # Beyond a million the digits after the point, and parts that rounding made, are noise.
    form = f".{digits}f" if size < 1e6 else ".12g"
    real, imag = (
        0.0 if abs(part) < 1e-12 * size else round(part, digits) + 0.0
        for part in (value.real, value.imag)
    )
    return f"{real:{form}} {'-' if imag < 0 else '+'} {abs(imag):{form}}i"


class Grid(Table):
    """Labels and texts."""

    def __init__(self) -> None:
        super().__init__(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        self.add_column(style="cyan", no_wrap=True)
        self.add_column(overflow="fold")

    def add(self, label: str, text: str | Text) -> None:
        """Add a row; the text is taken literally, not as markup."""
        self.add_row(label, Text(text) if isinstance(text, str) else text)


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
    grid = Grid()
    if value.strands is None:
        grid.add("diagram", _counted(f"{name}:", value.crossings, "crossing"))
    else:
        grid.add("braid", _link(name, value.closure, value.strands, value.crossings))
    grid.add("V(t), t = exp(2πi/5)", Text(format_complex(value.value, 10), style="bold"))
    if value.exact is not None:
        grid.add("exactly, ζ = t", _integers(value.exact))
    grid.add("|V|", f"{abs(value.value):.10f}")
    if value.error is not None:
        grid.add("error", f"{value.error:.3g} (standard error, or bound of the truncation)")
    grid.add("method", f"{value.method}, {value.seconds:.3f} s")
    return grid


def time_text(seconds: float) -> str:
    """A time, readable.

    Example:
        >>> time_text(0.25), time_text(90), time_text(8e5)
        ('0.25 s', '1.5 min', '9.3 days')
    """
    for unit, size in (("years", 31557600), ("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.2g} s"


def plan_table(name: str, data: dict[str, Any]) -> RenderableType:
    """The answer of ``plait plan``."""
    grid = Grid()
    grid.add("link", name)
    grid.add("method", data["method"])
    if "slices" in data:
        grid.add("slices", str(data["slices"]))
    grid.add("multiply-adds", f"{data['flops']:.3g}")
    grid.add("memory", size_text(data["memory"]))
    grid.add("time on this machine", f"about {time_text(data['seconds'])}")
    return grid


def _counted(before: str, count: int, noun: str) -> str:
    return f"{before} {count} {noun}{'' if count == 1 else 's'}"


def _link(name: str, closure: str, strands: int, crossings: int) -> Text:
    braid = _counted(f"{closure} closure of a braid on", strands, "strand")
    return Text(f"{name}: {braid} {_counted('with', crossings, 'crossing')}")


def run_table(record: RunRecord) -> RenderableType:
    """The answer of ``plait run`` and ``plait show``."""
    e = record.estimate
    grid = Grid()
    grid.add("braid", _link(record.name, e.closure, e.braid.strands, e.braid.crossings))
    circuits = (
        f"{e.circuit}, {e.qubits} qubit{'' if e.qubits == 1 else 's'}, "
        f"{e.two_qubit_gates:.2f} two-qubit gates on average"
    )
    if _fidelity_known(record):
        circuits += f", expected fidelity {e.statistics.expected_fidelity:.4f}"
    grid.add("circuits", circuits)
    noise = "" if e.noise == "own" else f", noise {e.noise}"
    where = f"{e.device} ({record.backend or 'simulated'})"
    if record.backend not in (None, "simulator", "aer"):
        where = f"{record.backend}, circuits for {e.device}"
    grid.add("device", f"{where}{noise}, seed {e.seed}")
    missing = "" if record.complete else f" of {record.planned_shots} planned (unfinished run)"
    grid.add("shots", f"{e.shots}{missing}, {e.kept} kept")
    grid.add("mitigation", ", ".join(e.mitigation) or "none")

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
    if not e.sign_known:
        lines.append(Text("the sign of V is that of the raw mean; the mitigation cannot tell it"))
    if (known := e.systematic) is not None:
        phase = f" and {known.degrees:.0f}° of its phase" if known.degrees else ""
        lines.append(
            Text(f"not in the interval: {known.magnitude:.0%} of |V|{phase} ({known.why})")
        )
    if record.circuit_check is not None:
        verb = "equal" if record.circuit_check.agree else "DIFFER FROM"
        lines.append(
            Text(
                f"noiseless circuits, contracted by quimb, {verb} the representation "
                f"(largest deviation {record.circuit_check.error:.0e})",
                style="" if record.circuit_check.agree else "bold red",
            )
        )
    lines += [Text(f"note: {note}", style="yellow") for note in (*e.notes, *record.remarks)]
    if record.folder is not None:
        lines.append(Text(f"record: {record.folder}"))
    return Group(*lines)


def _fidelity_known(record: RunRecord) -> bool:
    """Whether the errors that it is computed from are those of what ran."""
    from .platforms import noise_known

    e = record.estimate
    return record.backend is None or e.noise != "own" or noise_known(record.backend, e.device)


def _bounds(interval: Interval) -> tuple[str, str]:
    real, imag = (f"[{low:.4f}, {high:.4f}]" for low, high in interval)
    # A square bracket at the start would be read as markup.
    return "\\" + real, "\\" + imag


def _verdict(record: RunRecord) -> Text:
    if record.check is None:
        return Text("not compared with an exact value", style="yellow")
    error = f"|mitigated - exact| = {record.check.error:.4f}, raw {record.check.raw_error:.4f}"
    if record.check.covered:
        return Text.assemble(("covered: ", "bold green"), f"{error}")
    return Text.assemble(("not covered: ", "bold red"), f"{error}")


def check_line(record: RunRecord) -> Text:
    """Why ``--check`` failed."""
    if record.circuit_check is not None and not record.circuit_check.agree:
        why = "the circuits are not those of this braid; please report this"
    elif record.check is None:
        why = "there is no exact value to compare with"
    else:
        why = "the interval does not cover the exact value"
    return Text.assemble(("check failed: ", "red"), why)


def statistics_line(circuit: Circuit, device: str) -> Text:
    """One line about a compiled circuit."""
    from .circuits.compile import expected_fidelity
    from .circuits.devices import device as find_device

    target = find_device(device)
    return Text(
        f"{circuit.name} for {target.name}: {circuit.qubits} qubits, "
        f"{circuit.two_qubit_gates} two-qubit gates in depth {circuit.two_qubit_depth}, "
        f"expected fidelity {expected_fidelity(circuit, target):.4f}"
    )


def info_table(data: dict[str, Any]) -> RenderableType:
    """The answer of ``plait info``."""
    grid = Grid()
    for name, version in data["versions"].items():
        grid.add(name, version)
    grid.add("platform", data["platform"])
    for name, extra in data["extras"].items():
        state = (
            Text("installed", style="green")
            if not extra["missing"]
            else Text(f"missing {', '.join(extra['missing'])}; {extra['install']}")
        )
        grid.add(f"extra {name}", state)
    for name, summary in data["devices"].items():
        grid.add(f"device {name}", summary)
    for kind in ("methods", "mitigation"):
        grid.add(kind, ", ".join(data[kind]))
    return grid
