"""The trajectory simulator against Qiskit Aer and against dense linear algebra."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import chi2
from strategies import random_braid

from plait.circuits import (
    Circuit,
    CircuitBuilder,
    Device,
    build_circuit,
    device,
    echo_circuit,
    hadamard_circuit,
    read_outcome,
    simulate,
    simulate_aer,
)
from plait.circuits.devices import Memory
from plait.circuits.simulation import field_of_shots
from plait.knots import InputError, sample_paths

SHOTS = 20_000


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


def density(circuit: Circuit, memory: Memory) -> npt.NDArray[np.float64]:
    """Exact probabilities of outcomes with memory noise; bit j of an index is qubit j.

    Before every ZZ rotation each of its qubits has waited since its last one, and for the layer of
    this one: it dephases and turns about Z for so many layers.
    """
    size = 2**circuit.qubits
    index = np.arange(size)
    rho = np.zeros((size, size), dtype=complex)
    rho[0, 0] = 1

    def wait(qubit: int, layers: int) -> None:
        nonlocal rho
        one = (index >> qubit) & 1
        turned = np.exp(1j * memory.field * layers * one)
        kept = (1 - 2 * memory.dephasing) ** layers
        rho = rho * np.outer(turned, turned.conj())
        rho = np.where(one[:, None] == one[None, :], rho, kept * rho)

    clock = [0] * circuit.qubits
    for gate in circuit.gates:
        if gate.name == "zzphase":
            now = max(clock[q] for q in gate.qubits) + 1
            for q in gate.qubits:
                wait(q, now - clock[q])
                clock[q] = now
            a, b = gate.qubits
            sign = 1 - 2 * (((index >> a) ^ (index >> b)) & 1)
            phases = np.exp(-0.5j * gate.angles[0] * sign)
            rho = rho * np.outer(phases, phases.conj())
        else:
            bit = 1 << gate.qubits[0]
            one = ((index & bit) > 0).astype(int)
            m = gate.matrix()
            rho = m[one, 0][:, None] * rho[index & ~bit] + m[one, 1][:, None] * rho[index | bit]
            m = m.conj()
            rho = m[one, 0] * rho[:, index & ~bit] + m[one, 1] * rho[:, index | bit]
    return np.real(np.diag(rho))


def assert_frequencies(counts: dict[str, int], probabilities: npt.NDArray[np.float64]) -> None:
    shots = sum(counts.values())
    qubits = int(math.log2(len(probabilities)))
    for x, p in enumerate(probabilities):
        got = counts.get(format(x, f"0{qubits}b")[::-1], 0)
        # Rare outcomes are Poisson, with a longer tail.
        assert abs(got - p * shots) < 5.5 * math.sqrt(max(p, 0) * shots + 1)


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize(
    "memory", [Memory(dephasing=0.01), Memory(field=0.03), Memory(dephasing=0.004, field=-0.01)]
)
def test_memory_noise_of_echo_circuits(memory: Memory, line: bool) -> None:
    """Against density matrices: waiting within the runs counts too."""
    target = replace(device("ideal"), memory=memory)
    braid, path = random_braid(5, 18, 2), (0, 1, 1, 1, 1, 1)
    circuit = echo_circuit(braid, path, line=line)
    assert circuit.two_qubit_depth > 7
    (counts,) = simulate([(circuit, 4 * SHOTS)], target, seed=1)
    assert_frequencies(counts, density(circuit, memory))


def test_memory_noise_of_circuits_for_cz_and_hadamard_tests() -> None:
    memory = Memory(dephasing=0.01, field=0.02)
    braid, path = random_braid(4, 12, 3), (0, 1, 1, 0, 1)
    for circuit, name in (
        (build_circuit(braid, path, target="ibm_fez"), "ibm_fez"),
        (hadamard_circuit(braid, path), "ideal"),
    ):
        target = replace(device(name).with_noise(0), memory=memory)
        (counts,) = simulate([(circuit, SHOTS)], target, seed=1)
        assert_frequencies(counts, density(circuit, memory))


def test_detection_sees_dephasing() -> None:
    """Z errors in the middle of a run leave the paths."""
    target = replace(device("ideal"), memory=Memory(dephasing=0.01))
    braid, path = random_braid(5, 18, 2), (0, 1, 1, 1, 1, 1)
    circuit = build_circuit(braid, path, target=target)
    (counts,) = simulate([(circuit, SHOTS)], target, seed=1)
    kept = sum(
        n for bits, n in counts.items() if read_outcome("echo", path, circuit.normal(bits)).kept
    )
    assert kept < 0.98 * SHOTS


def test_dephasing_damps_waiting_qubits() -> None:
    """Without gates on the others: ⟨X⟩ = (1 − 2p)^layers."""
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
    circuit = echo_circuit(random_braid(4, 12, 3), (0, 1, 1, 0, 1))
    fields = np.where(np.arange(SHOTS) % 2, 0.04, -0.01)
    (counts,) = simulate([(circuit, SHOTS)], device("ideal"), seed=1, fields=fields)
    want = (density(circuit, Memory(field=0.04)) + density(circuit, Memory(field=-0.01))) / 2
    assert_frequencies(counts, want)


@pytest.mark.parametrize("fields", [[0.1, 0.2, 0.3], [[0.1] * 20], [math.nan] * 20])
def test_fields_are_one_number_per_shot(fields: list[float]) -> None:
    circuit = echo_circuit([1, 2], "0111")
    with pytest.raises(InputError, match="give one finite number per shot, 20"):
        simulate([(circuit, 20)], device("ideal"), seed=1, fields=fields)


@pytest.mark.parametrize(("shots", "seed"), [(-1, 1), (1, -1)])
def test_negative_numbers_are_refused(shots: int, seed: int) -> None:
    with pytest.raises(InputError, match="must not be negative"):
        simulate([(echo_circuit([1, 2], "0111"), shots)], device("ideal"), seed=seed)


def test_a_collective_field_turns_the_phase_of_the_value() -> None:
    """What the H2-2 data show: b and c turn together, |z| hardly changes."""
    braid, path = random_braid(7, 40, 2), (0, 1, 1, 1, 0, 1, 1, 1)
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


@pytest.mark.parametrize("cores", [1, 2, 7])
def test_counts_depend_on_the_seed_and_not_on_the_cores(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = replace(device("H1-1").with_noise(20), memory=Memory(field=0.01, field_sd=0.01))
    pairs = [
        (build_circuit(random_braid(6, 30, 1), path, target=target), shots)
        for path, shots in (("0110111", 700), ("0111111", 20), ("0101011", 0))
    ]
    first = simulate(pairs, target, seed=7)
    monkeypatch.setattr("plait.circuits.simulation.available_cores", lambda: cores)
    assert simulate(pairs, target, seed=7) == first
    assert simulate(pairs, target, seed=8) != first
    assert [sum(counts.values()) for counts in first] == [700, 20, 0]


def test_little_memory_means_fewer_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a refusal."""
    circuit = echo_circuit(random_braid(9, 20, 1), some_path(9, 1))
    monkeypatch.setattr("plait.circuits.simulation.available_bytes", lambda: 1.5 * 48 * 2**8)
    monkeypatch.setattr("plait.circuits.simulation.available_cores", lambda: 64)
    (counts,) = simulate([(circuit, 2000)], device("ideal"), seed=1)
    assert sum(counts.values()) == 2000


def test_aer_refuses_what_it_would_leave_out() -> None:
    target = replace(device("H1-1"), memory=Memory(dephasing=0.01))
    with pytest.raises(InputError, match="has memory noise, which is not simulated on Aer"):
        simulate_aer([(echo_circuit([1, 2], "0111"), 1)], target, seed=1)


def test_twenty_qubits() -> None:
    braid = random_braid(21, 60, 1)
    path = some_path(21, 3)
    target = device("H1-1").with_noise(5)
    circuit = build_circuit(braid, path, target=target)
    (counts,) = simulate([(circuit, 50)], target, seed=1)
    assert sum(counts.values()) == 50
