"""Cross-checks: against independent simulators, and that they see what is wrong."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

import plait
from plait.circuits import Circuit, Gate, build_circuit, echo_circuit, to_qiskit
from plait.circuits.echo import PARTS
from plait.knots import Braid, RecordError, paths, plat_path
from plait.knots.conventions import Closure
from plait.mitigation import JonesEstimate
from plait.verify import CrossCheck, check_circuits, cross_check, crosscheck, echo_expectation


@pytest.fixture(scope="module")
def estimate() -> JonesEstimate:
    return plait.estimate("3_1", shots=400, device="ideal", seed=1)


def shifted(estimate: JonesEstimate, value: complex) -> JonesEstimate:
    box = ((value.real - 0.1, value.real + 0.2), (value.imag - 0.3, value.imag + 0.4))
    return replace(estimate, value=value, interval=box, raw_value=value / 2)


def test_comparison_with_the_exact_value(estimate: JonesEstimate) -> None:
    check = cross_check(shifted(estimate, 1 + 1j), 1.15 + 0.75j)
    assert check.covered
    assert check.exact == 1.15 + 0.75j
    assert check.error == pytest.approx(math.hypot(0.15, 0.25))
    assert check.raw_error == pytest.approx(math.hypot(0.65, 0.25))


@pytest.mark.parametrize("exact", [0.89 + 1j, 1.21 + 1j, 1 + 0.69j, 1 + 1.41j, 5 + 5j])
def test_both_parts_must_be_covered(estimate: JonesEstimate, exact: complex) -> None:
    assert not cross_check(shifted(estimate, 1 + 1j), exact).covered


def test_exact_values_can_be_records(estimate: JonesEstimate) -> None:
    value = plait.jones("3_1")
    assert cross_check(estimate, value) == cross_check(estimate, complex(value))
    assert cross_check(estimate, value).covered


def test_json_round_trip(estimate: JonesEstimate) -> None:
    check = cross_check(estimate, 0.3 - 0.2j)
    data = json.loads(json.dumps(check.to_json()))
    assert CrossCheck.from_json(data | {"more": 1}) == check
    assert data["exact_value"] == [0.3, -0.2]


@pytest.mark.parametrize(
    "changes",
    [{"exact_value": None}, {"exact_value": "x"}, {"error": "large"}, {"raw_error": None}],
    ids=str,
)
def test_json_of_something_else(estimate: JonesEstimate, changes: dict[str, Any]) -> None:
    data = cross_check(estimate, 1j).to_json()
    with pytest.raises(RecordError, match="not the record of a cross-check"):
        CrossCheck.from_json(data | changes)
    for key in data:
        with pytest.raises(RecordError, match=f"not the record of a cross-check: .*{key}"):
            CrossCheck.from_json({k: v for k, v in data.items() if k != key})


BRAIDS = [
    Braid([], strands=1),
    Braid([1, 1, 1]),
    Braid("1 -2 1 -2"),
    Braid([1, -2, 3, 3, -2, 1, 2, -3], strands=5),
    Braid([2, -4, 1, 3, 5, -2, 4, -3, 1, -5, 2, 2], strands=6),
]


@pytest.mark.parametrize("target", ["ideal", "ibm_fez"])
@pytest.mark.parametrize("braid", BRAIDS, ids=str)
def test_contraction_by_quimb_is_the_statevector_of_qiskit(braid: Braid, target: str) -> None:
    for s in paths(braid.strands).tolist()[::3]:
        for part in PARTS:
            circuit = build_circuit(braid, s, part=part, target=target)
            p = Statevector(to_qiskit(circuit, measure=False)).probabilities()
            # Qiskit's qubit 0 is the least significant bit.
            assert abs(echo_expectation(circuit) - (p[0] - p[1])) < 1e-10


@pytest.mark.parametrize("target", ["ideal", "H1-1", "ibm_fez"])
@pytest.mark.parametrize("closure", ["markov", "plat"])
@pytest.mark.parametrize("braid", [BRAIDS[1], BRAIDS[4]], ids=str)
def test_circuits_stand_for_their_braid(braid: Braid, closure: Closure, target: str) -> None:
    check = check_circuits(braid, closure, count=5, seed=2, target=target)
    assert check is not None
    assert check.error < 1e-10
    assert check.agree
    assert 1 <= check.paths <= 5
    assert (check.paths == 1) == (closure == "plat" or braid.strands == 1) or braid.strands == 2


def test_plat_check_uses_the_plat_path(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []

    def remember(braid: Braid, path: tuple[int, ...], **options: Any) -> Circuit:
        asked.append(tuple(path))
        return build_circuit(braid, path, **options)

    monkeypatch.setattr(crosscheck, "build_circuit", remember)
    check_circuits(BRAIDS[4], "plat")
    assert set(asked) == {plat_path(6)}
    asked.clear()
    check_circuits(BRAIDS[4], "markov", count=40, seed=1)
    assert len(set(asked)) > 5
    assert set(asked) <= {tuple(s) for s in paths(6).tolist()}


@pytest.mark.parametrize("wrong", ["sign", "missing", "phase"])
def test_wrong_circuits_are_found(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    braid = BRAIDS[3]

    def broken(b: Braid, path: tuple[int, ...], **options: Any) -> Circuit:
        if wrong == "sign":
            return build_circuit(b.mirror(), path, **options)
        if wrong == "missing":
            return build_circuit(Braid(b.word[:-1], b.strands), path, **options)
        circuit = build_circuit(b, path, **options)
        # The branch qubit is turned by 0.2 before its last gate.
        last = max(k for k, gate in enumerate(circuit.gates) if 0 in gate.qubits)
        turned = Gate("rz", (0,), (0.2,))
        gates = (*circuit.gates[:last], turned, *circuit.gates[last:])
        return Circuit(circuit.qubits, gates)

    monkeypatch.setattr(crosscheck, "build_circuit", broken)
    check = check_circuits(braid, "markov", count=8, seed=1)
    assert check is not None
    assert check.error > 0.05
    assert not check.agree


def test_large_braids_are_left_out() -> None:
    assert check_circuits(Braid([1, 2] * 50, strands=40), "markov") is None


def test_expectation_of_a_known_state() -> None:
    """An idle echo returns +1; turned by π/3 about X before measurement it returns cos π/3."""
    idle = echo_circuit(Braid([], strands=4), "01111")
    assert echo_expectation(idle) == pytest.approx(1)
    turn = Gate("phasedx", (0,), (math.pi / 3, 0.4))
    turned = Circuit(idle.qubits, (*idle.gates, turn))
    assert echo_expectation(turned) == pytest.approx(0.5)
    # Another qubit turned: the reading 0…0 becomes rarer, and nothing else counts.
    other = Gate("phasedx", (2,), (math.pi / 3, 0.4))
    turned = Circuit(idle.qubits, (*idle.gates, other))
    assert echo_expectation(turned) == pytest.approx(np.cos(math.pi / 6) ** 2)


@pytest.mark.parametrize("strands", range(1, 5))
def test_idle_echoes(strands: int) -> None:
    """Amplitudes that vanish exactly are numbers too."""
    for s in paths(strands).tolist():
        circuit = echo_circuit(Braid([], strands=strands), s)
        assert echo_expectation(circuit) == pytest.approx(1)


def test_values_that_are_no_numbers_are_no_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosscheck, "echo_expectation", lambda circuit: math.nan)
    check = check_circuits(BRAIDS[2], "markov")
    assert check is not None
    assert not check.agree
