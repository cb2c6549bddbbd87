"""Circuits of one structure for all strings, against the representation, string by string."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
from strategies import random_braid

from plait.circuits import device, read_outcome
from plait.circuits.devices import Connectivity, Device
from plait.circuits.echo import PARTS, Part
from plait.circuits.ir import Entangler
from plait.circuits.template import Template, template
from plait.knots import Braid, InputError, paths, plat_path
from plait.tensornet import representation

# Connectivity and entangler in all combinations: H2-1, fractional gates, CZ, and CZ on a line.
MACHINES = [
    replace(
        device("ideal"),
        name=f"{connectivity}-{entangler}",
        connectivity=connectivity,
        entangler=entangler,
    )
    for connectivity in get_args(Connectivity)
    for entangler in get_args(Entangler)
]
NAMES = [machine.name for machine in MACHINES]


BRAIDS = [
    *(random_braid(n, 4 * n, seed=n) for n in range(1, 7)),
    Braid([], strands=5),
    Braid([2] * 7 + [-3] * 4 + [1] * 11 + [3, 4, 4, 4], strands=5),
    Braid([5, 4, 3, 2, 1, 1, 2, 3, 4, 5], strands=6),
]
IDS = [f"{b.strands}-{len(b)}" for b in BRAIDS]


@cache
def strings(strands: int, last: int) -> npt.NDArray[np.uint8]:
    rows = paths(strands)
    return rows[rows[:, -1] == last]


@cache
def exact(braid: Braid) -> dict[tuple[int, ...], complex]:
    diagonal = np.diag(representation(braid))
    return dict(zip(map(tuple, paths(braid.strands).tolist()), diagonal.tolist(), strict=True))


def probabilities(circuit: QuantumCircuit, row: npt.NDArray[np.float64]) -> dict[str, float]:
    """Of the outcomes, character j for classical bit j."""
    bound = circuit.assign_parameters(row)
    where = {clbit: qubit for *_, (qubit,), (clbit,) in measurements(bound)}
    qubits = [bound.find_bit(where[clbit]).index for clbit in bound.clbits]
    bound.remove_final_measurements()
    found = Statevector(bound).probabilities_dict(qubits, decimals=14)
    return {bits[::-1]: float(p) for bits, p in found.items()}


def measurements(circuit: QuantumCircuit) -> list[tuple[object, ...]]:
    return [
        (i.operation, i.qubits, i.clbits) for i in circuit.data if i.operation.name == "measure"
    ]


def mean(t: Template, circuit: QuantumCircuit, path: npt.NDArray[np.uint8]) -> float:
    """E[v]; every outcome must be one that the circuit without errors can give."""
    found = probabilities(circuit, t.rows(path)[0])
    raw = np.array([list(map(int, bits)) for bits in found], dtype=np.uint8)
    normal = t.normal(np.repeat(path[None], len(raw), axis=0), raw)
    read = [read_outcome("echo", path.tolist(), "".join(map(str, row))) for row in normal.tolist()]
    assert all(r.kept for r, p in zip(read, found.values(), strict=True) if p > 1e-12)
    return sum(r.value * p for r, p in zip(read, found.values(), strict=True))


def part_of(z: complex, part: Part) -> float:
    return z.real if part == "real" else z.imag


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
@pytest.mark.parametrize("braid", BRAIDS, ids=IDS)
def test_mean_is_the_matrix_element(braid: Braid, machine: Device) -> None:
    for last in (0, 1):
        if braid.strands == 1 and not last:
            continue
        for part in PARTS:
            t = template(braid, last=last, part=part, target=machine)
            circuit = t.to_qiskit()
            for path in strings(braid.strands, last):
                want = part_of(exact(braid)[tuple(path.tolist())], part)
                assert mean(t, circuit, path) == pytest.approx(want, abs=1e-9)


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
@pytest.mark.parametrize("strands", [2, 5, 6, 7])
def test_normal_form_is_what_cnots_from_qubit_0_give(strands: int, machine: Device) -> None:
    """The outcomes beside the value tell the path that the braid led to, whatever the undoing."""
    braid = random_braid(strands, 4 * strands, seed=strands)
    star = MACHINES[0]
    for last in (0, 1):
        t = template(braid, last=last, target=machine)
        reference = template(braid, last=last, target=star)
        for path in strings(strands, last)[::2]:
            found = probabilities(t.to_qiskit(), t.rows(path)[0])
            raw = np.array([list(map(int, bits)) for bits in found], dtype=np.uint8)
            normal = t.normal(np.repeat(path[None], len(raw), axis=0), raw)
            texts = ["".join(map(str, row)) for row in normal.tolist()]
            assert len(set(texts)) == len(texts)
            want = probabilities(reference.to_qiskit(), reference.rows(path)[0])
            for text, p in zip(texts, found.values(), strict=True):
                assert p == pytest.approx(want.get(text, 0.0), abs=1e-9)


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
def test_every_outcome_has_one_normal_form(machine: Device) -> None:
    """With errors all outcomes occur; none may be lost."""
    every = np.array([[k >> j & 1 for j in range(6)] for k in range(64)], dtype=np.uint8)
    for last in (0, 1):
        t = template(Braid([], strands=7), last=last, target=machine)
        for path in strings(7, last):
            normal = t.normal(np.repeat(path[None], 64, axis=0), every)
            assert len(np.unique(normal, axis=0)) == 64
            value = ~every[:, np.arange(6) != t.branch].any(axis=1)
            assert np.array_equal(value, ~normal[:, 1:].any(axis=1))
            assert np.array_equal(normal[:, 0], every[:, t.branch])


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
@pytest.mark.parametrize("strands", range(1, 12))
def test_number_and_depth_of_two_qubit_gates(strands: int, machine: Device) -> None:
    """Of the emitted circuit, and against the formulas for a cat state without braid."""
    for last in (0, 1):
        if strands == 1 and not last:
            continue
        t = template(random_braid(strands, 20, seed=strands), last=last, target=machine)
        circuit = t.to_qiskit()
        entangler = "cz" if machine.entangler == "cz" else "rzz"
        assert set(circuit.count_ops()) <= {"rz", "r", entangler, "measure"}
        assert circuit.num_nonlocal_gates() == t.two_qubit_gates
        assert circuit.depth(lambda i: len(i.qubits) == 2) == t.two_qubit_depth
        bare = template(Braid([], strands=strands), last=last, target=machine)
        copies = max(0, strands - 2)
        zeros = 0 if machine.connectivity == "all" else max(0, strands - 2) // 2
        assert bare.two_qubit_gates == 2 * (copies + zeros)


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
def test_angles_that_depend_on_the_string_are_0_or_a_quarter_turn(machine: Device) -> None:
    """What fractional gates accept; those of the braid are numbers, which a compiler folds."""
    braid = random_braid(6, 20, seed=1)
    for last in (0, 1):
        t = template(braid, last=last, target=machine)
        circuit = t.to_qiskit()
        rows = t.rows(strings(6, last))
        assert set(np.unique(rows)) == {0.0, np.pi / 2}
        free = [
            k
            for k, item in enumerate(circuit.data)
            if item.operation.name == "rzz" and not isinstance(item.params[0], float)
        ]
        for row in rows:
            bound = circuit.assign_parameters(row)
            assert {float(bound.data[k].params[0]) for k in free} <= {0.0, np.pi / 2}


def test_parameters_are_in_the_order_of_qubits() -> None:
    """Eleven and more, where the order of names as texts would be another one."""
    t = template(Braid([], strands=16), last=1, target="ibm_fez")
    assert tuple(p.name for p in t.to_qiskit().parameters) == t.parameters
    assert t.parameters[:3] == ("b[0]", "b[1]", "b[2]")
    assert len(t.parameters) == 14
    path = np.array([0, 1, 0] + [1] * 14, dtype=np.uint8)
    assert t.rows(path)[0].tolist() == [0.0] + [np.pi / 2] * 13


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("last", [0, 1])
def test_transpiles_to_a_heron_without_swaps(last: int, level: int) -> None:
    runtime = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
    from qiskit.transpiler import generate_preset_pass_manager

    braid = random_braid(6, 15, seed=9)
    for part in PARTS:
        t = template(braid, last=last, part=part, target="ibm_fez")
        manager = generate_preset_pass_manager(
            optimization_level=level, backend=runtime.FakeFez(), seed_transpiler=1
        )
        isa = manager.run(t.to_qiskit())
        assert tuple(p.name for p in isa.parameters) == t.parameters
        assert isa.count_ops()["cz"] <= t.two_qubit_gates
        small = used_qubits(isa)
        for path in strings(6, last):
            want = part_of(exact(braid)[tuple(path.tolist())], part)
            assert mean(t, small, path) == pytest.approx(want, abs=1e-9)


def used_qubits(circuit: QuantumCircuit) -> QuantumCircuit:
    """The circuit on the qubits that it measures; no gate may touch another one."""
    used = [qubits[0] for _, qubits, _ in measurements(circuit)]  # type: ignore[index]
    small = QuantumCircuit(len(used), circuit.num_clbits)
    for item in circuit.data:
        if item.operation.name != "barrier":
            qubits = [used.index(q) for q in item.qubits]
            small.append(item.operation, qubits, [circuit.find_bit(c).index for c in item.clbits])
    small.global_phase = circuit.global_phase
    return small


def test_long_line_of_a_heron() -> None:
    """21 strands embed without a SWAP: no more CZ than in the template."""
    runtime = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
    from qiskit.transpiler import generate_preset_pass_manager

    t = template(random_braid(21, 40, seed=3), last=1, target="ibm_fez")
    manager = generate_preset_pass_manager(
        optimization_level=3, backend=runtime.FakeFez(), seed_transpiler=1
    )
    isa = manager.run(t.to_qiskit())
    assert isa.count_ops()["cz"] <= t.two_qubit_gates
    assert len(isa.parameters) == 19


def test_plat_path() -> None:
    braid = random_braid(6, 30, seed=5)
    path = np.array(plat_path(6), dtype=np.uint8)
    for machine in MACHINES:
        for part in PARTS:
            t = template(braid, last=0, part=part, target=machine)
            want = part_of(exact(braid)[plat_path(6)], part)
            assert mean(t, t.to_qiskit(), path) == pytest.approx(want, abs=1e-9)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="last=2: the last bit of a string is 0 or 1"):
        template("3_1", last=2)
    with pytest.raises(InputError, match="on one strand the only string is 01"):
        template(Braid([], strands=1), last=0)
    with pytest.raises(InputError, match="unknown part 'both'; choose one of: real, imag"):
        template("3_1", last=1, part="both")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="needs 58 qubits and H2-1 has 56"):
        template(Braid([], strands=59), last=1, target="H2-1")
    t = template(Braid([1], strands=3), last=1)
    with pytest.raises(InputError, match="give rows of 4 bits s_0 … s_3 with s_0 = 0 and s_3 = 1"):
        t.rows([[0, 1, 1, 0]])
    with pytest.raises(InputError, match="two adjacent zeros"):
        t.rows([[0, 0, 1, 1]])
    with pytest.raises(InputError, match="do not fit 1 strings and 2 qubits"):
        t.normal([[0, 1, 1, 1]], [[0, 0, 0]])
