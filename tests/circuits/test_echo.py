"""Echo and Hadamard-test circuits against the representation, by two statevector simulators."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from qiskit.quantum_info import Statevector
from strategies import random_braid

import plait
from plait.circuits import (
    Circuit,
    build_circuit,
    echo_circuit,
    hadamard_circuit,
    to_pytket,
    to_qiskit,
)
from plait.circuits.echo import PARTS, Part, _Memory
from plait.knots import Braid, InputError, closure_writhe, path_probability, paths, plat_path
from plait.knots.conventions import ORDER
from plait.tensornet import representation

Array = npt.NDArray[np.float64]
Simulate = Callable[[Circuit], Array]
PHI = (1 + math.sqrt(5)) / 2


BRAIDS = [
    *(random_braid(n, 6 * n, seed) for n in range(1, 8) for seed in (n, 10 + n)),
    Braid([], strands=4),
    Braid([2] * 7 + [-3] * 4 + [1] * 11, strands=5),
    Braid([4, 3, 2, 1, 1, 2, 3, 4], strands=5),
]
IDS = [f"{b.strands}-{len(b)}-{k}" for k, b in enumerate(BRAIDS)]


@cache
def exact(braid: Braid) -> dict[tuple[int, ...], complex]:
    """⟨s|U|s⟩ of every path."""
    diagonal = np.diag(representation(braid))
    return dict(zip(map(tuple, paths(braid.strands).tolist()), diagonal.tolist(), strict=True))


def with_qiskit(circuit: Circuit) -> Array:
    """Probabilities, axis j for qubit j. Qiskit's qubit 0 is the last axis."""
    state = Statevector(to_qiskit(circuit, measure=False)).data
    return np.asarray(abs(state.reshape((2,) * circuit.qubits).transpose()) ** 2)


def with_pytket(circuit: Circuit) -> Array:
    """Probabilities, axis j for qubit j. Pytket's qubit 0 is the first axis."""
    state = to_pytket(circuit, measure=False).get_statevector()
    return np.asarray(abs(state.reshape((2,) * circuit.qubits)) ** 2)


def echo_mean(probabilities: Array) -> float:
    """Mean of v = (−1)^(first bit) where all others are 0, else 0."""
    rest = (0,) * (probabilities.ndim - 1)
    return float(probabilities[(0, *rest)] - probabilities[(1, *rest)])


def clean_mean(probabilities: Array) -> float:
    """Mean of (−1)^(first bit)."""
    return float(probabilities[0].sum() - probabilities[1].sum())


def echo_value(
    braid: Braid, s: Sequence[int], simulate: Simulate = with_qiskit, *, line: bool = False
) -> complex:
    real, imag = (
        echo_mean(simulate(echo_circuit(braid, s, part=part, line=line))) for part in PARTS
    )
    return complex(real, imag)


def hadamard_value(braid: Braid, s: Sequence[int], simulate: Simulate = with_qiskit) -> complex:
    real, imag = (clean_mean(simulate(hadamard_circuit(braid, s, part=part))) for part in PARTS)
    return complex(real, imag)


def compiled_value(
    braid: Braid, s: Sequence[int], target: str, simulate: Simulate = with_qiskit
) -> complex:
    real, imag = (
        echo_mean(simulate(build_circuit(braid, s, part=part, target=target))) for part in PARTS
    )
    return complex(real, imag)


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_echo_with_qiskit(braid: Braid, line: bool) -> None:
    for s, want in exact(braid).items():
        assert abs(echo_value(braid, s, with_qiskit, line=line) - want) < 1e-10


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_echo_with_pytket(braid: Braid, line: bool) -> None:
    for s, want in exact(braid).items():
        assert abs(echo_value(braid, s, with_pytket, line=line) - want) < 1e-10


@pytest.mark.parametrize("simulate", [with_qiskit, with_pytket])
@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_hadamard(braid: Braid, simulate: Simulate) -> None:
    for s, want in exact(braid).items():
        assert abs(hadamard_value(braid, s, simulate) - want) < 1e-10


@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_echo_compiled_for_ibm_fez(braid: Braid) -> None:
    for s, want in exact(braid).items():
        # As cz gates, and in the neutral form.
        assert abs(compiled_value(braid, s, "ibm_fez", with_qiskit) - want) < 1e-10
        assert abs(compiled_value(braid, s, "ibm_fez", with_pytket) - want) < 1e-10


@pytest.mark.parametrize("name", ["H1-1", "H2-1"])
def test_echo_compiled_for_ion_traps(name: str) -> None:
    braid = random_braid(5, 25, seed=77)
    for s, want in exact(braid).items():
        assert abs(compiled_value(braid, s, name, with_pytket) - want) < 1e-10


