"""``plait compile``: one circuit in the format of a toolkit, or statistics over all."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any, cast

import numpy as np

from .circuits.compile import CircuitKind, CircuitStatistics, build_circuit
from .circuits.devices import device as find_device
from .circuits.echo import PARTS, Part
from .circuits.emit import to_pytket, to_qasm, to_qiskit
from .circuits.ir import Circuit
from .knots.braids import Braid
from .knots.conventions import Closure
from .knots.errors import InputError
from .knots.fibonacci import path_count, path_probability, paths, plat_path, sample_paths

__all__ = ["compile_path", "emit", "statistics"]

_SAMPLE = 400


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
        target: ``"qasm"``, ``"pytket"`` (JSON) or ``"qiskit"`` (QPY, or a drawing).
        binary: whether bytes can be taken; decides between QPY and the drawing.
    """
    if target == "qasm":
        return to_qasm(circuit)
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
    b: Braid, closure: Closure, *, circuit: str, device: str, seed: int
) -> dict[str, Any]:
    """Statistics of the circuits, as means over all paths, or over a draw where they are many."""
    _checked(seed)
    target = find_device(device)
    weights: dict[tuple[int, ...], float]
    every = closure == "plat" or path_count(b.strands) <= _SAMPLE
    if closure == "plat":
        weights = {plat_path(b.strands): 1.0}
    elif every:
        weights = {tuple(s): path_probability(s) for s in paths(b.strands).tolist()}
    else:
        rng = np.random.default_rng(seed)
        drawn = sample_paths(b.strands, _SAMPLE, rng).tolist()
        weights = {s: float(count) for s, count in Counter(map(tuple, drawn)).items()}
    kind = cast(CircuitKind, circuit)
    circuits = (
        (build_circuit(b, s, part=part, kind=kind, target=target), weight)
        for s, weight in weights.items()
        for part in PARTS
    )
    return {
        "device": target.name,
        "circuit": circuit,
        "closure": closure,
        "paths": len(weights),
        "all_paths": every,
        **CircuitStatistics.of(circuits, target).to_json(),
    }


def _checked(seed: int) -> int:
    if seed < 0:
        raise InputError(f"seed={seed} must not be negative")
    return seed
