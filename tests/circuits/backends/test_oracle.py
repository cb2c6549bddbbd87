"""One plan on every platform against the dense representation of the braid group.

Without noise the value of a shot on the path s is ±1 with probability |1 ± w|²/4, where w is
⟨s|U|s⟩ for the real part and −i⟨s|U|s⟩ for the imaginary part, and no shot is rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packaging.version import Version
from qiskit.primitives import StatevectorSampler
from qiskit.quantum_info import Statevector
from qiskit_aer import AerSimulator
from qiskit_aer.primitives import SamplerV2
from scipy.stats import chi2

import plait
from plait import Braid, device
from plait.circuits import Counts, Job, Plan, read_outcome
from plait.circuits.backends import (
    Adapter,
    AerAdapter,
    IBMLocal,
    PytketBackend,
    QiskitSampler,
    Runner,
    Shots,
    SimulatorAdapter,
)
from plait.circuits.backends.explicit import explicit_jobs, explicit_programs
from plait.circuits.backends.rows import row_blocks, row_programs, row_templates
from plait.circuits.emit import to_pytket
from plait.circuits.plan import Series
from plait.knots import paths
from plait.mitigation.estimate import jones_factor
from plait.tensornet.dense import representation

pytestmark = pytest.mark.filterwarnings(
    # pytket-qiskit's AerBackend lists Aer's old simulators.
    r"ignore:The `\w+Simulator` backend will:PendingDeprecationWarning"
)

PLANS = {
    closure: Plan(
        braid=Braid("1 -2 3 3 2 -1 2", 4),
        closure=closure,
        kind="echo",
        series=("real", "imag", "conjugate-real", "conjugate-imag"),
        shots=1600,
        round_shots=800,
        seed=11,
    )
    for closure in ("markov", "plat")
}


def amplitude(plan: Plan, series: Series, path: tuple[int, ...]) -> complex:
    """w of the docstring above."""
    basis = paths(4).tolist()
    word = plan.word(series)
    place = basis.index(list(path))
    value = complex(representation(word)[place, place])
    return -1j * value if series.endswith("imag") else value


def expected(plan: Plan, series: Series, path: tuple[int, ...]) -> np.ndarray:
    w = amplitude(plan, series, path)
    plus, minus = abs(1 + w) ** 2 / 4, abs(1 - w) ** 2 / 4
    return np.array([plus, minus, 1 - plus - minus, 0.0])


def kinds(results: Iterable[tuple[Job, Counts]]) -> dict[Series, np.ndarray]:
    """Numbers of shots per series with the value +1, with −1, with 0, and rejected."""
    found: dict[Series, np.ndarray] = {}
    for job, counts in results:
        row = found.setdefault(job.series, np.zeros(4))
        for bits, number in counts.items():
            value, kept = read_outcome("echo", job.path, bits)
            row[{1: 0, -1: 1, 0: 2}[value] if kept else 3] += number
    return found


def h2() -> PytketBackend:
    quantinuum = pytest.importorskip("pytket.extensions.quantinuum")
    pytest.importorskip("pytket_pecos")
    if Version(version("quantum-pecos")) >= Version("0.9.0.dev0"):
        pytest.skip("pytket-pecos 0.3 misreads the registers of quantum-pecos 0.9 and later")
    offline = quantinuum.QuantinuumAPIOffline()
    return PytketBackend(quantinuum.QuantinuumBackend("H2-1LE", api_handler=offline))


def aer_of_pytket() -> PytketBackend:
    return PytketBackend(pytest.importorskip("pytket.extensions.qiskit").AerBackend())


def heron(name: str = "FakeFez") -> IBMLocal:
    fakes = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
    return IBMLocal(getattr(fakes, name)(), simulator=AerSimulator())


def statevector(seed: int) -> StatevectorSampler:
    return StatevectorSampler(seed=np.random.default_rng(seed))


PLATFORMS: dict[str, Any] = {
    "simulator": lambda: SimulatorAdapter(device("ibm_fez").with_noise(0)),
    "aer": lambda: AerAdapter(device("H2-1").with_noise(0)),
    "qiskit-rows": lambda: QiskitSampler(statevector, target="H2-1"),
    "qiskit-circuits": lambda: QiskitSampler(statevector, target="ibm_fez", way="circuits"),
    "qiskit-aer": lambda: QiskitSampler(lambda seed: SamplerV2(seed=seed), target="ibm_fez"),
    "pytket-aer": aer_of_pytket,
    "pytket-H2-1LE": h2,
    "ibm-local": heron,
}


@pytest.mark.parametrize("closure", PLANS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_sampled(platform: str, closure: str, tmp_path: Path) -> None:
    plan = PLANS[closure]
    adapter: Adapter = PLATFORMS[platform]()
    runner = Runner(adapter, tmp_path)
    assert runner.dry_run(plan).valid
    record = runner.collect(runner.submit(plan))
    assert record.complete

    statistic, freedom = 0.0, 0
    for job, counts in record.results:
        found = kinds([(job, counts)])[job.series]
        wanted = expected(plan, job.series, job.path) * job.shots
        possible = wanted > 1e-9
        assert not found[~possible].any()
        statistic += ((found - wanted)[possible] ** 2 / wanted[possible]).sum()
        freedom += int(possible.sum()) - 1
    # Cells are small, but there are many of them.
    assert 1e-4 < chi2.sf(statistic, freedom) < 1 - 1e-4
    if closure == "markov":
        assert len({job.path for job, _ in record.results}) == len(paths(4))

    means = {
        series: (row[0] - row[1]) / row.sum() for series, row in kinds(record.results).items()
    }
    value = plait.jones(plan.braid, closure=closure, method="dense").value
    factor = jones_factor(plan.braid, plan.closure)
    sigma = abs(factor) / math.sqrt(plan.shots / 4)
    for real, imag in (
        ("real", 1j * means["imag"]),
        ("conjugate-real", -1j * means["conjugate-imag"]),
    ):
        # The circuits of the mirror image have the complex conjugate amplitude.
        assert abs(factor * (means[real] + imag) - value) < 5 * sigma


def exact(outcomes: Iterator[tuple[str, float]], path: tuple[int, ...]) -> np.ndarray:
    """Probabilities of the four kinds of shots, from those of outcomes in normal form."""
    found = np.zeros(4)
    for bits, probability in outcomes:
        value, kept = read_outcome("echo", path, bits)
        found[{1: 0, -1: 1, 0: 2}[value] if kept else 3] += probability
    return found


def probabilities(circuit: Any) -> dict[str, float]:
    """Of the outcomes of a measured Qiskit circuit, bit j of the register in character j."""
    from qiskit import QuantumCircuit

    used = sorted({circuit.find_bit(q).index for item in circuit.data for q in item.qubits})
    small = QuantumCircuit(len(used))
    measured = {}
    for item in circuit.data:
        qubits = [used.index(circuit.find_bit(q).index) for q in item.qubits]
        if item.operation.name == "measure":
            measured[circuit.find_bit(item.clbits[0]).index] = qubits[0]
        elif item.operation.name != "barrier":
            small.append(item.operation, qubits)
    order = [measured[j] for j in range(len(measured))]
    found = Statevector(small).probabilities_dict(order)
    return {bits[::-1]: float(p) for bits, p in found.items()}


@pytest.mark.parametrize("closure", PLANS)
@pytest.mark.parametrize("platform", ["pytket-aer", "pytket-H2-1LE"])
def test_compiled_by_pytket(platform: str, closure: str) -> None:
    """The circuits that a pytket backend would get."""
    convert = pytest.importorskip("pytket.extensions.qiskit").tk_to_qiskit
    plan = PLANS[closure]
    adapter = PLATFORMS[platform]()
    for program in explicit_programs(plan):
        for (series, path, _), circuit in explicit_jobs(plan, program, adapter.target):
            compiled = adapter.backend.get_compiled_circuit(
                to_pytket(circuit), optimisation_level=0
            )
            found = probabilities(convert(compiled))
            outcomes = ((circuit.normal(bits), p) for bits, p in found.items())
            assert np.allclose(exact(outcomes, path), expected(plan, series, path), atol=1e-9)


@pytest.mark.parametrize("closure", PLANS)
@pytest.mark.parametrize("name", ["FakeFez", "FakeManilaV2"])
def test_compiled_for_ibm(name: str, closure: str) -> None:
    """The circuits that IBM's Sampler would get, with the parameters of every path."""
    plan = PLANS[closure]
    adapter = heron(name)
    for program in row_programs(plan, adapter.target, limit=10_000):
        blocks = row_blocks(program, row_templates(plan, adapter.target))
        for (circuit, values), block in zip(adapter._pubs(blocks), blocks, strict=True):
            for path, k in zip(*np.unique(block.paths, axis=0, return_index=True), strict=True):
                found = probabilities(circuit.assign_parameters(values[k]))
                raw = ([list(map(int, bits))] for bits in found)
                outcomes = (block.template.normal([path], one)[0] for one in raw)
                normal = zip(("".join(map(str, o)) for o in outcomes), found.values(), strict=True)
                own = tuple(path.tolist())
                wanted = expected(plan, program.series, own)
                assert np.allclose(exact(normal, own), wanted, atol=1e-9)


def test_paths_of_all_platforms_are_those_of_the_plan() -> None:
    plan = PLANS["markov"]
    drawn: dict[Job, int] = {}
    for number in range(plan.rounds):
        for job in plan.jobs(number):
            key = job._replace(shots=0)
            drawn[key] = drawn.get(key, 0) + job.shots
    for programs in (explicit_programs(plan), row_programs(plan, device("H2-1"), limit=100)):
        found: dict[Job, int] = {}
        for program in programs:
            data = program.data["paths"]
            for path in data:
                key = Job(program.series, tuple(map(int, path)), 0)
                found[key] = found.get(key, 0) + (data[path] if isinstance(data, dict) else 1)
        assert found == drawn


def test_shots_round_trip() -> None:
    rng = np.random.default_rng(1)
    shots = Shots(rng.integers(0, 2, (200, 3)), rng.integers(0, 2, (200, 1)))
    assert Shots.from_json(shots.to_json()) == shots
    assert len(shots.to_json()["runs"]) < 200
