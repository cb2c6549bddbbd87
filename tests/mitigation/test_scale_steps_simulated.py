"""The exponents of plait's circuits on simulated shots of a braid they were not trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from plait.circuits import build_circuit, cheapest_form, device, expected_cost
from plait.circuits.devices import Device, Memory
from plait.circuits.outcomes import read_outcome
from plait.circuits.simulation import simulate_shots
from plait.knots import Braid
from plait.knots.fibonacci import path_probability, paths, sample_paths
from plait.knots.generators import generate
from plait.mitigation.coherence import path_coherence
from plait.mitigation.exponents import exponents
from plait.mitigation.inversion import keep_magnitude, survival_magnitude
from plait.tensornet.dense import representation

SHOTS = 4000


def exact(b: Braid) -> tuple[complex, float]:
    """Z and r²."""
    weights = np.array([path_probability(path) for path in paths(b.strands).tolist()])
    z_s = np.diag(representation(b))
    z = complex(weights @ z_s)
    return z, float(abs(z) ** 2 / (weights @ np.abs(z_s) ** 2))


def measured(b: Braid, target: Device) -> tuple[complex, float, float, float]:
    """Mean, S, K and r² of simulated shots."""
    rng = np.random.default_rng(3)
    parts, kept = [], []
    for part in ("real", "imag"):
        drawn, counts = np.unique(sample_paths(b.strands, SHOTS, rng), axis=0, return_counts=True)
        circuits = [
            (build_circuit(b, path, part=part, target=target), int(n))  # type: ignore[arg-type]
            for path, n in zip(drawn.tolist(), counts, strict=True)
        ]
        read = [
            read_outcome("echo", path, format(x, f"0{circuit.qubits}b")[::-1])
            for path, (circuit, _), own in zip(
                drawn.tolist(), circuits, simulate_shots(circuits, target, 5), strict=True
            )
            for x in circuit.normal_numbers(own).tolist()
        ]
        parts.append((np.array([r.value for r in read]), np.repeat(drawn, counts, axis=0)))
        kept += [r.kept for r in read]
    (real, _), (imag, _) = parts
    survival = float(np.abs(np.concatenate([real, imag])).mean())
    return (
        complex(real.mean(), imag.mean()),
        survival,
        float(np.mean(kept)),
        float(path_coherence(parts).value),
    )


@pytest.mark.parametrize("dephasing", [0.0, 8e-4])
def test_a_braid_of_known_value(dephasing: float) -> None:
    one = generate("benchmark", seed=4242, strands=10, layers=30, magnitude=(0.6, 0.9))
    target = device("H1-1")
    b = cheapest_form(one.braid, "markov", target)
    z, r2 = exact(b)
    factor = 0.4 / expected_cost(b, "markov", target)
    e = target.errors
    errors = replace(e, two_qubit=factor * e.two_qubit, two_qubit_slope=factor * e.two_qubit_slope)
    noisy = replace(target, errors=errors, memory=Memory(dephasing=dephasing))
    mean, survival, keep, found_r2 = measured(b, noisy)
    powers = dict(zip("gabc", exponents("plait").values, strict=True))
    damped = abs(mean)
    found = survival_magnitude(damped, survival, keep, **powers, coherence=found_r2).magnitude
    assert found == pytest.approx(abs(z), rel=2 * exponents("plait").coherent_scatter)
    assert found_r2 == pytest.approx(r2, abs=0.12)
    # What the steps have to make up for, and what "keep" alone can.
    assert damped < 0.7 * abs(z)
    alone = keep_magnitude(damped, keep, g=powers["g"]).magnitude
    assert (abs(alone / abs(z) - 1) < 0.1) == (dephasing == 0)
