"""Estimate against exact value, and circuits against the braid they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..circuits.backends.errors import why_damaged
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
from ..tensornet.calibration import local_seconds
from ..tensornet.dense import DenseAction
from ..tensornet.resources import Cost

__all__ = [
    "CircuitCheck",
    "CrossCheck",
    "check_circuits",
    "cross_check",
    "echo_cost",
    "echo_expectation",
]

# Paths times letters up to which the representation is applied.
_WORK = 1e6
# The default hyper-optimizer searches for minutes where the contraction takes milliseconds.
_REPEATS = 16
# Seconds on the reference machine: per gate to build the network, per multiply-add, per entry of
# an intermediate, and per contraction of two tensors.
_PER_GATE = 6e-4
_PER_PRODUCT = 8e-11
_PER_ENTRY = 9.3e-9
_OVERHEAD = 1.2e-4


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
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RecordError(f"not the record of a cross-check: {why_damaged(error)}") from error


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
    state = _state(circuit)
    optimizer = _optimizer()

    def probability(first: int) -> float:
        # Not Circuit.amplitude, whose rescaling turns an amplitude of exactly 0 into nan.
        amplitude = _amplitude(state, first).contract(output_inds=(), optimize=optimizer)
        return float(abs(complex(amplitude)) ** 2)

    return probability(0) - probability(1)


def echo_cost(circuit: Circuit) -> Cost:
    """Predicted cost of :func:`echo_expectation`, by its search for a path without contraction.

    Example:
        >>> echo_cost(build_circuit("1 -2 1 -2", "0101")).seconds < 1
        True
    """
    tree = _amplitude(_state(circuit), 0).contraction_tree(_optimizer(), output_inds=())
    # These are integers of any size.
    flops, peak, written = map(
        float, (tree.contraction_cost(), tree.peak_size(), tree.total_write())
    )
    seconds = _PER_GATE * len(circuit.gates) + 2 * (
        _PER_PRODUCT * flops + _PER_ENTRY * written + _OVERHEAD * tree.N
    )
    return Cost(2 * flops, 16 * peak, local_seconds(seconds))


def _optimizer() -> Any:
    import cotengra as ctg

    return ctg.RandomGreedyOptimizer(max_repeats=_REPEATS, seed=0, parallel=False)


def _state(circuit: Circuit) -> Any:
    """The final state as a network of quimb, one open index per qubit."""
    import quimb.tensor as qtn

    network = qtn.Circuit(circuit.qubits)
    for gate in circuit.gates:
        network.apply_gate_raw(gate.matrix(), gate.qubits)
    return network.psi


def _amplitude(state: Any, first: int) -> Any:
    """The scalar network of the bits first, 0, 0, …."""
    return state.isel({state.site_ind(j): first if j == 0 else 0 for j in range(len(state.sites))})


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
    work: float = _WORK,
) -> CircuitCheck | None:
    """Contract noiseless echo circuits with quimb and compare with ⟨s|U|s⟩ of the representation.

    Args:
        braid: the braid.
        closure: decides which paths: draws from the Markov trace, or the plat path.
        count: number of draws.
        seed: of the draws.
        target: the device that the circuits are compiled for.
        work: number of paths times letters up to which the representation is applied.

    Returns:
        The comparison, or None where the representation is too large to compare with.
    """
    n = braid.strands
    if path_count(min(n, 200)) * (len(braid) + 1) > work:
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
