"""``plait compile``: one circuit in the format of a toolkit, or statistics over all."""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from typing import Any, cast

import numpy as np
from rich.table import Table
from rich.text import Text

from .circuits.compile import CircuitKind, CircuitStatistics, build_circuit
from .circuits.devices import device as find_device
from .circuits.echo import PARTS, Part
from .circuits.emit import to_pytket, to_qasm, to_qasm3, to_qiskit
from .circuits.estimates import estimate_run
from .circuits.forms import cheapest_form
from .circuits.ir import Circuit
from .knots.braids import Braid
from .knots.conventions import PHI, Closure
from .knots.errors import InputError
from .knots.fibonacci import path_count, path_probability, paths, plat_path, sample_paths

__all__ = ["compile_path", "emit", "form", "statistics", "statistics_table"]

_SAMPLE = 400
_LONG = 100  # characters of a word


def form(b: Braid, closure: Closure, *, circuit: str, device: str, as_given: bool) -> Braid:
    """The word of the link whose circuits to compile: the cheapest one, or the one given.

    Hadamard tests are compiled as given.
    """
    if as_given or circuit != "echo":
        return b
    return cheapest_form(b, closure, find_device(device))


def compile_path(
    b: Braid,
    closure: Closure,
    *,
    circuit: str,
    part: str,
    path: str | None,
    device: str,
    seed: int,
) -> Circuit:
    """The circuit of one path, by default the plat path or one drawn from the Markov trace."""
    chosen: str | tuple[int, ...]
    if path is not None:
        chosen = path
    elif closure == "plat":
        chosen = plat_path(b.strands)
    else:
        rng = np.random.default_rng(_checked(seed))
        chosen = tuple(sample_paths(b.strands, 1, rng)[0].tolist())
    return build_circuit(
        b, chosen, part=cast(Part, part), kind=cast(CircuitKind, circuit), target=device
    )


def emit(circuit: Circuit, target: str, *, binary: bool) -> str | bytes:
    """The circuit as text or bytes.

    Args:
        circuit: compiled for the device.
        target: ``"qasm2"`` (or ``"qasm"``), ``"qasm3"``, ``"pytket"`` (JSON) or ``"qiskit"`` (QPY,
            or a drawing).
        binary: whether bytes can be taken; decides between QPY and the drawing.
    """
    if target in ("qasm", "qasm2"):
        return to_qasm(circuit)
    if target == "qasm3":
        return to_qasm3(circuit)
    if target == "pytket":
        return json.dumps(to_pytket(circuit).to_dict()) + "\n"
    qiskit_circuit = to_qiskit(circuit)
    if not binary:
        return f"{qiskit_circuit.draw('text', fold=100)}\n"
    from qiskit import qpy

    buffer = io.BytesIO()
    qpy.dump(qiskit_circuit, buffer)
    return buffer.getvalue()


def statistics(
    b: Braid,
    closure: Closure,
    *,
    circuit: str,
    device: str,
    seed: int,
    shots: int,
    circuits: int | None,
) -> dict[str, Any]:
    """Statistics of the circuits, as means over all paths, or over a draw where they are many.

    Args:
        b: the word whose circuits are compiled.
        closure: how it is closed.
        circuit: ``"echo"`` or ``"hadamard"``.
        device: a device or a file.
        seed: of the draw.
        shots: of the run whose cost and time are estimated.
        circuits: how many circuits that run submits; None for one per part and distinct path.
    """
    _checked(seed)
    if shots < len(PARTS):
        raise InputError(
            f"shots={shots}: real and imaginary part need {len(PARTS)} shots at least"
        )
    target = find_device(device)
    weights, every = _weights(b, closure, seed)
    kind = cast(CircuitKind, circuit)
    compiled = (
        (build_circuit(b, s, part=part, kind=kind, target=target), weight)
        for s, weight in weights.items()
        for part in PARTS
    )
    means = CircuitStatistics.of(compiled, target)
    if circuits is None:
        distinct = 1.0 if closure == "plat" else _distinct_paths(b.strands, shots / len(PARTS))
        estimate = estimate_run(means, target, shots, circuits=len(PARTS) * distinct)
    else:
        estimate = estimate_run(means, target, shots, circuits=circuits)
    return {
        "device": target.name,
        "circuit": circuit,
        "closure": closure,
        "paths": len(weights),
        "all_paths": every,
        "form": list(b.word),
        **means.to_json(),
        "estimates": estimate.to_json(),
    }


def statistics_table(data: dict[str, Any]) -> Table:
    """What :func:`statistics` found, for people."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    word = " ".join(map(str, data["form"])) or "none"
    among = "all" if data["all_paths"] else "a draw of"
    rows = [
        ("device", data["device"]),
        ("word", word if len(word) <= _LONG else f"of {len(data['form'])} letters"),
        ("circuits", f"{data['circuit']}, means over {among} {data['paths']} paths"),
        ("qubits", str(data["qubits"])),
        ("two-qubit gates", f"{data['two_qubit_gates']:.1f}"),
        ("two-qubit depth", f"{data['two_qubit_depth']:.1f}"),
        ("one-qubit gates", f"{data['one_qubit_gates']:.1f}"),
        ("expected fidelity", f"{data['expected_fidelity']:.4f}"),
    ]
    run = data["estimates"]
    rows.append(("estimates for", f"{run['shots']} shots of {run['circuits']:.1f} circuits"))
    shown = [("cost", run["cost"]), ("run time", run["seconds"])]
    for name, estimate in shown:
        if estimate is None:
            rows.append((name, "not known for this device"))
        else:
            rows.append((name, f"{estimate['value']:.4g} {estimate['unit']}"))
            rows.append(("", estimate["formula"]))
    for label, text in rows:
        table.add_row(label, Text(text))
    return table


def _weights(b: Braid, closure: Closure, seed: int) -> tuple[dict[tuple[int, ...], float], bool]:
    """Paths with their weights, and whether they are all."""
    if closure == "plat":
        return {plat_path(b.strands): 1.0}, True
    if path_count(b.strands) <= _SAMPLE:
        return {tuple(s): path_probability(s) for s in paths(b.strands).tolist()}, True
    drawn = sample_paths(b.strands, _SAMPLE, np.random.default_rng(seed)).tolist()
    return {s: float(count) for s, count in Counter(map(tuple, drawn)).items()}, False


def _distinct_paths(strands: int, shots: float) -> float:
    """Expected number of distinct paths among shots; a path's probability is d_{s_n}/φⁿ."""
    ending_in_1 = path_count(strands - 1) if strands > 1 else 1
    ending_in_0 = path_count(strands) - ending_in_1

    def seen(probability: float) -> float:
        return 1.0 if probability == 1 else -math.expm1(shots * math.log1p(-probability))

    return ending_in_1 * seen(PHI ** (1 - strands)) + ending_in_0 * seen(PHI**-strands)


def _checked(seed: int) -> int:
    if seed < 0:
        raise InputError(f"seed={seed} must not be negative")
    return seed
