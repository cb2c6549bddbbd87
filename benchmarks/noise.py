"""Published noisy simulations next to ours: relative errors against crossings and gates.

Run: python benchmarks/noise.py DATA_DIR [--error P] [--instances N] [--shots N] [--known FILE]

DATA_DIR holds sims_1_props.npz and sims_5_props.npz of arXiv:2503.05625: 23,819 simulations at
two-qubit error 1e-4 and as many at 5e-4. Their columns show what they are: ``dr`` is a multiple of
1e-5 and ``gates`` of 2e-5, hence 100,000 shots on 50,000 strings; |z| = abs_errs / rel_errs is
spread over [0, 1]; where |z| is small the absolute error is 0.0045 = √(2 · 0.5 / 50,000), the
noise of the shots.

Ours: braids of the family ``benchmark``, |z| uniform from 0.1 on, half as many shots, errors of
two-qubit gates alone. Our circuits have about half the gates per crossing. So errors are compared
at equal crossings, where ours should be smaller, and at equal numbers of gates, where they should
be alike. Relative errors are of values with |z| ≥ 0.1.

A run that is stopped goes on from the file of --known.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plait.circuits import cheapest_form, device
from plait.circuits.devices import Device, Errors, Memory
from plait.circuits.plan import Plan
from plait.knots.generators import generate
from plait.mitigation.estimate import jones_factor
from plait.mitigation.methods import estimator
from plait.pipeline import Experiment, execute, summarise
from plait.verify.benchmark_fit import fit_decay, fit_power_law

_CROSSINGS = (20, 50, 100, 150, 200, 250, 300, 400)
_GATES = (60, 150, 300, 450, 600, 750, 900, 1200)
_LAYERS = (10, 200)  # of our braids: up to about 600 crossings
_RATES = {"sims_1_props.npz": 1e-4, "sims_5_props.npz": 5e-4}
_LEAST = 0.1
_LARGE = 0.5  # |z| from which the noise of the shots is far below the loss of contrast
_Column = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Errored:
    """Simulations at one noise level, column by column."""

    crossings: _Column
    gates: _Column
    magnitude: _Column
    detected: _Column  # |z_estimate − z| with error detection
    plain: _Column  # the same without
    discarded: _Column

    def relative(self) -> _Column:
        """Relative errors with detection."""
        return np.asarray(self.detected / self.magnitude)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Errored:
        """Some of them."""
        return Errored(**{name: column[chosen] for name, column in vars(self).items()})

    def clear(self, least: float = _LEAST) -> Errored:
        """Those whose relative error is more than the noise of the shots."""
        return self.where(self.magnitude >= least)


def published(path: Path) -> Errored:
    """A file of the authors' repository."""
    with np.load(path) as data:
        return Errored(
            crossings=data["crossings"].astype(float),
            gates=data["gates"],
            magnitude=data["abs_errs"] / data["rel_errs"],
            detected=data["abs_errs"],
            plain=data["abs_errsn"],
            discarded=data["dr"],
        )


def noisy(rate: float) -> Device:
    """A device whose two-qubit gates depolarize, and nothing else."""
    errors = Errors(
        one_qubit=0, two_qubit=rate, two_qubit_slope=0, preparation=0, readout_0=0, readout_1=0
    )
    return replace(device("ideal"), name=f"{rate:g}", errors=errors, memory=Memory())


def simulated(
    rate: float, layers: Sequence[int], strands: int, shots: int, seed: int, known: Path
) -> Errored:
    """Our simulations of braids of increasing length; those in the file ``known`` are not run."""
    done = _done(known)
    rows = []
    for k, depth in enumerate(layers):
        key = f"{rate:g} {strands} {depth} {shots} {seed + k}"
        if key not in done:
            done[key] = _simulated(noisy(rate), strands, depth, shots, seed + k)
            with known.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps([key, done[key]])}\n")
        rows.append(done[key])
    return Errored(*np.array(rows, dtype=float).T)


def _done(known: Path) -> dict[str, list[float]]:
    """What a file has from before, without a last line that was only half written."""
    if not known.exists():
        return {}
    text = known.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        known.write_text(whole, encoding="utf-8")
    return dict(json.loads(line) for line in whole.splitlines())


