"""The trajectory simulator against Qiskit Aer and against dense linear algebra."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import chi2

from plait.circuits import (
    Circuit,
    Device,
    build_circuit,
    device,
    hadamard_circuit,
    read_outcome,
    simulate,
    simulate_aer,
)
from plait.circuits.devices import Memory
from plait.circuits.simulation import field_of_shots
from plait.knots import Braid, InputError, sample_paths

SHOTS = 20_000


def random_braid(strands: int, letters: int, seed: int) -> Braid:
    rng = np.random.default_rng([strands, letters, seed])
    word = rng.integers(1, strands, letters) * rng.choice([-1, 1], letters)
    return Braid(word.tolist(), strands=strands)


def some_path(strands: int, seed: int) -> tuple[int, ...]:
    return tuple(sample_paths(strands, 1, np.random.default_rng(seed))[0].tolist())


def p_value(ours: Counter[str], theirs: Counter[str]) -> float:
    """Of the χ² test that two samples have one distribution; rare outcomes are put together."""
    a, b = ours.total(), theirs.total()
    common = [key for key in ours | theirs if ours[key] + theirs[key] >= 20]
    rows = [(ours[key], theirs[key]) for key in common]
    rest = (a - sum(x for x, _ in rows), b - sum(y for _, y in rows))
    if sum(rest) >= 20:
        rows.append(rest)
    statistic = 0.0
    for x, y in rows:
        for got, size in ((x, a), (y, b)):
            want = (x + y) * size / (a + b)
            statistic += (got - want) ** 2 / want
    return float(chi2.sf(statistic, len(rows) - 1))


@pytest.mark.parametrize("factor", [1, 10, 60])
@pytest.mark.parametrize("name", ["H1-1", "ibm_fez"])
@pytest.mark.parametrize("qubits", [5, 7, 9])
def test_same_distribution_as_aer(qubits: int, name: str, factor: float) -> None:
    """χ² on whole outcomes and on the classes +1, −1, 0, rejected."""
    target = device(name).with_noise(factor / (5 if name == "ibm_fez" else 1))
    braid, path = random_braid(qubits + 1, 5 * qubits, 1), some_path(qubits + 1, qubits)
    circuit = build_circuit(braid, path, part="imag", target=target)
    found = []
    for run in (simulate, simulate_aer):
        (counts,) = run([(circuit, SHOTS)], target, seed=3)
        kinds: Counter[str] = Counter()
        for bits, count in counts.items():
            kinds[str(read_outcome("echo", path, circuit.normal(bits)))] += count
        found.append((Counter(counts), kinds))
    (ours, our_kinds), (theirs, their_kinds) = found
    # Eighteen cases of two tests each: one below 1e-4 happens once in 300 such suites.
    assert p_value(ours, theirs) > 1e-4
    assert p_value(our_kinds, their_kinds) > 1e-4


@pytest.mark.parametrize("kind", ["echo", "hadamard"])
def test_large_errors_of_every_kind(kind: str) -> None:
    """Each error alone, large enough that a wrong place of one kind of gate would show."""
    braid, path = random_braid(5, 20, 4), (0, 1, 1, 0, 1, 1)
    ideal = device("ideal")
    circuit = (
        build_circuit(braid, path, target=ideal)
        if kind == "echo"
        else hadamard_circuit(braid, path)
    )
    for rates in (
        {"one_qubit": 0.03},
        {"two_qubit": 0.05},
        {"two_qubit_slope": 0.05},
        {"preparation": 0.1},
        {"readout_0": 0.05, "readout_1": 0.15},
    ):
        target = replace(ideal, errors=replace(ideal.errors, **rates))
        ours, theirs = (
            Counter(run([(circuit, SHOTS)], target, seed=5)[0]) for run in (simulate, simulate_aer)
        )
        assert p_value(ours, theirs) > 1e-4, rates


def test_the_test_sees_a_wrong_rate() -> None:
    """A third more errors is noticed at these numbers of shots."""
    target = device("H1-1").with_noise(60)
    circuit = build_circuit(random_braid(8, 35, 1), some_path(8, 7), target=target)
    (ours,) = simulate([(circuit, SHOTS)], target.with_noise(1.33), seed=3)
    (theirs,) = simulate_aer([(circuit, SHOTS)], target, seed=3)
    assert p_value(Counter(ours), Counter(theirs)) < 1e-4


def test_noiseless_outcomes_have_the_exact_probabilities() -> None:
    target = device("ideal")
    circuit = build_circuit(random_braid(7, 60, 2), "01101101", target=target)
    state = dense_state(circuit)
    (counts,) = simulate([(circuit, SHOTS)], target, seed=1)
    for x, p in enumerate(abs(state) ** 2):
        bits = format(x, f"0{circuit.qubits}b")[::-1]
        sigma = math.sqrt(p * (1 - p) * SHOTS) + 1e-6
        assert abs(counts.get(bits, 0) - p * SHOTS) < 5.5 * sigma


def dense_state(circuit: Circuit) -> npt.NDArray[np.complex128]:
    """The final state; bit j of an index is qubit j."""
    index = np.arange(2**circuit.qubits)
    state = np.zeros(len(index), dtype=complex)
    state[0] = 1
    for gate in circuit.gates:
        if gate.name == "zzphase":
            a, b = gate.qubits
            sign = 1 - 2 * (((index >> a) ^ (index >> b)) & 1)
            state = state * np.exp(-0.5j * gate.angles[0] * sign)
        else:
            bit = 1 << gate.qubits[0]
            one = ((index & bit) > 0).astype(int)
            matrix = gate.matrix()
            state = matrix[one, 0] * state[index & ~bit] + matrix[one, 1] * state[index | bit]
    return state


def with_memory(target: Device, **values: float) -> Device:
    return replace(target, memory=Memory(**values))


def waiting(target: Device) -> Circuit:
    """Qubit 0 in |+⟩ waits for three layers, in which qubits 1 and 2 interact, and is read."""
    from plait.circuits import CircuitBuilder

    builder = CircuitBuilder(3)
    builder.h(0)
    builder.zz(0, 1, 0.3)
    for _ in range(3):
        builder.h(1)
        builder.zz(1, 2, 0.3)
    builder.h(1)
    builder.zz(0, 1, -0.3)
    builder.h(0)
    del target
    return builder.finish()


def test_a_field_turns_waiting_qubits() -> None:
    """⟨X⟩ of a qubit that spends five layers in the field is cos(5·field)."""
    for field in (0.0, 0.1, 0.25, -0.4):
        target = with_memory(device("ideal"), field=field)
        (counts,) = simulate([(waiting(target), SHOTS)], target, seed=1)
        plus = sum(count for bits, count in counts.items() if bits[0] == "0") / SHOTS
        # Qubit 1 is in a product state with Z = 1 at the first and a mixture at the last gate;
        # an exact reference comes from the dense simulation below.
        want = dense_with_field(field)
        assert abs(plus - want) < 5 * math.sqrt(0.25 / SHOTS)


def dense_with_field(field: float) -> float:
    """P(0) of qubit 0 of :func:`waiting`, with the turns put in by hand."""
    index = np.arange(8)
    state = np.zeros(8, dtype=complex)
    state[0] = 1

    def h(q: int) -> None:
        nonlocal state
        bit = 1 << q
        sign = np.where(index & bit, -1, 1)
        state = (state[index & ~bit] + sign * state[index | bit]) / math.sqrt(2)

    def zz(a: int, b: int, angle: float) -> None:
        nonlocal state
        state = state * np.exp(-0.5j * angle * (1 - 2 * (((index >> a) ^ (index >> b)) & 1)))

    def wait(q: int, layers: int) -> None:
        nonlocal state
        state = np.where(index & (1 << q), np.exp(1j * field * layers), 1) * state

    h(0)
    wait(0, 1)
    wait(1, 1)
    zz(0, 1, 0.3)
    for k in range(3):
        h(1)
        wait(1, 1)
        wait(2, 2 if k == 0 else 1)
        zz(1, 2, 0.3)
    h(1)
    wait(0, 4)
    wait(1, 1)
    zz(0, 1, -0.3)
    h(0)
    return float((abs(state[index & 1 == 0]) ** 2).sum())


def test_dephasing_damps_waiting_qubits() -> None:
    """Without gates on the others: ⟨X⟩ = (1 − 2p)^layers."""
    from plait.circuits import CircuitBuilder

    builder = CircuitBuilder(2)
    builder.h(0)
    for _ in range(4):
        builder.zz(0, 1, 0.7)
        builder.x(1)
    builder.h(0)
    target = with_memory(device("ideal"), dephasing=0.05)
    (counts,) = simulate([(builder.finish(), SHOTS)], target, seed=1)
    plus = sum(count for bits, count in counts.items() if bits[0] == "0") / SHOTS
    assert abs(plus - (1 + 0.9**4) / 2) < 5 * math.sqrt(0.25 / SHOTS)


def test_the_field_of_successive_shots() -> None:
    target = with_memory(device("ideal"), field=0.3, field_sd=0.2, field_correlation=8)
    x = field_of_shots(target, 200_000, np.random.default_rng(1)) - 0.3
    # The variance of these means is that of about shots/16 independent numbers.
    slack = 5 / math.sqrt(200_000 / 16)
    assert abs(x.mean() / 0.2) < slack
    assert abs(x.std() / 0.2 - 1) < slack
    for lag in (1, 4, 8, 20):
        correlation = float(np.mean(x[lag:] * x[:-lag]) / np.var(x))
        assert abs(correlation - math.exp(-lag / 8)) < slack
    independent = with_memory(device("ideal"), field_sd=0.2)
    y = field_of_shots(independent, 10_000, np.random.default_rng(1))
    assert abs(np.mean(y[1:] * y[:-1])) / 0.04 < 0.05


def test_fields_that_differ_from_shot_to_shot() -> None:
    """A mixture of two fields gives the mean of their distributions."""
    circuit, ideal = waiting(device("ideal")), device("ideal")
    fields = np.where(np.arange(SHOTS) % 2, 0.4, -0.1)
    (counts,) = simulate([(circuit, SHOTS)], ideal, seed=1, fields=fields)
    plus = sum(count for bits, count in counts.items() if bits[0] == "0") / SHOTS
    want = (dense_with_field(0.4) + dense_with_field(-0.1)) / 2
    assert abs(plus - want) < 5 * math.sqrt(0.25 / SHOTS)
    with pytest.raises(InputError, match=r"fields has shape \(3,\); give one number per shot, 20"):
        simulate([(circuit, 20)], ideal, seed=1, fields=[0.1, 0.2, 0.3])


def test_a_collective_field_turns_the_phase_of_the_value() -> None:
    """What the H2-2 data show: b and c turn together, |z| hardly changes."""
    braid, path = random_braid(7, 40, 6), (0, 1, 1, 1, 0, 1, 1, 1)
    z = {}
    for field in (0.0, 0.004):
        for name, word in (("b", braid), ("c", braid.mirror())):
            target = with_memory(device("ideal"), field=field)
            parts = []
            for part in ("real", "imag"):
                circuit = build_circuit(word, path, part=part, target=target)  # type: ignore[arg-type]
                (counts,) = simulate([(circuit, SHOTS)], target, seed=2)
                parts.append(
                    sum(
                        read_outcome("echo", path, circuit.normal(bits)).value * count
                        for bits, count in counts.items()
                    )
                    / SHOTS
                )
            z[name, field] = complex(*parts)
    turn_b, turn_c = (np.angle(z[k, 0.004] / z[k, 0.0]) for k in ("b", "c"))
    assert abs(z["b", 0.0]) > 0.2
    assert turn_b > 0.15
    assert abs(turn_b - turn_c) < 0.15


@pytest.mark.parametrize("copies", [1, 5])
def test_seeds_and_threads(copies: int) -> None:
    """The counts depend on the seed alone."""
    target = device("H1-1").with_noise(20)
    circuit = build_circuit(random_braid(6, 30, 1), "0110111", target=target)
    pairs = [(circuit, 200)] * copies
    first = simulate(pairs, target, seed=7)
    assert simulate(pairs, target, seed=7) == first
    assert simulate(pairs, target, seed=8) != first


def test_twenty_qubits() -> None:
    braid = random_braid(21, 60, 1)
    path = some_path(21, 3)
    target = device("H1-1").with_noise(5)
    circuit = build_circuit(braid, path, target=target)
    (counts,) = simulate([(circuit, 50)], target, seed=1)
    assert sum(counts.values()) == 50
