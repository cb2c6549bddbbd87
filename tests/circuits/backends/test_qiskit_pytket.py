"""Qiskit samplers and pytket backends: what is refused, and what fails with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from backend_fakes import PLAN
from qiskit.primitives import BackendSamplerV2, StatevectorSampler
from qiskit.transpiler import generate_preset_pass_manager
from qiskit_aer import AerError, AerSimulator
from qiskit_aer.primitives import SamplerV2

from plait import Braid, InputError
from plait.circuits.backends import JobError, PytketBackend, QiskitSampler, SubmissionError


def aer(seed: int) -> SamplerV2:
    return SamplerV2(seed=seed)


@pytest.mark.parametrize(
    "sampler",
    [
        StatevectorSampler(seed=1),
        SamplerV2(seed=1),
        BackendSamplerV2(backend=AerSimulator(), options={"seed_simulator": 1}),
    ],
)
def test_fixed_seeds_are_refused(sampler: Any) -> None:
    with pytest.raises(InputError, match="has the fixed seed 1, with which it draws the same"):
        QiskitSampler(sampler)


def test_seed_that_all_rows_share() -> None:
    with pytest.raises(InputError, match="draws the same number for every row"):
        QiskitSampler(lambda seed: StatevectorSampler(seed=seed))
    adapter = QiskitSampler(lambda seed: StatevectorSampler(seed=seed), way="circuits")
    assert len(adapter.run(PLAN, adapter.programs(PLAN)[0])) == 30


@pytest.mark.parametrize("thing", [42, lambda seed: None])
def test_what_is_no_sampler(thing: Any) -> None:
    with pytest.raises(InputError, match="give a Qiskit V2 sampler, or a function"):
        QiskitSampler(thing)


def test_same_plan_same_shots() -> None:
    adapter = QiskitSampler(aer)
    program = adapter.programs(PLAN)[0]
    shots = adapter.run(PLAN, program)
    assert adapter.run(PLAN, program) == shots
    assert adapter.run(replace(PLAN, seed=6), program) != shots


def test_batches() -> None:
    adapter = QiskitSampler(aer, batch=12)
    programs = adapter.programs(PLAN)
    assert [program.shots for program in programs] == [12, 12, 6] * 2
    assert len({program.label for program in programs}) == 6
    assert sum(len(adapter.run(PLAN, program)) for program in programs) == PLAN.shots


def test_pass_manager() -> None:
    manager = generate_preset_pass_manager(
        optimization_level=1, basis_gates=["rz", "sx", "x", "cx"], seed_transpiler=1
    )
    shots = QiskitSampler(aer, pass_manager=manager)
    assert len(shots.run(PLAN, shots.programs(PLAN)[0])) == 30


class BrokenSampler:
    def run(self, pubs: list[Any], **options: Any) -> None:
        raise AerError("unknown instruction: r")


def test_circuits_that_the_sampler_does_not_take() -> None:
    adapter = QiskitSampler(BrokenSampler())
    with pytest.raises(JobError, match="BrokenSampler: unknown instruction: r"):
        adapter.run(PLAN, adapter.programs(PLAN)[0])


def test_unknown_way() -> None:
    with pytest.raises(InputError, match="unknown way 'both'; choose one of: rows, circuits"):
        QiskitSampler(aer, way="both")  # type: ignore[arg-type]


def test_hadamard_tests() -> None:
    plan = replace(PLAN, kind="hadamard")
    with pytest.raises(SubmissionError, match="way='circuits'"):
        QiskitSampler(aer).programs(plan)
    adapter = QiskitSampler(aer, way="circuits")
    assert len(adapter.run(plan, adapter.programs(plan)[0])) == 30


def test_more_qubits_than_the_device_has() -> None:
    wide = replace(PLAN, braid=Braid([], 60), form=Braid([], 60))
    for adapter in (
        QiskitSampler(aer, target="H2-1"),
        QiskitSampler(aer, target="H2-1", way="circuits"),
    ):
        found = adapter.dry_run(wide, adapter.programs(wide))
        assert not found.valid
        assert "59 qubits and H2-1 has 56" in found.problems[0]


class FakePytket:
    """A backend that breaks where it is told to."""

    backend_info = None

    def __init__(self, *, valid: bool = True) -> None:
        self.valid = valid

    def get_compiled_circuits(self, circuits: list[Any], *, optimisation_level: int) -> list[Any]:
        assert optimisation_level == 0
        return circuits

    def valid_circuit(self, circuit: Any) -> bool:
        return self.valid

    def process_circuits(self, circuits: list[Any], *, n_shots: list[int], seed: int) -> list[Any]:
        raise RuntimeError("the handle is gone")


def test_pytket_failures() -> None:
    adapter = PytketBackend(FakePytket())
    program = adapter.programs(PLAN)[0]
    with pytest.raises(JobError, match="FakePytket: the handle is gone"):
        adapter.run(PLAN, program)
    with pytest.raises(SubmissionError, match="does not take the circuits"):
        PytketBackend(FakePytket(valid=False)).run(PLAN, program)
    assert adapter.describe()["machine"] is None