@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_gates_for_ibm_fez(braid: Braid) -> None:
    for s in exact(braid):
        circuit = build_circuit(braid, s, target="ibm_fez")
        emitted = to_qiskit(circuit)
        assert set(emitted.count_ops()) <= {"rz", "r", "cz", "measure"}
        pairs = [gate.qubits for gate in circuit.gates if len(gate.qubits) == 2]
        assert all(abs(a - b) == 1 for a, b in pairs)


@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_line_uses_neighbours_only(braid: Braid) -> None:
    for s, part in product(exact(braid), PARTS):
        circuit = echo_circuit(braid, s, part=part, line=True)
        assert {abs(g.qubits[0] - g.qubits[-1]) for g in circuit.gates} <= {0, 1}


@pytest.mark.parametrize("braid", BRAIDS[6:10], ids=IDS[6:10])
def test_distribution_of_echo_outcomes(braid: Braid) -> None:
    """P(v = ±1) = |1 ± w|²/4 with w = z_s for the real and −i z_s for the imaginary part."""
    turns: dict[Part, complex] = {"real": 1, "imag": -1j}
    for (s, z), (part, turn) in product(exact(braid).items(), turns.items()):
        probabilities = with_qiskit(echo_circuit(braid, s, part=part)).ravel()
        half = len(probabilities) // 2
        want = [abs(1 + turn * z) ** 2 / 4, abs(1 - turn * z) ** 2 / 4]
        np.testing.assert_allclose(probabilities[[0, half]], want, rtol=0, atol=1e-10)


def links(s: Iterable[int]) -> int:
    """CNOTs of the preparation: one for each 1 of s beyond x_1 that has a qubit."""
    return sum(list(s)[1:-1]) - 1


def runs_cost(braid: Braid, s: tuple[int, ...]) -> int:
    """Two-qubit gates of the braid: 3 in the bulk, 1 or 0 next to bits that are known."""
    n = braid.strands
    known = {0, 1, n} | ({n - 1} if s[n] == 0 else set())
    total = 0
    for i, _ in braid.runs(ORDER):
        if i in known:
            continue
        unknown = {i - 1, i + 1} - known
        total += 3 if len(unknown) == 2 else 1
    return total


@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_number_of_two_qubit_gates(braid: Braid) -> None:
    for s, part in product(exact(braid), PARTS):
        circuit = echo_circuit(braid, s, part=part)
        preparation = 2 * links(s) if braid.strands > 1 else 0
        assert circuit.two_qubit_gates <= runs_cost(braid, s) + preparation
        assert circuit.qubits == max(1, braid.strands - 1)


