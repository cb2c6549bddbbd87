"""Readout correction: exactly unbiased, over enumerated distributions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from plait.circuits import build_circuit, device, simulate
from plait.circuits.backends.protocol import Shots
from plait.circuits.ir import Undo
from plait.circuits.outcomes import read_outcomes
from plait.knots import Braid, InputError, paths
from plait.mitigation.readout import corrected_values, raw_outcomes, readout_range

SMALL = Braid([1, -2, 3, -4, 2, 2, 3, -1, 4, 3], strands=5)
RATES = [[0.02, 0.05], [0.1, 0.03], [0.0, 0.2], [0.07, 0.0]]


def all_bits(qubits: int) -> list[str]:
    return ["".join(bits) for bits in itertools.product("01", repeat=qubits)]


def misread(true: npt.NDArray[Any], rates: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The distribution of what is read; qubit 0 is the first axis."""
    for qubit, (r0, r1) in enumerate(rates):
        confusion = np.array([[1 - r0, r1], [r0, 1 - r1]])
        true = np.moveaxis(np.tensordot(confusion, true, (1, qubit)), 0, qubit)
    return true


@pytest.mark.parametrize("rates", [RATES, [[0.01, 0.04]] * 4])
@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
@pytest.mark.parametrize("kind", ["echo", "hadamard"])
def test_exactly_unbiased(kind: Any, name: str, rates: Any) -> None:
    """Over all outcomes of random distributions of raw bits, read through every path's circuit."""
    if kind == "hadamard" and name == "ibm_fez":
        pytest.skip("no Hadamard tests on a line")
    rng = np.random.default_rng(1)
    bits = all_bits(4)
    for path in paths(5).tolist():
        circuit = build_circuit(SMALL, path, kind=kind, target=name)
        true = rng.dirichlet(np.ones(16)).reshape((2,) * 4)
        read = misread(true, np.array(rates)).ravel()
        normal = [list(map(int, circuit.normal(b))) for b in bits]
        shots = Shots(np.array([path] * 16, dtype=np.uint8), np.array(normal, dtype=np.uint8))
        plain, _ = read_outcomes(kind, shots.paths, shots.outcomes)
        found = corrected_values(kind, shots, {tuple(path): circuit.undo}, rates)
        assert read @ found.values == pytest.approx(true.ravel() @ plain, abs=1e-12)
        assert abs(read @ plain - true.ravel() @ plain) > 1e-4
        alive = true.ravel() @ abs(plain)
        assert read @ found.survived == pytest.approx(alive, abs=1e-12)


@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
def test_raw_outcomes_invert_the_normal_form(name: str) -> None:
    bits = all_bits(4)
    own, normal = [], []
    undos = {}
    for path in paths(5).tolist():
        circuit = build_circuit(SMALL, path, target=name)
        undos[tuple(path)] = circuit.undo
        own += [path] * 16
        normal += [list(map(int, circuit.normal(b))) for b in bits]
    found = raw_outcomes(np.array(own), np.array(normal), undos)
    assert ["".join(map(str, row)) for row in found.tolist()] == bits * len(undos)


def test_on_the_simulator() -> None:
    """Readout errors alone, ten times those of H1-1: the bias goes, the spread hardly grows."""
    from dataclasses import replace

    path = (0, 1, 1, 0, 1, 1)
    target = device("H1-1").with_noise(10)
    quiet = replace(
        target.errors, one_qubit=0.0, two_qubit=0.0, two_qubit_slope=0.0, preparation=0.0
    )
    target = replace(target, errors=quiet)
    circuit = build_circuit(SMALL, path, target="H1-1")
    (exact,) = simulate([(circuit, 200_000)], device("ideal"), seed=1)
    (noisy,) = simulate([(circuit, 200_000)], target, seed=2)
    means, spreads = [], []
    for counts, errors in ((exact, None), (noisy, None), (noisy, quiet)):
        normal: dict[str, int] = {}
        for bits, number in counts.items():
            key = circuit.normal(bits)
            normal[key] = normal.get(key, 0) + number
        shots = Shots.of_counts([(path, normal)])
        if errors is None:
            values = read_outcomes("echo", shots.paths, shots.outcomes)[0].astype(float)
        else:
            values = corrected_values("echo", shots, circuit.undo, errors).values
        means.append(values.mean())
        spreads.append(values.std())
    error = 5 * spreads[2] * (2 / 200_000) ** 0.5
    assert abs(means[2] - means[0]) < error
    assert abs(means[1] - means[0]) > 2 * error
    assert spreads[2] / spreads[1] < readout_range(quiet, 4) < 1.15


def test_without_errors_nothing_changes() -> None:
    shots = Shots(
        np.array([[0, 1, 1, 1]] * 4, dtype=np.uint8),
        np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.uint8),
    )
    found = corrected_values("echo", shots, Undo(), [0, 0])
    assert found.values.tolist() == [1, -1, 0, 0]
    assert found.survived.tolist() == [1, 1, 0, 0]
    assert readout_range([0, 0], 30) == 1.0


SHOTS = Shots(np.array([[0, 1, 1, 1]], dtype=np.uint8), np.array([[0, 1]], dtype=np.uint8))


@pytest.mark.parametrize(
    "errors",
    [0.1, "x", None, [0.1], [0.5, 0.5], [-0.1, 0], [np.nan, 0], [10**400, 0], [[0.1, 0.1]] * 3],
)
def test_bad_errors(errors: Any) -> None:
    with pytest.raises(InputError, match="readout errors"):
        corrected_values("echo", SHOTS, Undo(), errors)


def test_bad_inputs() -> None:
    with pytest.raises(InputError, match="unknown circuit 'loop'"):
        corrected_values("loop", SHOTS, Undo(), [0, 0])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no undo of the circuit of path 0111"):
        corrected_values("echo", SHOTS, {}, [0, 0])
    with pytest.raises(InputError, match="an undo of qubit 5 does not fit 2 qubits"):
        corrected_values("echo", SHOTS, Undo(links=((0, 5),)), [0, 0])
    with pytest.raises(InputError, match="qubits=0"):
        readout_range([0, 0], 0)