def _simulated(target: Device, strands: int, layers: int, shots: int, seed: int) -> list[float]:
    """The columns of one braid."""
    one = generate("benchmark", strands=strands, layers=layers, seed=seed, magnitude=(_LEAST, 1.0))
    plan = Plan(
        braid=one.braid,
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=shots,
        round_shots=shots,
        seed=seed,
        form=cheapest_form(one.braid, "markov", target),
    )
    methods = estimator("detection")
    experiment = Experiment(plan, methods)
    found = summarise(experiment, execute(experiment, target), target, methods, 0.0)
    factor = jones_factor(one.braid, "markov")
    exact = complex(one.value or 0) / factor
    return [
        len(one.braid),
        found.two_qubit_gates,
        abs(exact),
        abs(found.z - exact),
        abs(found.raw_value / factor - exact),
        1 - found.kept / found.shots,
    ]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"| {' | '.join(header)} |\n|{' --- |' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def _bins(theirs: Errored, ours: Errored, name: str, edges: Sequence[int]) -> None:
    rows = []
    for low, high in pairwise(edges):
        a, b = (
            x.where((getattr(x, name) >= low) & (getattr(x, name) < high)).clear().relative()
            for x in (theirs, ours)
        )
        if not len(a) or not len(b):
            continue
        ends = np.quantile(a, [0.05, 0.5, 0.95])
        inside = int(((b >= ends[0]) & (b <= ends[2])).sum())
        rows.append(
            (
                f"{low}–{high - 1}",
                f"{len(a)}",
                f"{ends[1]:.4f} [{ends[0]:.4f}, {ends[2]:.4f}]",
                f"{len(b)}",
                f"{np.median(b):.4f} [{b.min():.4f}, {b.max():.4f}]",
                f"{inside}",
            )
        )
    header = (name, "published", "median [5, 95 %]", "ours", "median [least, most]", "ours inside")
    _table(header, rows)


def _rates(data: Errored) -> list[str]:
    """What is lost per gate: contrast without and with detection, and shots."""
    large = data.clear(_LARGE)
    ones = np.ones_like(large.gates)
    fits: list[Any] = [
        fit_decay(large.gates, ones, 1 - large.plain / large.magnitude),
        fit_decay(large.gates, ones, 1 - large.detected / large.magnitude),
        fit_decay(large.gates, ones, 1 - large.discarded),
    ]
    cells = [
        f"{f.rate.value * 1e5:.2f} [{f.rate.low * 1e5:.2f}, {f.rate.high * 1e5:.2f}]" for f in fits
    ]
    error = fits[0].error
    if error is None:
        return [*cells, "–"]
    return [*cells, f"{error.value * 1e5:.2f} [{error.low * 1e5:.2f}, {error.high * 1e5:.2f}]"]


def _law(data: Errored, name: str, at: float) -> list[str]:
    clear = data.clear()
    law = fit_power_law(getattr(clear, name), clear.relative(), robust=True)
    low, high = (float(end) for end in law.prediction(at))
    return [
        f"{law.factor.value:.3g} · {name}^{law.exponent.value:.3f}",
        f"[{law.exponent.low:.3f}, {law.exponent.high:.3f}]",
        f"{float(law(at)):.4f} [{low:.4f}, {high:.4f}]",
    ]


def main() -> None:
    """Print tables in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, metavar="DATA_DIR")
    parser.add_argument("--instances", type=int, default=12, help="of ours, at each noise level")
    parser.add_argument("--strands", type=int, default=10)
    parser.add_argument("--shots", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--known", type=Path, default=Path("noise.jsonl"), help="file of what has been simulated"
    )
    parser.add_argument(
        "--error", type=float, choices=_RATES.values(), help="one of the two levels only"
    )
    options = parser.parse_args()
    laws, by_gates, rates = [], [], []
    for file, rate in _RATES.items():
        if options.error not in (None, rate):
            continue
        theirs = published(options.folder / file)
        layers = np.linspace(*_LAYERS, options.instances).round().astype(int).tolist()
        ours = simulated(rate, layers, options.strands, options.shots, options.seed, options.known)
        for title, data in (("published", theirs), ("ours", ours)):
            laws.append((f"{rate:g}", title, *_law(data, "crossings", 300)))
            by_gates.append((f"{rate:g}", title, *_law(data, "gates", 900)))
            rates.append((f"{rate:g}", title, *_rates(data)))
        print(f"Relative error with detection at two-qubit error {rate:g}:\n")
        _bins(theirs, ours, "crossings", _CROSSINGS)
        _bins(theirs, ours, "gates", _GATES)
    print("Power laws of the relative error with detection, robust:\n")
    _table(("error", "", "law", "exponent, 95 %", "at 300 crossings [prediction]"), laws)
    _table(("error", "", "law", "exponent, 95 %", "at 900 gates [prediction]"), by_gates)
    print("Lost per two-qubit gate, in units of 1e-5, from values with |z| ≥ 0.5:\n")
    header = ("error", "", "contrast", "with detection", "kept", "effective error")
    _table(header, rates)


if __name__ == "__main__":
    main()
