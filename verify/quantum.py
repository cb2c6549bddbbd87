"""What the quantum algorithm needs for z = E_s⟨s|U|s⟩ to an additive error on a noisy device.

**Model.** With F the probability that no error happens in a circuit, its amplitude falls to T z
and the part K of its shots is kept by error detection:

    T = F^κ,   K = F^χ,   T = K^(κ/χ).

κ and χ were fitted to simulations (``python benchmarks/damping.py``); κ is near 16/15, at which
every error takes all: the 15 Paulis average to −1/15 of the amplitude. The estimate is the mean
value of the shots over K^p, p = κ/χ, with K as measured. It has two errors:

* of the **shots**: N executions, half of them for either part of z. A shot's value v is −1 or 1 if
  the circuit returns one of its two paths, which it does with the probability S (survival), and 0
  if not; so E v² = S, and both parts together have the variance 2S − T²|z|². K is measured by the
  same shots, of which those with v ≠ 0 are all kept: its variance is K (1−K)/N, and its covariance
  with the mean of v is E v (1−K)/N. To first order, then,

      N E|ẑ − z|² = 4S/T² + |z|² (p (p−2) (1−K)/K − 2).

  S ≤ K always, and S ≤ K² by the simulations (docs/explanation/exponents.md: S is at most
  ½ K^2.04 (1 + K^0.25)). The right side is taken at S = K² and at the worst |z| ≤ 1;

* of the **model**, which no shots reduce: ln T is known to a relative δ only, so z is off by
  |z| (e^{δ |ln T|} − 1) where |z| ≤ 1 is put in for |z|. δ is the spread over braids that the
  simulations show; on a device with errors that are no Pauli errors it is larger.

The phase of the noise is taken to be known: on hardware with a drifting phase, pairs of circuits
or a reference are needed, which take more shots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ..circuits.compile import CircuitStatistics, build_circuit
from ..circuits.devices import Device, Times
from ..circuits.estimates import RunEstimate, estimate_run
from ..knots.braids import Braid
from ..knots.fibonacci import sample_paths

__all__ = [
    "DAMPING",
    "DELTA",
    "KEEPING",
    "LAYER_SECONDS",
    "SURVIVING",
    "QuantumCost",
    "circuit_means",
    "executions",
    "model_error",
    "quantum_cost",
    "shot_error",
]

DAMPING: Final = 1.063
"""κ: T = F^κ (benchmarks/damping.json)."""
KEEPING: Final = 0.355
"""χ: K = F^χ (benchmarks/damping.json)."""
SURVIVING: Final = 2.0
"""S ≤ K^SURVIVING, S the probability that a shot's value is not 0 (benchmarks/exponents.jsonl)."""
LAYER_SECONDS: Final = 0.03
"""Of a layer of two-qubit gates, and again of each shot, where a description has no times."""
DELTA: Final = 0.07
"""δ: spread of ln T/ln K over braids (benchmarks/damping.json)."""
_SAMPLES: Final = 16
_FEWER: Final = 4
_LARGE: Final = 1000  # letters from which fewer circuits are compiled
_MOST_SHOTS: Final = 10**18
_ROUNDING: Final = 1e-6


def model_error(lost: float, delta: float = DELTA) -> float:
    """What the model leaves of |z| ≤ 1 after errors that leave F = e^(−lost).

    Example:
        >>> round(model_error(1.0, 0.05), 4)
        0.0546
    """
    return math.expm1(min(delta * DAMPING * lost, 700.0))


def _variance(lost: float) -> float:
    """N times the mean square of the error of the shots, at most."""
    lost = min(lost, 300.0)
    power = DAMPING / KEEPING
    of_keep = power * (power - 2) * math.expm1(KEEPING * lost) - 2
    return 4 * math.exp((2 * DAMPING - SURVIVING * KEEPING) * lost) + max(0.0, of_keep)


def shot_error(lost: float, shots: float) -> float:
    """Root mean square of the error of the shots.

    Example:
        >>> shot_error(0.0, 400)
        0.1
    """
    return math.sqrt(_variance(lost) / shots)


def executions(lost: float, error: float, delta: float = DELTA) -> float:
    """Executions of circuits for an error; infinite if the model alone leaves more.

    Example:
        >>> executions(0.0, 0.1)
        400.0
        >>> executions(3.0, 0.1)
        inf
    """
    left = model_error(lost, delta)
    if left >= error:
        return math.inf
    return float(math.ceil(_variance(lost) / (error**2 - left**2) - _ROUNDING))