@pytest.mark.parametrize(
    ("word", "path", "gates"),
    [
        ([], "0111111", 0),
        ([1], "0111111", 0),
        ([3], "0101111", 0),  # x_2 = 0: only a phase
        ([3], "0111111", 1),  # all of it happens on two qubits
        ([4], "0111011", 1),  # x_4 = 0 needs no preparation to undo
        ([5], "0111101", 1),
        ([5], "0111110", 0),
        ([3, 4], "0111111", 5),  # σ_4 is controlled by x_3 alone, as x_5 is still known
        ([3, 4, 3], "0111111", 6),  # and so is the second σ_3, by x_4
        ([2, 4, 3], "0111111", 9),  # three gates in the bulk
        ([2, 4, 3], "0110111", 1),  # x_3 = 0 at first makes σ_2 and σ_4 phases
        ([3, 2, 4], "0110111", 1),  # as x_3 = 0 in the end does
    ],
)
def test_two_qubit_gates_of_short_words(word: list[int], path: str, gates: int) -> None:
    for sign in (1, -1):
        braid = Braid([sign * letter for letter in word], strands=6)
        assert echo_circuit(braid, path).two_qubit_gates == gates


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("strands", [2, 4, 6])
def test_plat_closure(strands: int, seed: int) -> None:
    braid = random_braid(strands, 4 * strands, seed)
    p = plat_path(strands)
    prefactor = (-np.exp(-3j * np.pi / 5)) ** (-3 * closure_writhe(braid, "plat"))
    want = complex(plait.jones(braid, closure="plat"))
    for z in (echo_value(braid, p), hadamard_value(braid, p)):
        assert abs(prefactor * PHI ** (strands // 2 - 1) * z - want) < 1e-9


def prepared(name: str) -> Iterator[tuple[float, complex, complex]]:
    """(P(s), echo mean, Hadamard mean) of every path."""
    braid = plait.braid(name)
    for s in paths(braid.strands).tolist():
        yield path_probability(s), echo_value(braid, s), hadamard_value(braid, s)


@pytest.mark.parametrize(
    "name", ["0_1", "3_1", "4_1", "5_2", "6_1", "7_4", "8_19", "9_42", "L2a1{1}", "L6a4{0}"]
)
def test_sum_over_paths_is_the_jones_polynomial(name: str) -> None:
    """V = (−A)^(−3w) φ^(n−1) Σ_s P(s) ⟨s|U|s⟩, with P(s) = d/φⁿ adding up to 1."""
    braid = plait.braid(name)
    rows = list(prepared(name))
    assert abs(sum(weight for weight, _, _ in rows) - 1) < 1e-12
    factor = (-np.exp(-3j * np.pi / 5)) ** (-3 * braid.writhe) * PHI ** (braid.strands - 1)
    want = complex(plait.jones(name))
    assert abs(factor * sum(weight * echo for weight, echo, _ in rows) - want) < 1e-9
    assert abs(factor * sum(weight * clean for weight, _, clean in rows) - want) < 1e-9


def test_trefoil_and_figure_eight_from_circuits() -> None:
    """Against their polynomials: t + t³ − t⁴, and t² − t + 1 − 1/t + 1/t²."""
    t = np.exp(2j * np.pi / 5)
    known = {"3_1": t + t**3 - t**4, "4_1": t**2 - t + 1 - 1 / t + 1 / t**2}
    for name, want in known.items():
        braid = plait.braid(name)
        factor = (-np.exp(-3j * np.pi / 5)) ** (-3 * braid.writhe) * PHI ** (braid.strands - 1)
        assert abs(factor * sum(w * echo for w, echo, _ in prepared(name)) - want) < 1e-9


@pytest.mark.parametrize("build", [echo_circuit, hadamard_circuit])
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("011", "on 3 strands a path has 4 bits"),
        ("01111", "on 3 strands a path has 4 bits"),
        ("0121", "on 3 strands a path has 4 bits"),
        ("1111", "a path begins with 0 and has no two adjacent zeros"),
        ("0100", "a path begins with 0 and has no two adjacent zeros"),
        ("0011", "a path begins with 0 and has no two adjacent zeros"),
    ],
)
def test_what_is_not_a_path(build: Callable[..., Circuit], path: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build(Braid("1 2"), path)
    with pytest.raises(InputError, match=message):
        build(Braid("1 2"), [int(bit) for bit in path])


@pytest.mark.parametrize("build", [echo_circuit, hadamard_circuit])
def test_unknown_part(build: Callable[..., Circuit]) -> None:
    with pytest.raises(InputError, match="unknown part 'both'; choose one of: real, imag"):
        build(Braid("1 2"), "0111", part="both")


def test_depth_of_preparation_is_logarithmic() -> None:
    s = "0" + "1" * 33
    circuit = echo_circuit(Braid([*range(2, 33, 2), *range(3, 33, 2)], strands=33), s)
    assert circuit.qubits == 32
    # Copies to 15 qubits, then 16 rotations from 16 sources, two layers of the bulk on each of
    # the qubits, and five layers to undo.
    assert circuit.two_qubit_depth <= 4 + 2 + 6 + 6


def test_labels_name_part_and_path() -> None:
    assert echo_circuit(Braid("1 2"), "0110", part="imag").name == "echo-imag-0110"
    assert hadamard_circuit(Braid("1 2"), "0110").name == "hadamard-real-0110"


def test_many_threads_may_compile_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They share the table of patterns, which grows meanwhile."""
    braid = random_braid(6, 30, seed=5)
    want = exact(braid)
    for _ in range(3):
        monkeypatch.setattr("plait.circuits.echo_patterns._TABLES", {})
        monkeypatch.setattr("plait.circuits.echo._MEMORY", _Memory(10_000))
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda s: echo_circuit(braid, s), want))
        for circuit, z in zip(found, want.values(), strict=True):
            assert abs(echo_mean(with_qiskit(circuit)) - z.real) < 1e-10


def test_circuits_are_remembered_up_to_a_number_of_gates() -> None:
    memory = _Memory(10)
    circuits = {k: echo_circuit(random_braid(5, 12, seed=k), "011111") for k in range(6)}
    assert all(len(circuit.gates) > 4 for circuit in circuits.values())
    for k, circuit in circuits.items():
        assert memory.get(k, lambda circuit=circuit: circuit) is circuit  # type: ignore[misc]
    # The first one is gone and is made again; the last one may be here.
    made = []
    memory.get(0, lambda: made.append(1) or circuits[0])  # type: ignore[func-returns-value]
    assert made
