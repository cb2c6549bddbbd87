"""Costs of random brickwalls of many sizes, as the map of docs/advantage.md needs them.

Run: python benchmarks/frontier_plans.py [--out benchmarks/frontier.json] [--search SECONDS]
     python benchmarks/frontier_plans.py --family twisted --out benchmarks/frontier_twisted.json

For every size, seed, and for the braid as given and as minimised: crossings; multiply-adds, memory
and seconds (of the reference machine: divide by its speed, plait.tensornet.calibration.speed) of
the exact contraction and of the amplitude of a random path, by plans that are searched here; and
two-qubit gates, depth and qubits of echo circuits, as means over three paths. Nothing is run.
Braids of the family twisted hold a full twist, as many other crossings as strands, and cannot be
made shorter. Results are written as they come, and a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from plait.circuits import device
from plait.circuits.compile import CircuitStatistics, build_circuit
from plait.knots import Braid
from plait.knots.fibonacci import sample_paths
from plait.knots.generators import generate
from plait.knots.random_braids import random_brickwall
from plait.tensornet.amplitude import level_diagram
from plait.tensornet.calibration import speed
from plait.tensornet.face import FaceDiagram, face_diagram
from plait.verify.classical import forecast

DEVICES = ("H2-1", "ibm_fez")
_STRANDS = (10, 20, 30, 45, 60, 75, 85, 100, 115, 130, 150, 170, 200)
_RATIOS = (1.2, 0.8, 1.7, 0.5, 2.5, 4.0)  # layers per strand
_TWISTED = (10, 15, 20, 25, 30, 35, 40, 50)
_SEEDS = 2
_PATHS = 3
_ENOUGH = 240  # layers; all of 85 strands


def sizes(family: str) -> Iterator[tuple[int, int, int]]:
    """Strands, layers and seed, in an order that covers the map early."""
    if family == "twisted":
        yield from ((n, 2 * n, 0) for n in _TWISTED)
        return
    for seed in range(_SEEDS):
        for ratio in _RATIOS:
            for n in _STRANDS:
                layers = round(n * ratio)
                if layers <= _ENOUGH or n <= 85:
                    yield n, layers, seed


def braid_of(family: str, n: int, layers: int, seed: int) -> Braid:
    """A braid of a family; a full twist has 2 n layers, whatever is asked for."""
    if family == "twisted":
        return generate("twisted", strands=n, crossings=n, seed=seed).braid
    return random_brickwall(n, layers, seed=seed)


def measure(b: Braid, search: float) -> dict[str, Any]:
    """One braid."""
    rng = np.random.default_rng(0)
    drawn = sample_paths(b.strands, _PATHS, rng).tolist()
    circuits = {name: _circuits(b, name, drawn) for name in DEVICES}
    return {
        "strands": b.strands,
        "crossings": len(b),
        "face": _plan(face_diagram(b), search),
        "amplitude": _plan(level_diagram(b, drawn[0]), search),
        "circuits": circuits,
    }


def _plan(diagram: FaceDiagram, search: float) -> list[float]:
    cost = forecast(diagram, seconds=search)
    return [float(f"{x:.4g}") for x in (cost.flops, cost.memory, cost.seconds * speed())]


def _circuits(b: Braid, name: str, drawn: list[list[int]]) -> dict[str, float]:
    target = replace(device(name), qubits=10**6)
    means = CircuitStatistics.of(
        [(build_circuit(b, path, target=target), 1.0) for path in drawn], target
    )
    return {
        "qubits": means.qubits,
        "gates": round(means.two_qubit_gates, 2),
        "depth": round(means.two_qubit_depth, 2),
    }


def main() -> None:
    """Measure what is missing in the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("frontier.json"))
    parser.add_argument("--family", choices=["brickwall", "twisted"], default="brickwall")
    parser.add_argument("--search", type=float, default=3.0)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if options.out.exists():
        rows = json.loads(options.out.read_text(encoding="utf-8"))["rows"]
    done = {(row["size"][0], row["size"][1], row["seed"]) for row in rows}
    for n, layers, seed in sizes(options.family):
        if (n, layers, seed) in done:
            continue
        done.add((n, layers, seed))
        start = time.perf_counter()
        given = braid_of(options.family, n, layers, seed)
        small = given.minimize(objective="runs", effort="low", seed=0).braid
        row = {"size": [n, layers], "seed": seed, "given": measure(given, options.search)}
        row["minimized"] = measure(small, options.search)
        rows.append(row)
        _write(options.out, options.family, rows)
        print(n, layers, seed, len(given), f"{time.perf_counter() - start:.1f} s", flush=True)


def _write(path: Path, family: str, rows: list[dict[str, Any]]) -> None:
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    part = path.with_suffix(".part")
    part.write_text(f'{{"family": "{family}", "rows": [\n  {lines}\n]}}\n', encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    main()