def circuit_means(b: Braid, target: Device, seed: int = 0) -> CircuitStatistics:
    """Means over echo circuits of some random paths, on a device with as many qubits as needed."""
    count = _SAMPLES if len(b) < _LARGE else _FEWER
    drawn = sample_paths(b.strands, count, np.random.default_rng(seed)).tolist()
    roomy = replace(target, qubits=max(target.qubits, b.strands))
    circuits = [(build_circuit(b, path, target=roomy), 1.0) for path in drawn]
    return CircuitStatistics.of(circuits, roomy)


@dataclass(frozen=True, kw_only=True)
class QuantumCost:
    """What a device needs.

    Attributes:
        means: of the circuits.
        fits: whether the device has enough qubits.
        reached: whether the shots leave the error that was asked for, or less.
        damping: T.
        keep: K.
        model_error: what mitigation leaves at worst, |z| ≤ 1 put in.
        raw_error: what the damping takes of z without mitigation, |z| ≤ 1 put in.
        shots: executions of circuits; None where no number of shots reaches the error.
        shot_error: root mean square of the error that is left by those, or by those asked for.
        run: time and cost on the device; None without shots.
        joules: energy.
    """

    means: CircuitStatistics
    fits: bool
    reached: bool
    damping: float
    keep: float
    model_error: float
    raw_error: float
    shots: int | None
    shot_error: float | None
    run: RunEstimate | None
    joules: float | None

    @property
    def error(self) -> float | None:
        """Of the shots and of the model together."""
        return None if self.shot_error is None else math.hypot(self.shot_error, self.model_error)

    @property
    def seconds(self) -> float | None:
        """Time on the device."""
        return self.run.seconds.value if self.run and self.run.seconds else None

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "qubits": self.means.qubits,
            "fits": self.fits,
            "reached": self.reached,
            "two_qubit_gates": self.means.two_qubit_gates,
            "two_qubit_depth": self.means.two_qubit_depth,
            "one_qubit_gates": self.means.one_qubit_gates,
            "expected_fidelity": self.means.expected_fidelity,
            "damping": self.damping,
            "keep": self.keep,
            "raw_error": self.raw_error,
            "model_error": self.model_error,
            "shots": self.shots,
            "shot_error": self.shot_error,
            "mitigated_error": self.error,
            "seconds": self.seconds,
            "joules": self.joules,
            "run": self.run.to_json() if self.run else None,
        }


def quantum_cost(
    b: Braid,
    target: Device,
    error: float,
    *,
    shots: int | None = None,
    delta: float = DELTA,
    layer_seconds: float = LAYER_SECONDS,
    watts: float = 25e3,
    seed: int = 0,
) -> QuantumCost:
    """What a device needs for an additive error of z, or what error so many shots leave.

    Args:
        b: the braid, closed by the Markov trace.
        target: the device, with the error rates to assume.
        error: root mean square of |ẑ − z|.
        shots: executions of circuits; None for as many as the error takes.
        delta: δ of the module.
        layer_seconds: time of a layer of two-qubit gates, and once more of each shot, on a device
            whose description has no times.
        watts: electric power of the device.
        seed: of the paths whose circuits are counted.

    Example:
        >>> from plait.circuits import device
        >>> found = quantum_cost(Braid("1 -2 1 -2"), device("ideal"), 0.1)
        >>> found.shots, found.damping
        (400, 1.0)
    """
    means = circuit_means(b, target, seed)
    lost = -math.log(max(means.expected_fidelity, 1e-300))
    needed = float(shots) if shots is not None else executions(lost, error, delta)
    count = int(needed) if needed <= _MOST_SHOTS else None
    run = None
    if count is not None:
        run = estimate_run(means, _with_times(target, layer_seconds), count)
    seconds = run.seconds.value if run and run.seconds else None
    left = None if count is None else shot_error(lost, count)
    reached = left is not None and (
        math.hypot(left, model_error(lost, delta)) <= error * (1 + _ROUNDING)
    )
    return QuantumCost(
        means=means,
        fits=means.qubits <= target.qubits,
        reached=reached,
        damping=math.exp(-DAMPING * lost),
        keep=math.exp(-KEEPING * lost),
        model_error=min(1.0, model_error(lost, delta)),
        raw_error=-math.expm1(-DAMPING * lost),
        shots=count,
        shot_error=left,
        run=run,
        joules=None if seconds is None else seconds * watts,
    )


def _with_times(target: Device, layer_seconds: float) -> Device:
    """With an assumed time per layer and per shot where the description has none."""
    if target.times is not None:
        return target
    times = Times(one_qubit=0.0, two_qubit=layer_seconds, measurement=0.0, shot=layer_seconds)
    return replace(target, times=times)
