"""Reading measured bits, by brute force over all outcomes of small circuits."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

from plait.circuits import Circuit, Gate, build_circuit, read_outcome, to_qiskit
from plait.circuits.compile import CircuitKind
from plait.circuits.echo import PARTS
from plait.circuits.hadamard import hadamard_circuit
from plait.circuits.outcomes import read_outcomes
from plait.knots import Braid, InputError, paths
from plait.tensornet import representation

KINDS: list[CircuitKind] = ["echo", "hadamard"]


def random_braid(strands: int, seed: int) -> Braid:
    rng = np.random.default_rng([strands, seed])
    if strands == 1:
        return Braid([], strands=1)
    letters = rng.integers(1, strands, 6 * strands) * rng.choice([-1, 1], 6 * strands)
    return Braid(letters.tolist(), strands=strands)


def probabilities(circuit: Circuit) -> dict[str, float]:
    """Character j is the bit of qubit j."""
    state = Statevector(to_qiskit(circuit, measure=False))
    return {bits[::-1]: p for bits, p in state.probabilities_dict().items()}


@pytest.mark.parametrize(
    ("kind", "target"), [("echo", "ideal"), ("echo", "ibm_fez"), ("hadamard", "ideal")]
)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("strands", range(1, 7))
def test_nothing_is_rejected_without_noise(
    strands: int, seed: int, kind: CircuitKind, target: str
) -> None:
    """For every path: no rejected mass, and the mean of the values is ⟨s|U|s⟩."""
    braid = random_braid(strands, seed)
    exact = np.diag(representation(braid))
    for s, z in zip(paths(strands).tolist(), exact, strict=True):
        for part, want in zip(PARTS, (z.real, z.imag), strict=True):
            rejected = mean = 0.0
            circuit = build_circuit(braid, s, part=part, kind=kind, target=target)
            for bits, p in probabilities(circuit).items():
                outcome = read_outcome(kind, s, circuit.normal(bits))
                rejected += p * (not outcome.kept)
                mean += p * outcome.value
            assert rejected < 1e-12
            assert abs(mean - want) < 1e-10


def support(strands: int, s: list[int], target: str) -> set[str]:
    """Outcomes of noiseless echo circuits of many braids on the path s."""
    found: set[str] = set()
    for seed in range(6):
        for part in PARTS:
            circuit = build_circuit(random_braid(strands, seed), s, part=part, target=target)
            found |= {
                circuit.normal(bits) for bits, p in probabilities(circuit).items() if p > 1e-12
            }
    return found


@pytest.mark.parametrize("target", ["ideal", "ibm_fez"])
@pytest.mark.parametrize("strands", range(2, 7))
def test_echo_keeps_what_a_braid_can_cause_and_nothing_else(strands: int, target: str) -> None:
    for s in paths(strands).tolist():
        possible = support(strands, s, target)
        for bits in map("".join, product("01", repeat=strands - 1)):
            outcome = read_outcome("echo", s, bits)
            assert outcome.value == (0 if "1" in bits[1:] else 1 - 2 * int(bits[0]))
            if bits in possible:
                assert outcome.kept
            elif "1" in bits[1:]:
                assert not outcome.kept


@pytest.mark.parametrize("strands", range(2, 7))
def test_hadamard_keeps_paths_and_nothing_else(strands: int) -> None:
    for s in paths(strands).tolist():
        allowed = {tuple(x[2:strands]) for x in paths(strands).tolist() if x[-1] == s[-1]}
        for bits in product((0, 1), repeat=strands - 1):
            outcome = read_outcome("hadamard", s, "".join(map(str, bits)))
            assert outcome.kept == (bits[1:] in allowed)
            if outcome.kept:
                assert outcome.value == 1 - 2 * bits[0]


@pytest.mark.parametrize("strands", [4, 5, 6])
def test_flips_that_leave_the_path_space_are_detected(strands: int) -> None:
    """Flip one bit of an idle Hadamard test: seen exactly when the path is broken."""
    for s in paths(strands).tolist():
        clean = probabilities(hadamard_circuit(Braid([], strands=strands), s))
        (bits,) = (bits for bits, p in clean.items() if p > 1e-12)
        for qubit in range(1, strands - 1):
            flipped = s.copy()
            flipped[qubit + 1] ^= 1
            wrong = bits[:qubit] + str(1 - int(bits[qubit])) + bits[qubit + 1 :]
            breaks = (0, 0) in pairwise(flipped)
            assert read_outcome("hadamard", s, wrong).kept == (not breaks)


def read_by_hand(kind: CircuitKind, s: list[int], bits: str) -> tuple[int, bool]:
    """The definition, one character at a time."""
    value = 1 - 2 * int(bits[0])
    if kind == "echo" and "1" not in bits[1:]:
        return value, True
    inner = [int(b) for b in bits[1:]]
    if kind == "echo":
        inner = [b ^ x for b, x in zip(inner, s[2:-1], strict=True)]
    path = [1, *inner, s[-1]]
    kept = all(pair != (0, 0) for pair in pairwise(path))
    return (0 if kind == "echo" else value), kept


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("strands", range(1, 7))
def test_many_outcomes_are_read_as_one(strands: int, kind: CircuitKind) -> None:
    """All outcomes of all paths at a time."""
    qubits = max(1, strands - 1)
    pairs = list(product(paths(strands).tolist(), product((0, 1), repeat=qubits)))
    values, kept = read_outcomes(
        kind,
        np.array([s for s, _ in pairs], dtype=np.uint8),
        np.array([bits for _, bits in pairs], dtype=np.uint8),
    )
    assert (values.dtype, kept.dtype) == (np.int8, np.bool_)
    for (s, bits), value, keep in zip(pairs, values.tolist(), kept.tolist(), strict=True):
        text = "".join(map(str, bits))
        assert (value, keep) == read_by_hand(kind, s, text) == read_outcome(kind, s, text)


def test_outcomes_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="unknown circuit 'loop'; choose one of: echo, hadamard"):
        read_outcome("loop", (0, 1, 1, 1), "00")  # type: ignore[arg-type]
    for bits in ("0", "000", "0x", ""):
        with pytest.raises(
            InputError, match=f"outcome '{bits}': for this path, give the bits of 2"
        ):
            read_outcome("echo", (0, 1, 1, 1), bits)
    with pytest.raises(InputError, match=r"shape \(2, 3\) do not fit paths of shape \(2, 4\)"):
        read_outcomes("echo", np.ones((2, 4), dtype=np.uint8), np.ones((2, 3), dtype=np.uint8))


def with_flip(circuit: Circuit, position: int, qubit: int) -> Circuit:
    flip = Gate("phasedx", (qubit,), (math.pi, 0.0))
    gates = (*circuit.gates[:position], flip, *circuit.gates[position:])
    return Circuit(circuit.qubits, gates)


@pytest.mark.parametrize("kind", KINDS)
def test_flips_inside_circuits_are_seen(kind: CircuitKind) -> None:
    """Of the bit flips anywhere in a circuit on five qubits, a good part is seen."""
    braid = random_braid(6, 4)
    s = [0, 1, 0, 1, 1, 1, 1]
    circuit = build_circuit(braid, s, kind=kind)
    rng = np.random.default_rng(3)
    seen = []
    for _ in range(60):
        wrong = with_flip(circuit, int(rng.integers(len(circuit.gates))), int(rng.integers(5)))
        found = probabilities(wrong).items()
        seen.append(sum(p for bits, p in found if not read_outcome(kind, s, bits).kept))
    assert np.mean(seen) > 0.15
    assert max(seen) < 1 + 1e-12
