"""Zero-noise extrapolation by gate folding, through mitiq (extra ``zne``).

A gate G is replaced by G G† G, which does the same with more noise; values measured at several
scale factors λ are extrapolated to λ = 0. For global folding by odd factors, which needs no mitiq,
see :func:`plait.circuits.folding.folded_globally`.

Folded circuits must not be compiled again: compilers cancel what was added.

Source: Giurgica-Tiron, Hindy, LaRose, Mari and Zeng, "Digital zero noise extrapolation for quantum
error mitigation", IEEE QCE 2020; LaRose et al., "Mitiq", Quantum 6 (2022) 774.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from ..circuits.decoupling import with_barriers
from ..circuits.ir import Circuit, Gate
from ..knots.checks import check_seed
from ..knots.errors import InputError
from ..knots.optional import require

__all__ = [
    "Extrapolation",
    "Folding",
    "extrapolated",
    "extrapolation_weights",
    "folded",
    "from_cirq",
    "to_cirq",
]

Folding = Literal["global", "random"]
Extrapolation = Literal["linear", "richardson", "exponential"]
Floats: TypeAlias = npt.NDArray[np.float64]
Complexes: TypeAlias = npt.NDArray[np.complex128]

_MOST = 1001.0


def folded(
    circuit: Circuit, factor: float, seed: int = 0, *, method: Folding = "random"
) -> Circuit:
    """The same unitary with about ``factor`` times the gates.

    Args:
        circuit: compiled for its device, without barriers.
        factor: from 1 on; it is met within a gate or two.
        seed: which gates are folded, for ``"random"``.
        method: ``"random"``, gates at random; or ``"global"``, the whole circuit, then its end.

    Raises:
        InputError: an argument is out of range, or the circuit has barriers.
        MissingExtraError: mitiq is not installed.

    Example:
        >>> from plait.circuits import build_circuit
        >>> c = build_circuit("1 2 3 1 2 3", "01111")
        >>> folded(c, 3).two_qubit_gates == 3 * c.two_qubit_gates  # doctest: +SKIP
        True
    """
    scale = _factor(factor)
    check_seed(seed)
    if method not in get_args(Folding):
        raise InputError(f"unknown folding {method!r}; choose one of: global, random")
    if circuit.barriers:
        raise InputError(
            "a circuit with barriers (echo pulses) is folded as a whole, by an odd factor: "
            "plait.circuits.folding.folded_globally"
        )
    scaling = _mitiq("mitiq.zne.scaling")
    given = to_cirq(circuit)
    if method == "global":
        found = scaling.fold_global(given, scale)
    else:
        found = scaling.fold_gates_at_random(given, scale, seed=seed)
    gates = from_cirq(found)
    return with_barriers(replace(circuit, gates=gates, steps=None), ())


def to_cirq(circuit: Circuit) -> Any:
    """As a Cirq circuit of gates that are closed under inverses, one per moment.

    Example:
        >>> to_cirq(Circuit(1, [Gate("rz", (0,), (1.0,))]))  # doctest: +SKIP
    """
    cirq = _mitiq("cirq")
    qubits = cirq.LineQubit.range(circuit.qubits)
    made = []
    for gate in circuit.gates:
        turn = gate.angles[0] / math.pi
        if gate.name == "rz":
            operation = cirq.ZPowGate(exponent=turn, global_shift=-0.5)
        elif gate.name == "zzphase":
            operation = cirq.ZZPowGate(exponent=turn, global_shift=-0.5)
        else:
            operation = cirq.PhasedXPowGate(
                exponent=turn, phase_exponent=gate.angles[1] / math.pi, global_shift=-0.5
            )
        made.append(cirq.Moment(operation.on(*(qubits[q] for q in gate.qubits))))
    return cirq.Circuit(made)


def from_cirq(circuit: Any) -> tuple[Gate, ...]:
    """The gates of a Cirq circuit that :func:`to_cirq` made, folded or not.

    Raises:
        InputError: there are others.
    """
    cirq = _mitiq("cirq")
    gates = []
    for operation in circuit.all_operations():
        where = tuple(qubit.x for qubit in operation.qubits)
        gate = operation.gate
        if isinstance(gate, cirq.PhasedXPowGate):
            angles = (gate.exponent * math.pi, gate.phase_exponent * math.pi)
            gates.append(Gate("phasedx", where, angles))
        elif isinstance(gate, cirq.ZZPowGate):
            gates.append(Gate("zzphase", where, (gate.exponent * math.pi,)))
        elif isinstance(gate, cirq.ZPowGate):
            gates.append(Gate("rz", where, (gate.exponent * math.pi,)))
        else:
            raise InputError(f"{operation!r} is none of the gates PhasedXPow, ZZPow and ZPow")
    return tuple(gates)


def extrapolation_weights(method: Extrapolation, factors: Sequence[float]) -> Floats:
    """Weights w with Σ w_k y_k the extrapolation of values y_k to factor 0.

    For a straight line (least squares) and Richardson's polynomial, which are linear in the
    values; mitiq's factories tell.

    Raises:
        InputError: other methods, or factors that do not determine the curve.
        MissingExtraError: mitiq is not installed.

    Example:
        >>> extrapolation_weights("richardson", [1, 3]).round(6).tolist()  # doctest: +SKIP
        [1.5, -0.5]
    """
    if method not in ("linear", "richardson"):
        raise InputError(f"method={method!r}: only linear and richardson are linear in the values")
    scales = _factors(factors)
    inference = _mitiq("mitiq.zne.inference")
    factory = inference.LinearFactory if method == "linear" else inference.RichardsonFactory
    with warnings.catch_warnings():
        # Richardson warns of large weights; they are what is asked for.
        warnings.simplefilter("ignore")
        units = np.eye(len(scales)).tolist()
        return np.array([float(factory.extrapolate(scales, unit)) for unit in units])


def extrapolated(
    values: npt.ArrayLike, factors: Sequence[float], method: Extrapolation = "linear"
) -> Complexes:
    """Values at several noise factors, extrapolated to no noise.

    ``"exponential"`` fits |y| = a e^{−bλ} as mitiq's ExpFactory does, by a straight line through
    ln |y| with the weights |y|, and a straight line to the phase.

    Args:
        values: shape (…, F), complex; the leading axes are resamples.
        factors: F different factors from 1 on.
        method: ``"linear"``, ``"richardson"`` or ``"exponential"``.

    Returns:
        Shape (…).

    Raises:
        InputError: shapes do not fit, a value is not finite, or an unknown method.
        MissingExtraError: mitiq is not installed and the method needs it.

    Example:
        >>> y = [0.9 * np.exp(-0.2), 0.9 * np.exp(-0.6)]
        >>> abs(extrapolated(y, [1, 3], "exponential")).round(6).tolist()
        0.9
    """
    scales = _factors(factors)
    try:
        y = np.asarray(values, dtype=complex)
    except (TypeError, ValueError, OverflowError):
        y = np.full(1, np.nan, dtype=complex)
    if y.shape[-1:] != (len(scales),) or not np.isfinite(y).all():
        raise InputError(f"give a finite value for each of the {len(scales)} factors")
    if method in ("linear", "richardson"):
        return np.asarray(y @ extrapolation_weights(method, scales))
    if method != "exponential":
        raise InputError(
            f"unknown extrapolation {method!r}; choose one of: "
            f"{', '.join(get_args(Extrapolation))}"
        )
    size = np.abs(y)
    log = np.log(np.maximum(size, np.finfo(float).tiny))
    phase = np.unwrap(np.angle(y), axis=-1)
    x = np.array(scales)
    # Where all values are 0 the weights do not matter.
    weight = np.where(size.sum(axis=-1, keepdims=True) > 0, size, 1.0)
    exponent = np.minimum(_at_zero(x, log, weight), np.log(np.finfo(float).max))
    return np.asarray(np.exp(exponent) * np.exp(1j * _at_zero(x, phase, np.ones_like(size))))


def _at_zero(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Value at 0 of weighted straight lines; y and weight of shape (…, F)."""
    total = weight.sum(axis=-1)
    center = (weight * x).sum(axis=-1) / total
    mean = (weight * y).sum(axis=-1) / total
    away = x - center[..., None]
    spread = (weight * away**2).sum(axis=-1)
    rise = (weight * away * y).sum(axis=-1)
    slope = np.divide(rise, spread, out=np.zeros_like(rise), where=spread > 0)
    return np.asarray(mean - slope * center)


def _factor(factor: object) -> float:
    try:
        found = math.nan if isinstance(factor, (str, bytes, bool)) else float(factor)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not 1 <= found <= _MOST:
        raise InputError(f"factor={factor!r:.40}: give a number from 1 to {_MOST:g}")
    return found


def _factors(factors: Sequence[float]) -> list[float]:
    if isinstance(factors, (str, bytes)) or not np.iterable(factors):
        raise InputError(f"factors={factors!r:.40}: give two or more different numbers from 1 on")
    scales = [_factor(factor) for factor in factors]
    if len(scales) < 2 or len(set(scales)) < len(scales):
        raise InputError(f"factors={scales}: give two or more different numbers from 1 on")
    return scales


def _mitiq(module: str) -> Any:
    with warnings.catch_warnings():
        # Of packages that mitiq imports.
        warnings.simplefilter("ignore")
        return require(module, extra="zne", purpose="zero-noise extrapolation")
