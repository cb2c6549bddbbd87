"""What every mitigation method reaches on the same simulated shots, as a Markdown table.

Run: python benchmarks/mitigation.py --cache DIR [--braids N] [--shots N] [--pulses P]

Simulates 20 braids of known value on 15 to 17 strands with noise like that of H2-2, 4,000 shots of
each. A shot runs six circuits on one path: real and imaginary part of the braid, of its mirror
image and of a reference. DIR keeps the shots of every braid and its estimates as they come; a
killed run goes on where it stopped; remove DIR/*.json after a change of the methods. Without
`--cache` nothing is kept.

The noise. Gate, preparation and readout errors are those of the device file H2-1, doubled:
plait's circuits of such braids have half the gates of the published ones, so that with the rates
as they are the damping T would be milder than what the published shots show (0.36 to 0.45 on
H2-2). Local dephasing is 1.5e-4 per qubit and layer. A collective field would turn the
phase by an Ornstein–Uhlenbeck process of 1.2 rad and 10 shots around a mean that is drawn anew for
each of ten jobs, from 2.2 ± 0.6 rad, if all qubits waited in 66 % of the layers; measured on the
first braids it is 0.73 to 0.80 times that: about 1.7 rad, and 1.0 rad of all changes.

Errors are |estimate − z|/|z|, with phase and sign, or the smaller one of both signs. An interval
covers if it holds the real and the imaginary part (joint level 95 %).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plait.circuits import build_circuit, cheapest_form, device
from plait.circuits.decoupling import decoupled
from plait.circuits.devices import Device, Memory
from plait.circuits.outcomes import read_outcomes
from plait.circuits.plan import Plan, Series, part_of
from plait.circuits.simulation import simulate_shots
from plait.knots import Braid
from plait.knots.fibonacci import sample_paths
from plait.knots.generators import generate
from plait.mitigation import jones_factor
from plait.mitigation.methods import estimator
from plait.mitigation.observations import Observations
from plait.mitigation.reference import REFERENCE, choose_reference
from plait.tensornet.evaluate import jones

INSTANCES: Final = (
    (15, 1512), (15, 1530), (15, 1505), (15, 1510), (16, 1600), (17, 1710), (15, 1538), (15, 1516),
    (15, 1533), (16, 1614), (15, 1520), (15, 1513), (15, 1514), (15, 1523), (15, 1502), (16, 1606),
    (16, 1617), (16, 1613), (17, 1704), (17, 1709),
)  # fmt: skip
"""Strands and seed of members of the family ``benchmark`` with 45 layers and |z| > 0.3, whose
circuits have 120 to 190 two-qubit gates on average before merging: the first such seeds from
100 · strands on."""
DEVELOPED_ON: Final = 13
"""The method was developed on the first four braids; between two estimators of the phase, of about
the same error, it was decided by the coverage on the first thirteen."""
LAYERS: Final = 45
SHOTS: Final = 4_000
JOBS: Final = 10
SERIES: Final[tuple[Series, ...]] = ("real", "imag", *REFERENCE)
MEAN, MEAN_SD, SD, CORRELATION = 2.2, 0.6, 1.2, 10.0
TURN: Final = 0.66 * 0.7236  # radians per qubit and layer of a braid's phase, per radian of field
_PATHS: Final = 32
_SIGMAS: Final = 2.2414  # half the width of a joint interval of two parts at 95 %

WAYS: Final = (
    "none", "detection", "conjugate", "conjugate,detection", "pairs", "pairs,detection",
    "pairs,depolarizing", "pairs,keep", "pairs,survival", "tracking", "tracking,keep",
    "tracking,survival", "reference-pairs", "reference",
)  # fmt: skip
FEWER: Final = {"reference, 16,000 executions": 16_000, "reference, 4,000 executions": 4_000}

Floats = npt.NDArray[np.float64]
Data = dict[str, npt.NDArray[Any]]


def noisy() -> Device:
    """The device."""
    target = device("H2-1")
    return replace(target, errors=target.errors.scaled(2), memory=Memory(dephasing=1.5e-4))


def field(shots: int, layers: float, qubits: int, rng: np.random.Generator) -> Floats:
    """The collective field of every shot, in radians per layer."""
    means = MEAN + MEAN_SD * rng.standard_normal(JOBS)
    noise = rng.standard_normal(shots + 1)
    keep = np.exp(-1 / CORRELATION)
    x = np.empty(shots)
    last = noise[0]
    for k in range(shots):
        last = keep * last + np.sqrt(1 - keep**2) * noise[k + 1]
        x[k] = last
    phase = means[np.arange(shots) * JOBS // shots] + SD * x
    return np.asarray(phase / (TURN * qubits * layers))


def simulate(strands: int, seed: int, shots: int, pulses: int = 0) -> Data:
    """The shots of one braid: words, and values and kept flags per series, in order of time."""
    plain, target = device("H2-1"), noisy()
    one = generate("benchmark", strands=strands, layers=LAYERS, seed=seed, magnitude=(0.3, 1.0))
    form = cheapest_form(one.braid, "markov", plain)
    reference = choose_reference(form, plain, seed=seed)
    rng = np.random.default_rng(seed)
    paths = sample_paths(strands, shots, rng)
    turns = field(shots, depth(form, plain), strands - 1, rng)
    distinct, which = np.unique(paths, axis=0, return_inverse=True)
    rows = np.argsort(which.ravel(), kind="stable")
    numbers = np.bincount(which.ravel())
    plan = Plan(
        braid=one.braid, closure="markov", kind="echo", series=SERIES, shots=len(SERIES) * shots,
        round_shots=len(SERIES) * shots, seed=seed, form=form, interleaved=True,
        reference=reference,
    )  # fmt: skip
    data: Data = {"word": np.array(form.word), "reference": np.array(reference.word)}
    for series in SERIES:
        circuits = [
            (
                decoupled(
                    build_circuit(plan.word(series), path, part=part_of(series), target=target),
                    pulses=pulses,
                ),
                int(n),
            )
            for path, n in zip(distinct.tolist(), numbers, strict=True)
        ]
        found = simulate_shots(circuits, target, int(rng.integers(1 << 32)), fields=turns[rows])
        outcomes = np.empty(shots, dtype=np.int64)
        outcomes[rows] = np.concatenate(
            [c.normal_numbers(own) for (c, _), own in zip(circuits, found, strict=True)]
        )
        bits = ((outcomes[:, None] >> np.arange(strands - 1)) & 1).astype(np.uint8)
        data[f"values {series}"], data[f"kept {series}"] = read_outcomes("echo", paths, bits)
    return data


def depth(form: Braid, target: Device) -> float:
    """Mean layers of two-qubit gates."""
    drawn = sample_paths(form.strands, _PATHS, np.random.default_rng(0)).tolist()
    return float(
        np.mean([build_circuit(form, path, target=target).two_qubit_depth for path in drawn])
    )


@dataclass(frozen=True)
class Experiment:
    """The shots of a braid, and its value."""

    plan: Plan
    observations: Observations
    value: complex

    @classmethod
    def of(cls, strands: int, seed: int, data: Data) -> Experiment:
        """From what :func:`simulate` returns."""
        form = Braid(data["word"].tolist(), strands)
        shots = len(data["values real"])
        executions = len(SERIES) * shots
        plan = Plan(
            braid=form, closure="markov", kind="echo", series=SERIES, shots=executions,
            round_shots=executions, seed=seed, interleaved=True,
            reference=Braid(data["reference"].tolist(), strands),
        )  # fmt: skip
        observations = Observations(
            values={s: data[f"values {s}"].astype(float) for s in SERIES},
            kept={s: data[f"kept {s}"].astype(bool) for s in SERIES},
            paired=True,
            stretches=np.arange(shots) * JOBS // shots,
        )
        value = complex(jones(form).value) / jones_factor(form, "markov")
        return cls(plan, observations, value)

    def first(self, executions: int) -> Experiment:
        """The first shots only."""
        chosen = np.arange(self.observations.rows) < executions // len(SERIES)
        return replace(self, observations=self.observations.where(chosen))

    def judged(self, mitigation: str) -> dict[str, Any]:
        """The relative error and whether the interval covers, with and without the sign."""
        way = estimator(mitigation)
        found = way.combine([self.observations], seed=self.plan.seed, plan=self.plan, align=True)
        interval = found.interval()

        def covers(z: complex) -> bool:
            parts = zip(interval, (z.real, z.imag), strict=True)
            return all(low <= x <= high for (low, high), x in parts)

        z = self.value
        errors = [abs(found.value - sign * z) / abs(z) for sign in (1, -1)]
        held = [covers(z), covers(-z)]
        return {
            "value": [found.value.real, found.value.imag],
            "interval": [list(part) for part in interval],
            "error": errors[0],
            "modulo sign": min(errors),
            "magnitude": abs(found.value) / abs(z) - 1,
            "covered": held[0],
            "covered modulo sign": any(held),
            "executions": self.observations.rows * len(way.series),
        }


def judge(one: Experiment) -> dict[str, dict[str, Any]]:
    """All methods on one braid."""
    found = {name: one.judged(name) for name in WAYS}
    for name, executions in FEWER.items():
        if executions < one.observations.shots:
            found[name] = one.first(executions).judged("reference")
    return found


def kept(path: Path, make: Callable[[], Any], load: Callable[[Path], Any], save: Any) -> Any:
    """What the file holds, or what is made now and written to it in one step."""
    if path.exists():
        return load(path)
    made = make()
    part = path.with_name("part-" + path.name)
    save(part, made)
    part.rename(path)
    return made


def results(folder: Path, braids: int, shots: int, pulses: int) -> list[dict[str, Any]]:
    """The judgements of the first braids."""
    found = []
    for strands, seed in INSTANCES[:braids]:
        name = f"{strands}-{seed}-{shots}" + (f"-{pulses}" if pulses else "")
        data = kept(
            folder / f"{name}.npz",
            lambda s=strands, k=seed: simulate(s, k, shots, pulses),
            lambda path: dict(np.load(path)),
            lambda path, made: np.savez_compressed(path, **made),
        )
        one = Experiment.of(strands, seed, data)
        judged = kept(
            folder / f"{name}.json",
            lambda one=one: judge(one),
            lambda path: json.loads(path.read_text()),
            lambda path, made: path.write_text(json.dumps(made, indent=1)),
        )
        found.append(judged)
        error = judged["reference"]["error"]
        print(f"{name}: |z| = {abs(one.value):.3f}, reference {error:.1%}", file=sys.stderr)
    return found


def table(found: list[dict[str, Any]]) -> str:
    """Medians over braids."""
    lines = [
        "| method | executions | median error | modulo sign | largest, modulo sign "
        "| abs. value: median | covered | modulo sign |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in found[0]:
        rows = [judged[name] for judged in found]

        def column(key: str, rows: list[dict[str, Any]] = rows) -> Floats:
            return np.array([row[key] for row in rows], dtype=float)

        lines.append(
            f"| {name} | {int(np.median(column('executions'))):,} "
            f"| {np.median(column('error')):.1%} | {np.median(column('modulo sign')):.1%} "
            f"| {column('modulo sign').max():.1%} | {np.median(column('magnitude')):+.1%} "
            f"| {int(column('covered').sum())}/{len(rows)} "
            f"| {int(column('covered modulo sign').sum())}/{len(rows)} |"
        )
    return "\n".join(lines)


def excess(found: list[dict[str, Any]], way: str = "reference") -> float:
    """How much relative errors of |z| scatter beyond the noise of shots, as intervals state it."""
    errors, noise = [], []
    for judged in found:
        row = judged[way]
        size = abs(complex(*row["value"])) / (1 + row["magnitude"])
        errors.append(row["magnitude"])
        noise.append(np.mean([high - low for low, high in row["interval"]]) / 2 / _SIGMAS / size)
    beyond = np.mean(np.square(errors)) - np.mean(np.square(noise))
    return float(np.sqrt(max(beyond, 0.0)))


def main() -> None:
    """Simulate, estimate, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, help="folder for shots and estimates")
    parser.add_argument("--braids", type=int, default=len(INSTANCES))
    parser.add_argument("--shots", type=int, default=SHOTS)
    parser.add_argument("--pulses", type=int, default=0, help="echo pulses in all circuits")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) if options.cache is None else options.cache
        folder.mkdir(parents=True, exist_ok=True)
        found = results(folder, options.braids, options.shots, options.pulses)
    print(table(found))
    print(f"\n|z| by the reference scatters by {excess(found):.1%} beyond the noise of shots.")
    later = found[DEVELOPED_ON:]
    if later:
        print(
            f"\nWithout the {DEVELOPED_ON} braids that had a part in the choice of the method:\n"
        )
        print(table(later))


if __name__ == "__main__":
    main()
