"""Cost of the echo circuits, next to those published, and speed of the simulator, next to Aer.

Run: python benchmarks/circuits.py [--braids FILE …] [--device H1-1 …] [--out FILE.json]
     python benchmarks/circuits.py --compare benchmarks/circuits.json
     python benchmarks/circuits.py --throughput [--braids FILE] [--shots 10000]

FILE is a braid as arXiv:2503.05625 publishes them (JSON, the word under original.word; its strands
are one more than the largest letter) or a list of instances (JSON lines with word and strands).
Without any, the random brickwalls of benchmarks/generate.py are taken. With --means, instances of
a list that differ in the seed only are averaged.

The published compiler takes 3 two-qubit gates per run and twice the ones of s beyond the first, on
n + 1 qubits; the number of runs is the one in the file, where there is one (original.cost or
reference.none), else ours. Circuits here are counted as means over strings, cat state and its
inverse included.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from generate import brickwall

from plait.circuits import (
    SERIES,
    Circuit,
    CircuitStatistics,
    Device,
    Plan,
    build_circuit,
    cheapest_form,
    device,
    run_round,
)
from plait.circuits.emit import to_qiskit
from plait.circuits.template import template
from plait.knots import Braid, sample_paths

SAMPLE = 200
DEVICES = ("H2-1", "ibm_fez")
DEFAULT = (("brickwall 15x15", brickwall(15, 15)), ("brickwall 10x20", brickwall(10, 20)))


class Instance(NamedTuple):
    """A braid, and the number of runs that its file says it has."""

    name: str
    braid: Braid
    runs: int


def load(files: list[Path]) -> Iterator[Instance]:
    """The instances of all files."""
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".jsonl":
            for data in map(json.loads, text.splitlines()):
                name = f"{data['kind']} {data['strands']}x{data['layers']} {data['seed']}"
                braid = Braid(data["word"], data["strands"])
                yield Instance(name, braid, data["reference"]["none"][1])
        else:
            original = json.loads(text)["original"]
            yield Instance(file.stem, Braid(original["word"]), original["cost"])


def published(runs: int, paths: np.ndarray[Any, Any]) -> float:
    """Mean number of two-qubit gates of the published circuits."""
    return 3 * runs + 2 * float(paths[:, 1:].sum(axis=1).mean() - 1)


def cost(instance: Instance, target: Device) -> dict[str, Any]:
    """Counts of one braid."""
    name, b, runs = instance
    paths = sample_paths(b.strands, SAMPLE, np.random.default_rng(1))
    start = time.perf_counter()
    form = cheapest_form(b, "markov", target)
    search = time.perf_counter() - start
    start = time.perf_counter()
    circuits = [build_circuit(form, path, target=target) for path in paths.tolist()]
    seconds = time.perf_counter() - start
    found = CircuitStatistics.of(((circuit, 1.0) for circuit in circuits), target)
    ones = float(paths[:, -1].mean())
    one = [template(form, last=last, target=target) for last in (0, 1)]
    return {
        "instance": name,
        "strands": b.strands,
        "crossings": len(b),
        "device": target.name,
        "published": published(runs, paths),
        "published_qubits": b.strands + 1,
        **found.to_json(),
        "template_gates": (1 - ones) * one[0].two_qubit_gates + ones * one[1].two_qubit_gates,
        "search_seconds": search,
        "circuit_seconds": seconds / len(paths),
    }


def means(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose names differ in the last word only, averaged."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for r in rows:
        family = r["instance"].rsplit(" ", 1)[0]
        groups.setdefault((family, r["device"]), []).append(r)
    return [
        {
            k: f"{family} ({len(group)})" if k == "instance" else _mean([r[k] for r in group])
            for k in group[0]
        }
        for (family, _), group in groups.items()
    ]


def _mean(values: list[Any]) -> Any:
    if isinstance(values[0], str):
        return values[0]
    mean = float(np.mean(values))
    return round(mean) if isinstance(values[0], int) else mean


def print_costs(rows: list[dict[str, Any]]) -> None:
    """One line per instance."""
    print(
        f"{'instance':24}{'device':>9}{'crossings':>10}{'qubits':>8}{'gates':>8}{'depth':>7}"
        f"{'fidelity':>9}{'published':>10}{'ratio':>7}{'template':>9}{'ms':>7}"
    )
    for r in rows:
        gates = r["two_qubit_gates"]
        ratio = f"{r['published'] / gates:.2f}" if gates else "–"
        print(
            f"{r['instance']:24}{r['device']:>9}{r['crossings']:>10}"
            f"{r['qubits']:>4}/{r['published_qubits']:<3}{r['two_qubit_gates']:>8.1f}"
            f"{r['two_qubit_depth']:>7.1f}{r['expected_fidelity']:>9.3f}{r['published']:>10.1f}"
            f"{ratio:>7}{r['template_gates']:>9.1f}"
            f"{1e3 * r['circuit_seconds']:>7.2f}"
        )


def compare(rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    """Ratios of counts and times to those of an earlier run, where both have the instance."""
    known = {(r["instance"], r["device"]): r for r in before}
    keys = ("two_qubit_gates", "two_qubit_depth", "template_gates", "circuit_seconds")
    for r in rows:
        if old := known.get((r["instance"], r["device"])):
            ratios = ", ".join(f"{k} × {r[k] / old[k]:.3f}" for k in keys if old.get(k))
            print(f"{r['instance']} on {r['device']}: {ratios}")


def with_explicit_errors(circuit: Circuit, target: Device) -> Any:
    """A Qiskit circuit with an error instruction after each gate, as Aer takes it."""
    from qiskit import QuantumCircuit
    from qiskit_aer.noise import depolarizing_error

    errors = target.errors
    emitted = to_qiskit(circuit)
    noisy = QuantumCircuit(*emitted.qregs, *emitted.cregs)
    one = depolarizing_error(errors.one_qubit * 4 / 3, 1).to_instruction()
    if target.entangler != "zzphase":
        raise SystemExit("--throughput is for devices with ZZPhase")
    for item in emitted.data:
        noisy.append(item)
        if item.operation.name == "r":
            noisy.append(one, item.qubits)
        elif item.operation.name == "rzz":
            rate = errors.zz(float(item.operation.params[0]))
            noisy.append(depolarizing_error(rate * 16 / 15, 2).to_instruction(), item.qubits)
    return noisy


def throughput(name: str, b: Braid, target: Device, shots: int) -> dict[str, Any]:
    """Seconds per shot of our simulator, compiling included, and of Aer, one shot per circuit."""
    from qiskit_aer import AerSimulator

    form = cheapest_form(b, "markov", target)

    def plan(shots: int, seed: int) -> Plan:
        return Plan(
            braid=b,
            closure="markov",
            kind="echo",
            series=SERIES,
            shots=shots,
            round_shots=shots,
            seed=seed,
            form=form,
        )

    run_round(plan(100, 1), 0, target)
    start = time.perf_counter()
    run_round(plan(shots, 2), 0, target)
    ours = (time.perf_counter() - start) / shots
    few = plan(40, 3)
    circuits = [few.circuit(job, target) for job in few.jobs(0)]
    noisy = [with_explicit_errors(circuit, target) for circuit in circuits]
    simulator = AerSimulator(method="statevector")
    simulator.run(noisy[:2], shots=1).result()
    start = time.perf_counter()
    simulator.run(noisy, shots=1, seed_simulator=1).result()
    aer = (time.perf_counter() - start) / len(noisy)
    return {
        "instance": name,
        "device": target.name,
        "noise": target.noise,
        "qubits": max(1, b.strands - 1),
        "shots": shots,
        "seconds": ours * shots,
        "seconds_per_shot": ours,
        "aer_seconds_per_shot": aer,
        "ratio": aer / ours,
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Circuits and their simulation.")
    parser.add_argument("--braids", type=Path, nargs="*", default=[])
    parser.add_argument("--device", nargs="*", default=None)
    parser.add_argument("--means", action="store_true", help="average over seeds")
    parser.add_argument("--throughput", action="store_true")
    parser.add_argument("--noise", type=float, default=None, help="factor on the error rates")
    parser.add_argument("--shots", type=int, default=10_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--compare", type=Path, help="print ratios to an earlier run")
    options = parser.parse_args()
    instances = (
        list(load(options.braids))
        if options.braids
        else [Instance(name, b, len(b.runs())) for name, b in DEFAULT]
    )
    if options.throughput:
        target = device((options.device or ["H1-1"])[0]).with_noise(options.noise)
        rows = [throughput(name, b, target, options.shots) for name, b, _ in instances]
        for r in rows:
            print(
                f"{r['instance']} ({r['qubits']} qubits, {r['device']}, noise {r['noise']}): "
                f"{r['shots']} shots in {r['seconds']:.2f} s; Aer, one shot per circuit, "
                f"{r['aer_seconds_per_shot']:.4f} s per shot: {r['ratio']:.0f} times as long"
            )
    else:
        rows = [cost(i, device(d)) for d in options.device or DEVICES for i in instances]
        print_costs(means(rows) if options.means else rows)
    if options.compare is not None:
        compare(rows, json.loads(options.compare.read_text(encoding="utf-8")))
    if options.out is not None:
        options.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
