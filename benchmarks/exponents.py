"""Exponents of the model of damping, trained on simulated braids of known value.

Run: python benchmarks/exponents.py RUNS.jsonl [--set NAME] [--against NAME] [--write FILE.json]

Simulates the runs that RUNS.jsonl does not hold yet, one line at a time, so that a killed run goes
on where it stopped; prints how far off |z| of braids left out of the training is; and writes the
exponents. Those that come with plait are from benchmarks/exponents.jsonl. `--set` takes other
braids than those of the training, to test exponents on (`--against`, a name or a JSON file).

Gate errors are scaled to a mean number of errors of two-qubit gates per circuit, and dephasing to
a mean number of Z errors, so that A/|z| spans 0.2 to 0.8 on circuits of any size. Preparation and
readout have the device's own rates.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plait.circuits import build_circuit, cheapest_form, device, expected_cost
from plait.circuits.compile import CircuitStatistics
from plait.circuits.devices import Device, Memory
from plait.circuits.outcomes import read_outcome
from plait.circuits.simulation import simulate_shots
from plait.knots import Braid
from plait.knots.conventions import ORDER
from plait.knots.fibonacci import path_probability, paths, sample_paths
from plait.knots.generators import generate
from plait.knots.instances import Instance
from plait.mitigation.coherence import path_coherence
from plait.mitigation.exponents import exponents, read_exponents, write_exponents
from plait.mitigation.known_runs import KnownRun, append_run, read_runs
from plait.mitigation.training import LeftOut, leave_one_out, predictions, train
from plait.tensornet.dense import DenseAction

LEVELS = ((0.2, 0.0), (0.5, 0.0), (1.0, 0.0), (0.2, 0.3), (0.5, 0.3), (1.0, 0.3), (0.5, 0.8))
"""Mean numbers of gate errors and of dephasing errors per circuit."""
LEAST_GATES = 30
MAGNITUDES = (0.4, 1.0)


@dataclass(frozen=True)
class Braids:
    """Braids to simulate: how many, of which size, depth and seeds, on which devices in turn."""

    count: int
    strands: int
    layers: tuple[int, ...]
    first_seed: int
    devices: tuple[str, ...]
    shots: int = 6000

    def instances(self) -> Iterator[tuple[Instance, Device, Braid]]:
        """Those whose circuits have 30 two-qubit gates at least, as words with cheap circuits."""
        found, seed = 0, self.first_seed
        while found < self.count:
            layers = self.layers[seed % len(self.layers)]
            seed += 1
            one = generate(
                "benchmark", seed=seed, strands=self.strands, layers=layers, magnitude=MAGNITUDES
            )
            target = device(self.devices[found % len(self.devices)])
            word = cheapest_form(one.braid, "markov", target)
            if expected_cost(word, "markov", device("ideal")) >= LEAST_GATES:
                found += 1
                yield one, target, word


IONS = ("H1-1", "H2-1")
SETS = {
    "training": (
        Braids(24, 10, (15, 30, 45, 60), 1000, IONS),
        Braids(12, 13, (15, 20, 30, 40), 8000, IONS),
        Braids(10, 15, (15, 20, 30, 40), 6000, IONS),
    ),
    "ten": (Braids(24, 10, (15, 30, 45, 60), 1000, IONS),),
    "fifteen": (Braids(10, 15, (15, 20, 30, 40), 6000, IONS),),
    "line": (Braids(8, 10, (15, 30, 45, 60), 7000, ("ibm_fez",)),),
}


def exact(b: Braid) -> tuple[complex, float]:
    """E_s z_s and E_s|z_s|² by dense matrices."""
    basis = paths(b.strands)
    weights = np.array([path_probability(path) for path in basis.tolist()])
    values = np.zeros(len(basis), dtype=complex)
    for last in (0, 1):
        own = basis[:, -1] == last
        values[own] = np.diag(DenseAction(basis[own]).matrix(b.runs(ORDER)))
    return complex(weights @ values), float(weights @ np.abs(values) ** 2)


def noisy(b: Braid, target: Device, gate_errors: float, dephasing_errors: float) -> Device:
    """The device with its gate errors scaled, and dephasing."""
    factor = gate_errors / expected_cost(b, "markov", target)
    sample = sample_paths(b.strands, 8, np.random.default_rng(0)).tolist()
    circuits = [(build_circuit(b, path, target=target), 1) for path in sample]
    size = CircuitStatistics.of(circuits, target)
    e = target.errors
    return replace(
        target,
        errors=replace(
            e,
            one_qubit=factor * e.one_qubit,
            two_qubit=factor * e.two_qubit,
            two_qubit_slope=factor * e.two_qubit_slope,
        ),
        memory=Memory(dephasing=dephasing_errors / (size.qubits * size.two_qubit_depth)),
    )


def observe(b: Braid, target: Device, shots: int, seed: int) -> dict[str, Any]:
    """K, S, the mean value and the path coherence of a simulated experiment."""
    rng = np.random.default_rng(seed)
    parts, kept = [], 0
    for part in ("real", "imag"):
        drawn, numbers = np.unique(
            sample_paths(b.strands, shots // 2, rng), axis=0, return_counts=True
        )
        circuits = [
            (build_circuit(b, path, part=part, target=target), int(n))  # type: ignore[arg-type]
            for path, n in zip(drawn.tolist(), numbers, strict=True)
        ]
        values: list[npt.NDArray[np.float64]] = []
        outcomes = simulate_shots(circuits, target, int(rng.integers(1 << 32)))
        for path, (circuit, _), own in zip(drawn.tolist(), circuits, outcomes, strict=True):
            found, where = np.unique(circuit.normal_numbers(own), return_inverse=True)
            texts = [format(x, f"0{circuit.qubits}b")[::-1] for x in found.tolist()]
            read = np.array([read_outcome("echo", path, text) for text in texts])[where]
            values.append(read[:, 0].astype(float))
            kept += int(read[:, 1].sum())
        parts.append((np.concatenate(values), np.repeat(drawn, numbers, axis=0)))
    real, imag = (v for v, _ in parts)
    return {
        "mean": complex(real.mean(), imag.mean()),
        "keep": kept / (len(real) + len(imag)),
        "survival": float(np.abs(np.concatenate([real, imag])).mean()),
        "coherence": float(path_coherence(parts).value),
    }


def simulate(path: Path, which: tuple[Braids, ...]) -> list[KnownRun]:
    """The runs of some braids, of which those in the file are not repeated."""
    known = {(r.braid, r.noise): r for r in read_runs(path)} if path.exists() else {}
    runs = []
    for braids in which:
        for one, target, word in braids.instances():
            wanted = [(f"{gates:g} gate errors, {z:g} dephasing", gates, z) for gates, z in LEVELS]
            if any((one.id, label) not in known for label, _, _ in wanted):
                z, power = exact(word)
            for number, (label, gates, dephasing) in enumerate(wanted):
                if (one.id, label) not in known:
                    device_now = noisy(word, target, gates, dephasing)
                    found = observe(word, device_now, braids.shots, 100 * (one.seed or 0) + number)
                    run = KnownRun(
                        braid=one.id,
                        strands=word.strands,
                        magnitude=abs(z),
                        power=power,
                        keep=found["keep"],
                        survival=found["survival"],
                        amplitude=(found["mean"] * z.conjugate()).real / abs(z),
                        shots=braids.shots,
                        dephased=dephasing > 0,
                        noise=label,
                        device=target.name,
                        coherence=found["coherence"],
                    )
                    append_run(run, path)
                    known[one.id, label] = run
                runs.append(known[one.id, label])
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return runs


def table(runs: list[KnownRun], found: LeftOut) -> None:
    """Median relative error of |z|, and of its size, by level of noise."""
    ways = ("A/K", "A/K^g", "(K,S,A)", "and exact r²", "and measured r²")
    print(f"{'noise':32}{'K':>6}{'A/|z|':>7}" + "".join(f"{way:>18}" for way in ways))
    labels = list(dict.fromkeys(run.noise for run in runs))
    for label in [*labels, "all"]:
        own = np.array([label in (run.noise, "all") for run in runs])
        mine = [run for run, chosen in zip(runs, own, strict=True) if chosen]
        keep = np.median([run.keep for run in mine])
        contrast = np.median([run.amplitude / run.magnitude for run in mine])
        cells = ""
        for column in found:
            e = 100 * (column[own] - 1)
            text = f"{np.median(e):+.1f} {np.median(abs(e)):.1f} {np.sqrt(np.mean(e**2)):.1f} %"
            cells += f"{text:>18}"
        print(f"{label:32}{keep:6.3f}{contrast:7.3f}{cells}")


def main() -> None:
    """Simulate, print the table, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", type=Path)
    parser.add_argument("--set", choices=list(SETS), default="training")
    parser.add_argument("--against", help="exponents to test, instead of leaving braids out")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    runs = simulate(options.runs, SETS[options.set])
    print(f"{len({r.braid for r in runs})} braids, {len(runs)} runs; errors of |z|:")
    print("median, median of the size, root mean square")
    if options.against:
        known = Path(options.against).suffix == ".json"
        given = read_exponents(options.against) if known else exponents(options.against)
        print(f"exponents {given.name!r}: " + ", ".join(f"{x:.3f}" for x in given.values))
        table(runs, predictions(runs, given.values))
        return
    made = train(
        runs,
        seed=1,
        name="plait",
        entangler="zzphase",
        least_gates=LEAST_GATES,
        circuits="those of plait, on one qubit fewer than strands",
        noise="gate errors of H1-1 and H2-1, scaled to 0.2 to 1 of two-qubit gates per circuit, "
        "and 0 to 0.8 errors of local dephasing",
        source=f"benchmarks/exponents.py --set {options.set}",
    )
    errors = np.sqrt(np.diag(np.array(made.covariance)))
    for name, value, error in zip("gabc", made.values, errors, strict=True):
        print(f"{name} = {value:.3f} ± {error:.3f}")
    table(runs, leave_one_out(runs))
    if options.write is not None:
        write_exponents(made, options.write)


if __name__ == "__main__":
    main()
