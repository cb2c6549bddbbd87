"""Zero-noise extrapolation next to methods that need no folded circuits, at equal shots.

Run: python benchmarks/folding.py [--noise 3] [--braids 12] [--strands 12] [--shots 6000]

Random members of the family ``benchmark`` of known value, |z| > 0.3, with the gate, preparation
and readout errors of the device file H1-1 times ``--noise``; every way gets as many shots. The
error is |V_estimate − V|/|V|. Needs mitiq (extra ``zne``); one process, about a minute per braid.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

import plait
from plait.knots.generators import generate

WAYS = ("none", "detection", "zne", "detection,zne", "depolarizing", "keep")
LAYERS = 45


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--noise", type=float, default=3.0)
    parser.add_argument("--braids", type=int, default=12)
    parser.add_argument("--strands", type=int, default=12)
    parser.add_argument("--shots", type=int, default=6_000)
    options = parser.parse_args()
    errors: dict[str, list[float]] = {way: [] for way in WAYS}
    covered = dict.fromkeys(WAYS, 0)
    gates = []
    for seed in range(options.braids):
        one = generate(
            "benchmark", strands=options.strands, layers=LAYERS, seed=seed, magnitude=(0.3, 1.0)
        )
        exact = complex(one.value or 0)
        for way in WAYS:
            run = plait.run(
                one.braid,
                device="H1-1",
                noise=options.noise,
                mitigation=way,
                shots=options.shots,
                seed=seed,
            )
            print(f"seed {seed}: {way}", file=sys.stderr, flush=True)
            errors[way].append(abs(run.estimate.value - exact) / abs(exact))
            covered[way] += run.estimate.covers(exact)
        gates.append(run.estimate.two_qubit_gates)
    print(
        f"{options.braids} braids on {options.strands} strands, {min(gates):.0f} to "
        f"{max(gates):.0f} two-qubit gates, {options.shots:,} shots, errors of H1-1 times "
        f"{options.noise:g}\n"
    )
    print("| method | median error | largest | covered |\n|---|---|---|---|")
    for way, found in errors.items():
        print(
            f"| {way} | {np.median(found):.1%} | {max(found):.1%} | "
            f"{covered[way]}/{options.braids} |"
        )


if __name__ == "__main__":
    main()
