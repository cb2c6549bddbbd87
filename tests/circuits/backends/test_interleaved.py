"""Programs of interleaved plans: all series of a shot on one path, and read so."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plait import Braid, InputError, RecordError, device
from plait.circuits import Plan
from plait.circuits.backends import (
    AerAdapter,
    JobError,
    Program,
    PytketBackend,
    QiskitSampler,
    Record,
    Runner,
    Shots,
    SimulatorAdapter,
    SubmissionError,
)
from plait.circuits.backends.interleaved import note, read_whole
from plait.circuits.backends.nexus import NexusAdapter
from plait.circuits.backends.rows import row_programs
from plait.circuits.devices import Device, Memory
from plait.circuits.outcomes import read_outcomes
from plait.circuits.plan import REFERENCE_SERIES, SERIES, Series
from plait.knots import paths
from plait.mitigation.observations import observations_of_results
from plait.tensornet import representation

WORD = Braid("1 2 3 -2 1 3")
PLAN = Plan(
    braid=WORD,
    closure="markov",
    kind="echo",
    series=SERIES,
    shots=160,
    round_shots=80,
    seed=5,
    interleaved=True,
)
REFERRED = replace(
    PLAN,
    series=(*SERIES, *REFERENCE_SERIES),
    shots=320,
    round_shots=320,
    reference=Braid("1 2 3", 4),
)


def check_means(plan: Plan, found: dict[Series, Shots]) -> None:
    """Every shot is a possible one; means per path within five standard errors."""
    elements = {
        s: dict(zip(map(tuple, paths(4).tolist()), np.diag(representation(w)), strict=True))
        for s in plan.series
        for w in [plan.word(s)]
    }
    for series, shots in found.items():
        values, kept = read_outcomes(plan.kind, shots.paths, shots.outcomes)
        assert kept.all()
        want = np.array([elements[series][tuple(path)] for path in shots.paths.tolist()])
        part = want.imag if series.endswith("imag") else want.real
        variance = np.sum(1 - part**2)
        assert abs(np.sum(values - part)) <= 5 * np.sqrt(variance) + 1e-9


@pytest.mark.parametrize("make", [SimulatorAdapter, AerAdapter])
def test_simulators(make: type[SimulatorAdapter], tmp_path: Path) -> None:
    plan = replace(PLAN, shots=1600, round_shots=400)
    adapter = make(device("H2-1").with_noise(0))
    runner = Runner(adapter, tmp_path)
    record = runner.collect(runner.submit(plan))
    assert record.complete
    assert [len(shots) for shots in record.shots.values()] == [100] * 4
    for number, (label, shots) in enumerate(record.shots.items()):
        assert label == f"all-{number + 1}"
        drawn = [job.path for job in plan.jobs(number) if job.series == "real"]
        assert shots.paths.tolist() == list(map(list, drawn))
        check_means(plan, shots.split(plan.series))
    # The same plan gives the same shots.
    program = adapter.programs(plan)[1]
    assert adapter.run(plan, program) == record.shots["all-2"]
    observed = observations_of_results(plan, record.rounds)
    assert observed.paired
    assert observed.stretches is not None
    assert np.bincount(observed.stretches).tolist() == [100] * 4
    for series, values in observed.values.items():
        one = record.shots["all-1"].split(plan.series)[series]
        assert values[:100].tolist() == read_outcomes("echo", one.paths, one.outcomes)[0].tolist()


def test_series_of_a_shot_are_independent_without_drift() -> None:
    """Given the path. Counts in a sorted order would tie all series to one another."""
    plan = replace(PLAN, closure="plat", shots=8000, round_shots=8000)
    for make in (SimulatorAdapter, AerAdapter):
        adapter = make(device("H2-1").with_noise(0))
        shots = adapter.run(plan, adapter.programs(plan)[0])
        parts = shots.split(plan.series).values()
        values = np.array([read_outcomes("echo", p.paths, p.outcomes)[0] for p in parts])
        correlation = np.corrcoef(values)[np.triu_indices(4, 1)]
        assert np.all(abs(correlation) < 5 / np.sqrt(2000))


def test_all_series_of_a_shot_are_in_the_same_field() -> None:
    """A collective field that changes from shot to shot turns the braid and its mirror alike."""
    target = drifting(device("H2-1").with_noise(0))
    plan = replace(PLAN, closure="plat", shots=8000, round_shots=8000)
    adapter = SimulatorAdapter(target)
    shots = adapter.run(plan, adapter.programs(plan)[0])
    parts = shots.split(plan.series).items()
    values = {s: read_outcomes("echo", p.paths, p.outcomes)[0].astype(float) for s, p in parts}
    # b c* keeps what the field does to both; the product of the means does not.
    b = values["real"] + 1j * values["imag"]
    c = values["conjugate-real"] + 1j * values["conjugate-imag"]
    together, apart = np.mean(b * c.conj()), b.mean() * c.mean().conj()
    assert abs(apart) < 0.1
    assert abs(together) > 0.3
    # With the shots of the mirror image in another order nothing is left.
    assert abs(np.mean(b * np.random.default_rng(1).permutation(c).conj())) < 0.1


def drifting(target: Device) -> Device:
    return replace(target, memory=Memory(field_sd=1.5, field_correlation=0.0))


def backends() -> list[Any]:
    found = []
    for package, make in (
        ("pytket.extensions.qiskit", lambda module: module.AerBackend()),
        ("pytket_pecos", lambda _: local_emulator()),
    ):
        mark = pytest.mark.slow if package == "pytket_pecos" else ()
        found.append(pytest.param(package, make, id=package, marks=mark))
    return found


def local_emulator() -> Any:
    quantinuum = pytest.importorskip("pytket.extensions.quantinuum")
    offline = quantinuum.QuantinuumAPIOffline()
    return quantinuum.QuantinuumBackend("H2-1LE", api_handler=offline)


@pytest.mark.filterwarnings(r"ignore:The `\w+Simulator` backend will:PendingDeprecationWarning")
@pytest.mark.parametrize(("package", "make"), backends())
@pytest.mark.parametrize("plan", [PLAN, REFERRED], ids=["pairs", "reference"])
def test_one_circuit_runs_all_series(package: str, make: Any, plan: Plan) -> None:
    """Measurements and resets within a circuit, against the dense representation."""
    module = pytest.importorskip(package)
    if plan is PLAN:
        plan = replace(PLAN, shots=1600, round_shots=1600)
    adapter = PytketBackend(make(module))
    programs = adapter.programs(plan)
    for number, program in enumerate(programs):
        shots = adapter.run(plan, program)
        drawn = [list(job.path) for job in plan.jobs(number) if job.series == "real"]
        assert shots.paths.tolist() == drawn
        check_means(plan, shots.split(program.together))
    found = adapter.dry_run(plan, programs)
    assert found.shots == plan.shots // len(plan.series)
    assert found.notes == [note(plan)]


def test_dry_run_is_of_all_series() -> None:
    """Gates of a shot are the sum over series of those of the circuits of its path."""
    target = device("H2-1")
    adapter = SimulatorAdapter(target)
    found = adapter.dry_run(PLAN, adapter.programs(PLAN))
    jobs = [job for number in range(PLAN.rounds) for job in PLAN.jobs(number)]
    gates = sum(PLAN.circuit(job, target).two_qubit_gates for job in jobs)
    assert found.valid
    assert (found.programs, found.shots) == (2, 40)
    assert found.two_qubit_gates * 40 == pytest.approx(gates)
    assert found.circuits == sum(len({j.path for j in PLAN.jobs(k)}) for k in range(2))
    wide = replace(PLAN, braid=Braid([], 60), form=Braid([], 60))
    explicit = NexusAdapter("H2-1", way="circuits")
    for made in (adapter, PytketBackend(object(), target=target), explicit):
        refused = made.dry_run(wide, made.programs(wide))
        assert not refused.valid
        assert "59 qubits" in refused.problems[0]
        assert refused.shots == 40


@pytest.mark.parametrize("guppy", ["Helios-1", "Helios-1E"])
def test_platforms_that_do_not_interleave(guppy: str) -> None:
    message = "an interleaved plan.*choose simulator, aer, pytket:aer"
    with pytest.raises(SubmissionError, match=message):
        NexusAdapter(guppy).programs(PLAN)
    with pytest.raises(SubmissionError, match=message):
        row_programs(PLAN, device("ibm_fez"), limit=100)
    for way in ("rows", "circuits"):
        adapter = QiskitSampler(lambda seed: FakeSampler(), way=way)  # type: ignore[arg-type]
        with pytest.raises(SubmissionError, match=message):
            adapter.programs(PLAN)


class FakeSampler:
    def run(self) -> None:
        pass


@pytest.mark.parametrize("options", [{"decoupling": 2}, {"fold": 3}])
def test_strings_that_are_drawn_leave_no_room_for_more_gates(options: dict[str, int]) -> None:
    plan = replace(PLAN, interleaved=False, **options)
    message = "2 echo pulses" if "decoupling" in options else "3-fold gates"
    with pytest.raises(SubmissionError, match=f"circuits with {message} are made for one path"):
        row_programs(plan, device("ibm_fez"), limit=100)
    for name, way in (("H2-1", "device"), ("Helios-1", "device"), ("Helios-1", "circuits")):
        with pytest.raises(SubmissionError, match=message):
            NexusAdapter(name, way=way).programs(plan)  # type: ignore[arg-type]
    assert NexusAdapter("H2-1", way="circuits").programs(plan)


# On disk


def test_programs_as_json() -> None:
    program = SimulatorAdapter(device("ideal")).programs(PLAN)[0]
    data = json.loads(json.dumps(program.to_json()))
    assert Program.from_json(data) == program
    assert (program.measured, program.shots, program.rows) == (SERIES, 80, 20)
    # As tickets of earlier versions have it.
    old = {"label": "real-1", "series": "real", "shots": 3, "data": {}}
    assert Program.from_json(old).measured == ("real",)
    for bad in (["imag", "real"], ["real", "real"], ["real", "other"], 3):
        with pytest.raises(RecordError, match="not a program"):
            Program.from_json(data | {"together": bad})


def test_shots_side_by_side() -> None:
    path = np.array([[0, 1, 1], [0, 1, 0]])
    one, two = Shots(path, np.array([[0], [1]])), Shots(path, np.array([[1], [1]]))
    both = Shots.together([one, two])
    assert both.split(("real", "imag")) == {"real": one, "imag": two}
    assert Shots.from_json(json.loads(json.dumps(both.to_json()))) == both
    with pytest.raises(InputError, match="outcomes of 2 bits are not those of 3 series"):
        both.split(SERIES[:3])
    with pytest.raises(InputError, match="all on the same paths"):
        Shots.together([one, Shots(path[::-1], two.outcomes)])
    with pytest.raises(InputError, match="one series at least"):
        Shots.together([])


def test_shots_of_other_series_on_disk(tmp_path: Path) -> None:
    runner = Runner(SimulatorAdapter(device("ideal")), tmp_path)
    ticket = runner.submit(PLAN)
    assert sum(job.shots for job, _ in Record.load(tmp_path).results) == PLAN.shots
    counted = Counter(job.series for job, _ in Record.load(tmp_path).rounds[0])
    assert counted == dict.fromkeys(SERIES, 20)
    entry = ticket.entries[0]
    shots = ticket.read_shots(entry)
    ticket.write_shots(entry, Shots(shots.paths, shots.outcomes[:, :-1]))
    with pytest.raises(RecordError, match="outcomes of 11 bits are not those of 4 series"):
        Record.load(tmp_path)


def test_part_of_a_run(tmp_path: Path) -> None:
    """Rounds that are done are samples of all series."""
    runner = Runner(SimulatorAdapter(device("ideal")), tmp_path)
    ticket = runner.submit(PLAN)
    ticket.set(ticket.entries[0], "failed", "say")
    record = Record.load(tmp_path)
    assert record.series == set(SERIES)
    assert len(record.rounds) == 1
    ticket.samples = False
    ticket.save()
    record = Record.load(tmp_path)
    assert (record.series, record.rounds) == (set(), [])


def test_results_of_another_circuit() -> None:
    pytest.importorskip("pytket")
    from pytket.backends.backendresult import BackendResult
    from pytket.circuit import Bit
    from pytket.utils.outcomearray import OutcomeArray

    data = {"real": {"name": "echo", "qubits": 2, "links": [], "ones": []}}
    bits = [Bit("m_real", 0), Bit("m_real", 1)]
    rows = OutcomeArray.from_readouts([[1, 0], [0, 0]])
    shots = read_whole((0, 1, 1, 1), data, BackendResult(c_bits=bits, shots=rows))
    assert shots.outcomes.tolist() == [[1, 0], [0, 0]]
    with pytest.raises(JobError, match="the result of echo lacks bits"):
        read_whole((0, 1, 1, 1), data, BackendResult(c_bits=[Bit("c", 0), bits[0]], shots=rows))
    zeros = OutcomeArray.from_readouts([[0, 0]])
    counts = BackendResult(c_bits=bits, counts=Counter({zeros: 5}))
    with pytest.raises(JobError, match="counts only: which series go together"):
        read_whole((0, 1, 1, 1), data, counts)
