"""Programs that draw their string on the device, and the host's recomputation of the strings.

The strings are compared bit for bit with two of Quantinuum's own implementations: the model of the
random numbers in PECOS, and Selene running the program itself. What no test here can show is that
the hardware reads the same stream; that is why the strings are checked in every result.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from pytket.backends.backendresult import BackendResult
from pytket.circuit import Bit, Circuit, Conditional, OpType
from pytket.qasm import circuit_to_qasm_str
from pytket.utils.outcomearray import OutcomeArray
from scipy import stats
from strategies import random_braid

from plait.circuits import read_outcome
from plait.circuits.backends.device_shots import read_device_shots
from plait.circuits.backends.errors import JobError
from plait.circuits.echo import PARTS, Part
from plait.circuits.ondevice import MAX_SEED, device_paths, device_program
from plait.circuits.pcg import pcg32
from plait.knots import Braid, InputError, paths
from plait.tensornet import representation

Bits = npt.NDArray[np.uint8]
SEEDS = [0, 1, 42, 20_261, MAX_SEED]


@cache
def strings(strands: int, last: int) -> Bits:
    rows = paths(strands)
    return rows[rows[:, -1] == last]


def families(largest: int) -> list[tuple[int, int]]:
    """(strands, last bit) of all programs."""
    return [(n, last) for n in range(1, largest + 1) for last in (0, 1) if n > 1 or last]


# --- random numbers


@pytest.mark.parametrize("seed", [*SEEDS, 2**40 + 3, 2**63 - 1])
def test_random_numbers_are_those_of_pecos(seed: int) -> None:
    make = pytest.importorskip("pecos.engines.cvm.rng_model").RNGModel
    model = make(shot_id=0)
    model.set_seed(seed)
    want = [model.rng_random() for _ in range(300)]
    assert pcg32(seed, 0, 300).tolist() == want
    assert pcg32(seed, 123, 50).tolist() == want[123:173]
    # A new one: some versions count indices on when another seed is set.
    model = make(shot_id=0)
    model.set_seed(seed)
    model.set_index(1000)
    assert pcg32(seed, 1000, 1).tolist() == [model.rng_random()]


def test_any_part_of_a_stream() -> None:
    whole = pcg32(5, 0, 10_000)
    for first, count in [(0, 0), (0, 1), (1, 1), (17, 1000), (9_999, 1), (4096, 4097)]:
        assert np.array_equal(pcg32(5, first, count), whole[first : first + count])


@pytest.mark.parametrize(("strands", "last"), [(6, 0), (6, 1), (55, 1)])
def test_strings_from_the_numbers_of_pecos(strands: int, last: int) -> None:
    """Shot k reads its numbers from position k · draws on, the highest bit first."""
    model = pytest.importorskip("pecos.engines.cvm.rng_model").RNGModel(shot_id=0)
    counts = [(1, 0), (0, 1)]
    for _ in range(strands):
        zero, one = counts[-1]
        counts.append((one, zero + one))
    model.set_seed(99)
    for path in device_paths(strands, last=last, seed=99, shots=40).tolist():
        want = [last] if last else [last, 1]
        while len(want) < strands - 1:
            zero, one = counts[strands - len(want)]
            below = model.rng_random() % 2**30 < round(2**30 * one / (zero + one))
            want.append(int(below or not want[-1]))
        assert path == [0, 1, *reversed(want)][: strands + 1]


# --- the distribution of strings


@pytest.mark.parametrize(("strands", "last"), [(5, 0), (5, 1), (8, 0), (8, 1)])
def test_all_strings_are_equally_likely(strands: int, last: int) -> None:
    drawn = device_paths(strands, last=last, seed=3, shots=40_000)
    found, counts = np.unique(drawn, axis=0, return_counts=True)
    assert np.array_equal(found, strings(strands, last))
    assert stats.chisquare(counts).pvalue > 1e-3


def test_shots_are_independent_of_their_neighbours() -> None:
    """Pairs of following shots: with one position for all, they would be equal."""
    drawn = device_paths(4, last=1, seed=11, shots=30_001)
    number = drawn @ (1 << np.arange(5))
    _, counts = np.unique(np.stack([number[:-1], number[1:]]), axis=1, return_counts=True)
    assert len(counts) == len(strings(4, 1)) ** 2
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize(("strands", "last"), families(9))
def test_strings_are_paths(strands: int, last: int) -> None:
    drawn = device_paths(strands, last=last, seed=1, shots=200)
    known = set(map(tuple, strings(strands, last).tolist()))
    assert set(map(tuple, drawn.tolist())) <= known


@pytest.mark.parametrize("seed", SEEDS)
def test_any_part_of_a_job(seed: int) -> None:
    """Strings do not depend on how many shots a job has, nor where one starts to look."""
    whole = device_paths(9, last=0, seed=seed, shots=500)
    assert np.array_equal(device_paths(9, last=0, seed=seed, shots=123), whole[:123])
    assert np.array_equal(device_paths(9, last=0, seed=seed, shots=77, first=300), whole[300:377])


def test_seeds_give_other_strings() -> None:
    one, two = (device_paths(12, last=1, seed=seed, shots=200) for seed in (5, 6))
    assert np.mean(np.all(one == two, axis=1)) < 0.1


# --- the program


def with_string(program: Circuit, path: Bits) -> Circuit:
    """The quantum gates that a shot with this string runs."""
    run = Circuit(program.n_qubits)
    for command in program.get_commands():
        op = command.op
        if isinstance(op, Conditional):
            (bit,) = [arg for arg in command.args if isinstance(arg, Bit)]
            assert bit.reg_name == "b"
            if path[2 + bit.index[0]] != op.value:
                continue
            op = op.op
        if command.qubits and op.type != OpType.Measure:
            run.add_gate(op.type, op.params, [q.index[0] for q in command.qubits])
    return run


def mean(program: Circuit, path: Bits) -> float:
    """E[v]; all outcomes that occur must be possible ones, in normal form as they are."""
    amplitudes = with_string(program, path).get_statevector()
    total = 0.0
    for number, amplitude in enumerate(amplitudes):
        p = abs(amplitude) ** 2
        if p > 1e-12:
            read = read_outcome("echo", path.tolist(), f"{number:0{program.n_qubits}b}")
            assert read.kept
            total += read.value * p
    return total


@pytest.mark.parametrize(("strands", "last"), families(6))
def test_mean_is_the_matrix_element(strands: int, last: int) -> None:
    braid = random_braid(strands, 4 * strands, seed=strands)
    diagonal = np.diag(representation(braid))
    elements = dict(zip(map(tuple, paths(strands).tolist()), diagonal.tolist(), strict=True))
    for part in PARTS:
        program = device_program(braid, last=last, part=part, seed=1)
        for path in strings(strands, last):
            z = elements[tuple(path.tolist())]
            want = z.real if part == "real" else z.imag
            assert mean(program, path) == pytest.approx(want, abs=1e-9)


@pytest.mark.parametrize(("strands", "last"), families(6))
def test_a_conditional_cnot_is_one_gate(strands: int, last: int) -> None:
    program = device_program(random_braid(strands, 20, seed=2), last=last, seed=1)
    gates = [c.op.op.type for c in program.get_commands() if isinstance(c.op, Conditional)]
    free = max(0, strands - 3 + last)
    assert gates.count(OpType.ZZPhase) == gates.count(OpType.Rz) == 2 * free
    assert len(gates) == 4 * free


@pytest.mark.parametrize(("strands", "last"), [(1, 1), (2, 0), (3, 0), (7, 0), (7, 1), (55, 1)])
def test_is_native_to_h2(strands: int, last: int) -> None:
    """Valid as it is; compiled at level 0 nothing changes; and it can be written as QASM."""
    quantinuum = pytest.importorskip("pytket.extensions.quantinuum")
    backend = quantinuum.QuantinuumBackend("H2-1", api_handler=quantinuum.QuantinuumAPIOffline())
    braid = random_braid(strands, 2 * strands, seed=1)
    program = device_program(braid, last=last, part="imag", seed=MAX_SEED)
    assert backend.valid_circuit(program)
    compiled = backend.get_compiled_circuit(program, optimisation_level=0)
    assert compiled.get_commands() == program.get_commands()
    qasm = circuit_to_qasm_str(program, header="hqslib1", maxwidth=64)
    assert qasm.count("RNGnum()") == max(0, strands - 3 + last)


def test_classical_part_as_qasm() -> None:
    program = device_program(Braid([], strands=5), last=1, seed=1234)
    qasm = circuit_to_qasm_str(program, header="hqslib1", maxwidth=64)
    lines = qasm.splitlines()
    start = lines.index("rng_seed = 1234;")
    classical = [line for line in lines[start:] if re.match(r"(rng_|RNG|b\[)", line)]
    assert classical[:5] == [
        "rng_seed = 1234;",
        "rng_shot = JOB_shotnum;",
        "RNGseed(rng_seed);",
        "rng_index = (rng_shot * 3);",
        "RNGindex(rng_index);",
    ]
    # pytket may write steps in another order where neither needs the other.
    draws = [line for line in classical[5:] if not line.startswith("b[")]
    assert draws == [
        "rng_number = RNGnum();",
        "rng_below[0] = ((rng_number & 1073741823) < 644245094);",
        "rng_number = RNGnum();",
        "rng_below[0] = ((rng_number & 1073741823) < 715827883);",
        "rng_number = RNGnum();",
        "rng_below[0] = ((rng_number & 1073741823) < 536870912);",
    ]
    assert [line for line in classical if line.startswith("b[")] == [
        "b[2] = (rng_below[0] | 0);",
        "b[1] = (rng_below[0] | (b[2] ^ 1));",
        "b[0] = (rng_below[0] | (b[1] ^ 1));",
    ]


def for_selene(program: Circuit) -> str:
    """The program as QIR that Selene takes: without PhasedX, and two functions renamed."""
    qir = pytest.importorskip("pytket.qir")
    plain = Circuit()
    for qubit in program.qubits:
        plain.add_qubit(qubit)
    for register in program.c_registers:
        plain.add_c_register(register)
    for command in program.get_commands():
        if command.op.type == OpType.PhasedX:
            theta, phi = command.op.params
            qubit = command.qubits[0]
            plain.Rz(-phi, qubit).Rx(theta, qubit).Rz(phi, qubit)
        else:
            plain.add_gate(command.op, command.args)
    text = qir.pytket_to_qir(
        plain, "program", qir.QIRFormat.STRING, profile=qir.QIRProfile.ADAPTIVE
    )
    text = text.replace("__quantum__qis__read_result__body", "__quantum__rt__read_result")
    text = re.sub(
        r"call void @___set_random_index\(i32 (%\d+)\)",
        r"%wide = zext i32 \1 to i64\n  call void @___random_advance(i64 %wide)",
        text,
    )
    return str(
        text.replace(
            "declare void @___set_random_index(i32)", "declare void @___random_advance(i64)"
        )
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file .*selene:ResourceWarning")
@pytest.mark.parametrize(
    ("strands", "last", "part", "seed"), [(6, 1, "real", 1234), (6, 0, "imag", MAX_SEED)]
)
def test_selene_runs_the_program(strands: int, last: int, part: Part, seed: int) -> None:
    """The machine's emulator draws the host's strings, and the mean is that of the braid."""
    selene, qir_qis = pytest.importorskip("selene_sim"), pytest.importorskip("qir_qis")
    braid = random_braid(strands, 20, seed=8)
    program = device_program(braid, last=last, part=part, seed=seed)
    instance = selene.build(qir_qis.qir_ll_to_bc(for_selene(program)))
    shots = 4000
    rows = [
        dict(row)
        for row in instance.run_shots(
            selene.Quest(random_seed=3), n_qubits=program.n_qubits, n_shots=shots
        )
    ]
    result = as_result({name: [row[name] for row in rows] for name in ("b", "m")}, program)
    read = read_device_shots(result, strands, last=last, seed=seed)
    assert np.array_equal(read.paths, device_paths(strands, last=last, seed=seed, shots=shots))
    values = []
    for path, outcome in zip(read.paths.tolist(), read.outcomes.tolist(), strict=True):
        found = read_outcome("echo", path, "".join(map(str, outcome)))
        assert found.kept
        values.append(found.value)
    chosen = paths(strands)[:, -1] == last
    z = np.diag(representation(braid))[chosen].mean()
    want = z.real if part == "real" else z.imag
    assert abs(np.mean(values) - want) < 4 / np.sqrt(shots)


# --- results


def as_result(registers: dict[str, list[int]], program: Circuit) -> BackendResult:
    """A result as a machine returns it: all registers of the program, those given filled in."""
    bits = sorted(program.bits)
    size = len(next(iter(registers.values())))
    table = np.zeros((size, len(bits)), dtype=np.uint8)
    for column, bit in enumerate(bits):
        numbers = registers.get(bit.reg_name, [0] * size)
        table[:, column] = [number >> bit.index[0] & 1 for number in numbers]
    return BackendResult(c_bits=bits, shots=OutcomeArray.from_readouts(table.tolist()))


def numbers(rows: Bits) -> list[int]:
    """Rows of bits as register values, the first bit the lowest."""
    return [sum(bit << k for k, bit in enumerate(row)) for row in rows.tolist()]


def made(strands: int, last: int, shots: int, first: int = 0) -> tuple[BackendResult, Bits, Bits]:
    """(result, paths, outcomes) of a machine that works."""
    rng = np.random.default_rng(1)
    drawn = device_paths(strands, last=last, seed=5, shots=shots, first=first)
    outcomes = rng.integers(0, 2, (shots, max(1, strands - 1)), dtype=np.uint8)
    program = device_program(Braid([], strands=strands), last=last, seed=5)
    free = max(0, strands - 3 + last)
    registers = {"m": numbers(outcomes), "b": numbers(drawn[:, 2 : 2 + free])}
    return as_result(registers, program), drawn, outcomes


@pytest.mark.parametrize(("strands", "last"), families(7))
def test_reading_a_result(strands: int, last: int) -> None:
    result, drawn, outcomes = made(strands, last, 50)
    shots = read_device_shots(result, strands, last=last, seed=5)
    assert np.array_equal(shots.paths, drawn)
    assert np.array_equal(shots.outcomes, outcomes)


def test_reading_a_later_part_of_a_job() -> None:
    result, drawn, _ = made(6, 1, 20, first=30)
    shots = read_device_shots(result, 6, last=1, seed=5, first=30)
    assert np.array_equal(shots.paths, drawn)
    with pytest.raises(JobError, match=r"\d+ of 20 shots came back with another string"):
        read_device_shots(result, 6, last=1, seed=5)


def test_strings_that_differ_from_the_hosts() -> None:
    result, drawn, outcomes = made(6, 1, 50)
    differ = int(np.any(drawn != device_paths(6, last=1, seed=6, shots=50), axis=1).sum())
    with pytest.raises(JobError, match=rf"{differ} of 50 shots came back.*--trust-device"):
        read_device_shots(result, 6, last=1, seed=6)
    shots = read_device_shots(result, 6, last=1, seed=6, trust_device=True)
    assert np.array_equal(shots.paths, drawn)
    assert np.array_equal(shots.outcomes, outcomes)


def test_strings_that_are_no_paths() -> None:
    program = device_program(Braid([], strands=6), last=1, seed=5)
    result = as_result({"m": [0, 0], "b": [0b1001, 0b1111]}, program)
    with pytest.raises(JobError, match="adjacent zeros"):
        read_device_shots(result, 6, last=1, seed=5, trust_device=True)


def test_results_of_another_kind() -> None:
    result, *_ = made(6, 1, 5)
    with pytest.raises(JobError, match=r"no bits m\[5\], b\[4\]: it is of another program"):
        read_device_shots(result, 7, last=1, seed=5)
    bits = sorted(result.c_bits)
    zeros = OutcomeArray.from_readouts([[0] * len(bits)])
    with pytest.raises(JobError, match="counts only"):
        read_device_shots(
            BackendResult(c_bits=bits, counts=Counter({zeros: 5})), 6, last=1, seed=5
        )


def test_programs_do_not_know_the_run_layer() -> None:
    code = (
        "import sys, plait.circuits.ondevice, plait.circuits.helios\n"
        "assert not [name for name in sys.modules if name.startswith('plait.circuits.backends')]"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="seed=2147483648: give a number from 0 to 2147483647"):
        device_program("3_1", last=1, seed=2**31)
    with pytest.raises(InputError, match="seed=-1"):
        device_paths(3, last=1, seed=-1, shots=1)
    with pytest.raises(InputError, match="last=2"):
        device_paths(3, last=2, seed=1, shots=1)
    with pytest.raises(InputError, match="unknown part 'both'"):
        device_program("3_1", last=1, part="both", seed=1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="must not be negative"):
        device_paths(3, last=1, seed=1, shots=-1)
