"""Folding and extrapolation, against mitiq where it is installed."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from dense import run

from plait.circuits import Circuit, Gate, build_circuit, device
from plait.circuits.decoupling import decoupled
from plait.circuits.folding import folded_globally
from plait.knots import Braid, InputError, MissingExtraError
from plait.mitigation.folding import (
    extrapolated,
    extrapolation_weights,
    folded,
    from_cirq,
    to_cirq,
)

SMALL = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3], strands=5)
FACTORS = [1.0, 3.0, 5.0, 7.0]


@pytest.fixture
def mitiq() -> Any:
    pytest.importorskip("cirq")
    return pytest.importorskip("mitiq")


@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
@pytest.mark.parametrize("method", ["global", "random"])
@pytest.mark.parametrize("factor", [1, 1.7, 3, 4.2])
def test_folded_circuits_are_the_same_unitary(
    mitiq: Any, name: str, method: Any, factor: float
) -> None:
    circuit = build_circuit(SMALL, "010111", target=name)
    found = folded(circuit, factor, 5, method=method)
    np.testing.assert_allclose(run(found, start=None), run(circuit, start=None), atol=1e-9)
    assert (found.undo, found.entangler) == (circuit.undo, circuit.entangler)
    assert abs(len(found.gates) - factor * len(circuit.gates)) <= 2
    assert folded(circuit, factor, 5, method=method) == found
    if method == "random" and factor > 1 and factor != 3:
        assert folded(circuit, factor, 6, method=method) != found


def test_to_cirq_is_the_same_unitary(mitiq: Any) -> None:
    circuit = build_circuit(SMALL, "010111", target="H1-1")
    import cirq

    qubits = cirq.LineQubit.range(4)
    # Cirq's first qubit is the most significant one.
    theirs = to_cirq(circuit).unitary(qubit_order=qubits[::-1])
    np.testing.assert_allclose(theirs, run(circuit, start=None), atol=1e-7)
    angles = [np.array(gate.angles) for gate in from_cirq(to_cirq(circuit))]
    for gate, found in zip(circuit.gates, angles, strict=True):
        np.testing.assert_allclose(found, gate.angles, atol=1e-12)


def test_other_gates_of_cirq(mitiq: Any) -> None:
    import cirq

    with pytest.raises(InputError, match="none of the gates"):
        from_cirq(cirq.Circuit(cirq.H(cirq.LineQubit(0))))


@pytest.mark.parametrize("factor", [1, 3, 5])
def test_our_global_folding_is_theirs(mitiq: Any, factor: int) -> None:
    circuit = build_circuit(SMALL, "010111", target="H1-1")
    ours, theirs = folded_globally(circuit, factor), folded(circuit, factor, method="global")
    assert len(ours.gates) == len(theirs.gates)
    for one, other in zip(ours.gates, theirs.gates, strict=True):
        assert (one.name, one.qubits) == (other.name, other.qubits)
        np.testing.assert_allclose(one.angles, other.angles, atol=1e-12)


@pytest.mark.parametrize("method", ["linear", "richardson", "exponential"])
def test_extrapolation_is_that_of_mitiq(mitiq: Any, method: Any) -> None:
    factories = {
        "linear": mitiq.zne.inference.LinearFactory.extrapolate,
        "richardson": mitiq.zne.inference.RichardsonFactory.extrapolate,
        "exponential": lambda x, y: mitiq.zne.inference.ExpFactory.extrapolate(
            x, y, asymptote=0.0
        ),
    }
    rng = np.random.default_rng(1)
    for _ in range(10):
        y = np.exp(-0.2 * np.array(FACTORS)) * rng.normal(1, 0.05, 4)
        want = float(factories[method](FACTORS, y.tolist()))
        assert complex(extrapolated(y, FACTORS, method)) == pytest.approx(want, rel=1e-6)


def test_extrapolation_is_vectorised(mitiq: Any) -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(size=(3, 5, 4)) + 1j * rng.normal(size=(3, 5, 4))
    for method in ("linear", "richardson", "exponential"):
        found = extrapolated(y, FACTORS, method)  # type: ignore[arg-type]
        assert found.shape == (3, 5)
        one = extrapolated(y[1, 2], FACTORS, method)  # type: ignore[arg-type]
        assert complex(found[1, 2]) == pytest.approx(complex(one))


def test_richardson_is_exact_for_polynomials(mitiq: Any) -> None:
    x = np.array(FACTORS)
    y = 0.7 - 0.2j + (0.1 + 0.3j) * x - 0.02 * x**2 + 0.003j * x**3
    assert complex(extrapolated(y, FACTORS, "richardson")) == pytest.approx(0.7 - 0.2j, abs=1e-9)


def test_weights_add_up_to_one(mitiq: Any) -> None:
    for method in ("linear", "richardson"):
        assert extrapolation_weights(method, FACTORS).sum() == pytest.approx(1)  # type: ignore[arg-type]


def test_exponential_decay_with_turning_phase() -> None:
    x = np.array(FACTORS)
    y = (0.3 + 0.6j) * np.exp((-0.1 + 0.9j) * x)
    assert complex(extrapolated(y, FACTORS, "exponential")) == pytest.approx(0.3 + 0.6j)
    assert complex(extrapolated([0, 0], [1, 3], "exponential")) == pytest.approx(0)


def test_without_mitiq(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("mitiq.zne.scaling", "mitiq.zne.inference", "mitiq", "cirq"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r'pip install "plait\[zne\]"'):
        folded(build_circuit(SMALL, "010111"), 3)
    with pytest.raises(MissingExtraError, match=r'pip install "plait\[zne\]"'):
        extrapolated([1, 2], [1, 3], "linear")


@pytest.mark.parametrize("factor", [0.5, -1, float("nan"), float("inf"), "3", None, True, 10**400])
def test_bad_factors(factor: Any) -> None:
    with pytest.raises(InputError, match="factor="):
        folded(Circuit(1, [Gate("rz", (0,), (1.0,))]), factor)
    with pytest.raises(InputError, match="factor"):
        extrapolated([1, 2], [1, factor], "exponential")


def test_bad_inputs() -> None:
    circuit = build_circuit(SMALL, "010111", target=device("H1-1"))
    with pytest.raises(InputError, match="unknown folding 'left'"):
        folded(circuit, 3, method="left")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="seed=-1"):
        folded(circuit, 3, -1)
    with pytest.raises(InputError, match="a circuit with barriers"):
        folded(decoupled(circuit, pulses=2), 3)
    for factors in ([1], [1, 1], "13", 3):
        with pytest.raises(InputError, match="two or more different numbers"):
            extrapolated([1, 2], factors)  # type: ignore[arg-type]
    for values in ([1, 2, 3], [1, np.nan], "ab", [[1], [2, 3]]):
        with pytest.raises(InputError, match="finite value for each of the 2 factors"):
            extrapolated(values, [1, 3], "exponential")
    with pytest.raises(InputError, match="unknown extrapolation 'spline'"):
        extrapolated([1, 2], [1, 3], "spline")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="only linear and richardson"):
        extrapolation_weights("exponential", [1, 3])
