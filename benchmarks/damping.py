"""How much of an echo's amplitude errors leave: the laws that ``plait resources`` predicts by.

Run: python benchmarks/damping.py [--out benchmarks/damping.json] [--count N] [--seed N]

Braids in disguise with a known magnitude of z (family benchmark, 0.4 to 0.9) are simulated on the
noisy simulator, a path drawn for every shot, with the
error rates of gates of a device scaled to a given F. With F the probability that no error happens
(``expected_fidelity``, mean over circuits), T the damping of the amplitude and K the part of the
shots that is kept,

    T = F^κ,    K = F^χ,    hence T = K^(κ/χ).

κ and χ are fitted through the origin of the logarithms. What a prediction of T from F, or from the
measured K, gets wrong is given as the spread over braids of ln T over its
prediction: its standard deviation, after the noise of the shots was taken off.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plait.circuits import Device, Plan, device
from plait.circuits.compile import CircuitStatistics, build_circuit
from plait.circuits.simulation import run_round
from plait.knots.fibonacci import sample_paths
from plait.knots.generators import generate
from plait.knots.instances import Instance
from plait.mitigation.estimate import jones_factor
from plait.mitigation.observations import observations_of_results
from plait.tensornet import jones

# Strands and layers; and −ln F, to which the rates of the device are scaled for each braid.
_SIZES = ((8, 40), (10, 40), (12, 40))
_LOST = (0.3, 0.8, 1.5)
_LEAST_GATES = 40
_SHOTS = 16_000
_STATISTICS = 60
_MAGNITUDE = (0.4, 0.9)


def measure(
    instance: Instance, target: Device, lost: float, seed: int
) -> dict[str, float | int | str] | None:
    """F, T and K of one braid, with the standard error of T; None if it has too few gates."""
    b, shots = instance.braid, _SHOTS
    paths = sample_paths(b.strands, _STATISTICS, np.random.default_rng(seed)).tolist()
    circuits = [(build_circuit(b, path, target=target), 1.0) for path in paths]
    own = CircuitStatistics.of(circuits, target)
    if own.two_qubit_gates < _LEAST_GATES:
        return None
    target = target.with_noise(lost / -math.log(own.expected_fidelity))
    means = CircuitStatistics.of(circuits, target)
    plan = Plan(
        braid=b,
        closure="markov",
        kind="echo",
        series=("real", "imag"),
        shots=shots,
        round_shots=shots,
        seed=seed,
    )
    seen = observations_of_results(plan, [run_round(plan, 0, target)])
    exact = jones(b).value / jones_factor(b, "markov")
    real, imag = seen.values["real"], seen.values["imag"]
    direction = exact / abs(exact)
    damping = (real.mean() * direction.real + imag.mean() * direction.imag) / abs(exact)
    spread = math.hypot(
        real.std() * direction.real / math.sqrt(len(real)),
        imag.std() * direction.imag / math.sqrt(len(imag)),
    ) / abs(exact)
    return {
        "id": instance.id,
        "device": target.name,
        "noise": target.noise,
        "crossings": len(b),
        "magnitude": abs(exact),
        "two_qubit_gates": means.two_qubit_gates,
        "fidelity": means.expected_fidelity,
        "damping": float(damping),
        "damping_error": float(spread),
        "keep": seen.keep_rate,
    }


def _instances(n: int, layers: int, count: int, seed: int) -> Iterator[Instance]:
    for k in range(count):
        yield generate("benchmark", strands=n, layers=layers, seed=seed + k, magnitude=_MAGNITUDE)


def _gate_noise_only(target: Device) -> Device:
    """Without errors of preparation and readout, which one multiplies by hand."""
    errors = replace(target.errors, preparation=0.0, readout_0=0.0, readout_1=0.0)
    return replace(target, errors=errors)


def fit(rows: list[dict[str, Any]]) -> dict[str, float]:
    """κ, χ, their standard errors, and the spreads over braids."""
    use = [row for row in rows if row["damping"] > 3 * row["damping_error"]]
    column = {key: np.array([row[key] for row in use]) for key in (
        "fidelity", "damping", "damping_error", "keep")}  # fmt: skip
    lost, t, k = (-np.log(column[key]) for key in ("fidelity", "damping", "keep"))
    noise = column["damping_error"] / column["damping"]
    kappa, kappa_error = _slope(lost, t, noise)
    chi, chi_error = _slope(lost, k, np.full(len(k), 0.01))
    power, power_error = _slope(k, t, noise)
    return {
        "rows": len(use),
        "kappa": kappa,
        "kappa_error": kappa_error,
        "chi": chi,
        "chi_error": chi_error,
        "keep_power": power,
        "keep_power_error": power_error,
        "spread_by_fidelity": _spread(t, kappa * lost, noise),
        "spread_by_keep": _spread(t, power * k, noise),
    }


_Floats = npt.NDArray[np.float64]


def _slope(x: _Floats, y: _Floats, noise: _Floats) -> tuple[float, float]:
    """Weighted least squares through the origin; the error from the residuals."""
    weight = 1 / (noise**2 + (0.05 * y) ** 2 + 1e-6)
    slope = float((weight * x * y).sum() / (weight * x * x).sum())
    excess = float((weight * (y - slope * x) ** 2).sum() / (len(x) - 1))
    return slope, math.sqrt(max(excess, 1e-12) / float((weight * x * x).sum()))


def _spread(y: _Floats, predicted: _Floats, noise: _Floats) -> float:
    """Standard deviation of y/predicted over braids, without the noise of the shots."""
    excess = (y / predicted - 1) ** 2 - (noise / predicted) ** 2
    weight = (predicted / noise) ** 2
    return math.sqrt(max(float((weight * excess).sum() / weight.sum()), 0.0))


def main() -> None:
    """Simulate, fit, print and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("damping.json"))
    parser.add_argument("--count", type=int, default=8, help="braids for each size, device and F")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name, (n, layers), lost in product(("H2-1", "ibm_fez"), _SIZES, _LOST):
        target = _gate_noise_only(device(name))
        for instance in _instances(n, layers, options.count, options.seed):
            row = measure(instance, target, lost, options.seed)
            if row is not None:
                rows.append(row)
                options.out.write_text(_text(rows), encoding="utf-8")
        print(f"{name}, {n}x{layers}, -ln F = {lost:g}: {len(rows)} rows", flush=True)
    for name in ("H2-1", "ibm_fez", None):
        chosen = [row for row in rows if name in (None, row["device"])]
        print(name or "all", {key: round(x, 4) for key, x in fit(chosen).items()})


def _text(rows: list[dict[str, Any]]) -> str:
    data = {"fit": fit(rows) if len(rows) > 1 else {}, "rows": rows}
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    return f'{{"fit": {json.dumps(data["fit"])},\n "rows": [\n  {lines}\n]}}\n'


if __name__ == "__main__":
    main()
