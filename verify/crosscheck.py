"""Estimate against exact value, and circuits against the braid they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..circuits.compile import build_circuit
from ..circuits.devices import Device
from ..circuits.echo import PARTS
from ..circuits.ir import Circuit
from ..knots.braids import Braid
from ..knots.conventions import ORDER, Closure
from ..knots.errors import RecordError
from ..knots.fibonacci import path_count, paths, plat_path, sample_paths
from ..knots.values import JonesValue
from ..mitigation.estimate import JonesEstimate
from ..tensornet.dense import DenseAction

__all__ = ["CircuitCheck", "CrossCheck", "check_circuits", "cross_check", "echo_expectation"]

_DENSE_PATHS = 20_000


@dataclass(frozen=True, kw_only=True)
class CrossCheck:
    """An estimate next to the exact value.

    Attributes:
        exact: the exact V.
        covered: whether the estimate's interval covers it (both parts).
        error: |estimate − exact|.
        raw_error: |raw estimate − exact|.
    """

    exact: complex
    covered: bool
    error: float
    raw_error: float

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "exact_value": [self.exact.real, self.exact.imag],
            "covered": self.covered,
            "error": self.error,
            "raw_error": self.raw_error,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CrossCheck:
        """The check that :meth:`to_json` wrote; other keys are ignored.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            return cls(
                exact=complex(*data["exact_value"]),
                covered=bool(data["covered"]),
                error=float(data["error"]),
                raw_error=float(data["raw_error"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the record of a cross-check: {error!r}") from error


def cross_check(estimate: JonesEstimate, exact: JonesValue | complex) -> CrossCheck:
    """Compare an estimate with the exact value."""
    value = complex(exact)
    return CrossCheck(
        exact=value,
        covered=estimate.covers(value),
        error=abs(estimate.value - value),
        raw_error=abs(estimate.raw_value - value),
    )


def echo_expectation(circuit: Circuit) -> float:
    """The noiseless mean value of an echo circuit, by tensor-network contraction with quimb.

    This is |⟨0…0|C|0…0⟩|² − |⟨10…0|C|0…0⟩|², two scalar networks.

    Example:
        >>> round(echo_expectation(build_circuit("[]", "01")), 12)
        1.0
    """
    import cotengra as ctg
    import quimb.tensor as qtn

    network = qtn.Circuit(circuit.qubits)
    for gate in circuit.gates:
        network.apply_gate_raw(gate.matrix(), gate.qubits)
    state = network.psi
    # The default hyper-optimizer searches for minutes where the contraction takes milliseconds.
    optimizer = ctg.RandomGreedyOptimizer(max_repeats=16, seed=0, parallel=False)

    def probability(first: int) -> float:
        # Not Circuit.amplitude, whose rescaling turns an amplitude of exactly 0 into nan.
        bits = {state.site_ind(j): first if j == 0 else 0 for j in range(circuit.qubits)}
        amplitude = state.isel(bits).contract(output_inds=(), optimize=optimizer)
        return float(abs(complex(amplitude)) ** 2)

    return probability(0) - probability(1)


@dataclass(frozen=True, kw_only=True)
class CircuitCheck:
    """Circuits against ⟨s|U|s⟩ on some paths.

    Attributes:
        paths: number of paths compared.
        error: largest |circuit − ⟨s|U|s⟩|.
    """

    paths: int
    error: float

    @property
    def agree(self) -> bool:
        """Whether they agree up to rounding."""
        return self.error < 1e-9


def check_circuits(
    braid: Braid,
    closure: Closure,
    *,
    count: int = 4,
    seed: int = 0,
    target: Device | str = "ideal",
) -> CircuitCheck | None:
    """Contract noiseless echo circuits with quimb and compare with ⟨s|U|s⟩ of the representation.

    Args:
        braid: the braid.
        closure: decides which paths: draws from the Markov trace, or the plat path.
        count: number of draws.
        seed: of the draws.
        target: the device that the circuits are compiled for.

    Returns:
        The comparison, or None where the representation is too large to compare with.
    """
    n = braid.strands
    if path_count(n) * (len(braid) + 1) > _DENSE_PATHS * 50:
        return None
    drawn = sample_paths(n, count, np.random.default_rng(seed)).tolist()
    chosen = {plat_path(n)} if closure == "plat" else {tuple(path) for path in drawn}
    basis = paths(n)
    action = DenseAction(basis)
    runs = braid.runs(ORDER)
    errors = []
    for s in chosen:
        state = (basis == np.array(s)).all(axis=1).astype(complex)
        exact = complex(state @ action.apply(runs, state))
        real, imag = (
            echo_expectation(build_circuit(braid, s, part=part, target=target)) for part in PARTS
        )
        errors.append(abs(complex(real, imag) - exact))
    return CircuitCheck(paths=len(chosen), error=float(np.max(errors)))
