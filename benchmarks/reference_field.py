"""What a collective field alone does to braids and their references, without any gate error.

Run: python benchmarks/reference_field.py [STRANDS-SEED ...]

The instances are those of benchmarks/mitigation.py, by default the one on which the reference is
furthest off and three others. The field is constant and turns the phase of the braid by about 0,
1.7 and 3 rad, as all qubits wait in 66 % of the layers. Printed is |mean b|/|z| of the braid, and
|mean b| of its reference, with their phases; 250 paths, two circuits each.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from mitigation import LAYERS, TURN, depth
from plait.circuits import build_circuit, cheapest_form, device
from plait.circuits.devices import Memory
from plait.circuits.simulation import simulate_shots
from plait.knots import Braid
from plait.knots.fibonacci import sample_paths
from plait.knots.generators import generate
from plait.mitigation import jones_factor
from plait.mitigation.reference import choose_reference

INSTANCES = ("16-1606", "15-1502", "15-1530", "15-1512")
PHASES = (0.0, 1.7, 3.0)
PATHS = 250


def contrast(word: Braid, field: float, seed: int) -> complex:
    """Mean of b over paths."""
    target = replace(device("H2-1").with_noise(0), memory=Memory(field=field))
    paths = sample_paths(word.strands, PATHS, np.random.default_rng(1)).tolist()
    circuits = [
        (build_circuit(word, path, part=part, target=target), 1)
        for path in paths
        for part in ("real", "imag")
    ]
    found = simulate_shots(circuits, target, seed, fields=np.full(2 * PATHS, field))
    outcomes = np.concatenate(found)
    values = np.where(outcomes >> 1 == 0, 1 - 2 * (outcomes & 1), 0).reshape(-1, 2)
    return complex((values[:, 0] + 1j * values[:, 1]).mean())


def main(instances: tuple[str, ...]) -> None:
    """Print a table in Markdown."""
    print("| braid | layers | phase | braid | reference |\n|---|---|---|---|---|")
    for name in instances:
        strands, seed = map(int, name.split("-"))
        one = generate(
            "benchmark", strands=strands, layers=LAYERS, seed=seed, magnitude=(0.3, 1.0)
        )
        form = cheapest_form(one.braid, "markov", device("H2-1"))
        reference = choose_reference(form, "H2-1", seed=seed)
        z = complex(one.value or 0) / jones_factor(one.braid, "markov")
        layers = depth(form, device("H2-1"))
        for phase in PHASES:
            field = phase / (TURN * (strands - 1) * layers)
            cells = [
                f"{abs(b):.2f}, {np.degrees(np.angle(b)):.0f}°"
                for b in (contrast(form, field, seed) / z, contrast(reference, field, seed))
            ]
            print(f"| {name} | {layers:.0f} | {phase:g} rad | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or INSTANCES)
