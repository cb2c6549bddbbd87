"""Contrast and phase of the mean value with and without echo pulses, on the noisy simulator.

python benchmarks/echo_pulses.py STRANDS LAYERS SHOTS SEED PULSES, for instance 15 25 250 0 0,8

Gate errors of H1-1. The field turns every qubit by 0.25 rad over the circuit (``static``), with a
standard deviation of 0.15 rad from shot to shot, correlated over 8 shots (``drifting``): the phase
of the mean is then about 1 to 2 rad, as on H2-2.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace

import numpy as np

import plait
from plait.circuits import build_circuit, device
from plait.circuits.decoupling import decoupled
from plait.circuits.devices import Memory
from plait.circuits.simulation import field_of_shots, simulate_shots
from plait.knots import sample_paths
from plait.knots.conventions import PHI
from plait.knots.generators import generate

FIELDS = {"no field": (0.0, 0.0), "static": (0.25, 0.0), "drifting": (0.25, 0.15)}
A = np.exp(-3j * np.pi / 5)


def main(strands: int, layers: int, shots: int, seed: int, pulses: list[int]) -> None:
    target = device("H1-1")
    one = generate("benchmark", strands=strands, layers=layers, seed=seed, magnitude=(0.5, 0.95))
    braid = one.braid
    paths = sample_paths(strands, shots, np.random.default_rng(seed)).tolist()
    z = complex(plait.jones(braid).value) * (-A) ** (3 * braid.writhe) / PHI ** (strands - 1)
    first = build_circuit(braid, paths[0], target=target)
    depth = first.two_qubit_depth
    print(f"{strands} strands, {len(braid)} letters, depth {depth}, |z| {abs(z):.3f}")
    for label, (mean, sd) in FIELDS.items():
        memory = Memory(field=mean / depth, field_sd=sd / depth, field_correlation=8)
        rng = np.random.default_rng(5)
        fields = np.repeat(field_of_shots(replace(target, memory=memory), shots, rng), 2)
        for number in pulses:
            circuits = [
                (decoupled(build_circuit(braid, s, part=p, target=target), pulses=number), 1)
                for s in paths
                for p in ("real", "imag")
            ]
            found = np.concatenate(simulate_shots(circuits, target, seed, fields=fields))
            values = np.where(found >> 1 == 0, 1 - 2 * (found & 1), 0).reshape(-1, 2)
            b = values[:, 0] + 1j * values[:, 1]
            ratio, error = b.mean() / z, b.std() / math.sqrt(2 * shots)
            print(
                f"{label:9s} {number:3d} pulses: contrast {abs(ratio):.3f} ± "
                f"{error / abs(z):.3f}, phase {math.degrees(np.angle(ratio)):.0f} ± "
                f"{math.degrees(error / abs(b.mean())):.0f}°",
                flush=True,
            )


if __name__ == "__main__":
    strands, layers, shots, seed = map(int, sys.argv[1:5])
    main(strands, layers, shots, seed, [int(p) for p in sys.argv[5].split(",")])
