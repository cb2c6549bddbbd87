"""Folders and reports that pages are made of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plait.benchmark_plan import BenchmarkPlan
from plait.benchmarks import report_benchmark
from plait.circuits.devices import device
from plait.html.page import Page
from plait.html.reports import report_page
from plait.jobs import collect, prepare, submit
from plait.knots.conventions import PHI
from plait.knots.files import write_json
from plait.knots.instances import Instance
from plait.runs import run
from plait.verify.benchmark import BenchmarkReport
from plait.verify.benchmark_record import BenchmarkRecord, Measurement, Reading
from plait.verify.instances import with_value
from plait.verify.verification import examine
from plait.verify.verification_cases import case_to_json

HOSTILE = "<script>alert('x')</script> \"&\" ‮שלום‬ | `*_" + "w" * 200


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose name is markup."""
    folder = tmp_path_factory.mktemp("html") / "run"
    run("8_19", shots=200, seed=1, out=folder, name=HOSTILE)
    return folder


@pytest.fixture(scope="session")
def job_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission that has been collected."""
    folder = tmp_path_factory.mktemp("html") / "job"
    submission = prepare("4_1", backend="simulator", shots=200, seed=1, noise=2.0)
    submit(submission, folder)
    collect(folder)
    return folder


@pytest.fixture(scope="session")
def benchmark_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benchmark of made-up errors, 5 % per ten crossings, with one failure; two are open."""
    folder = tmp_path_factory.mktemp("html") / "benchmark"
    plan = BenchmarkPlan(
        family="uniform",
        backend="simulator",
        device=device("H2-1"),
        strands=(4,),
        crossings=(10, 20, 30, 40, 50),
        count=3,
        shots=1000,
    )
    rng = np.random.default_rng(5)
    write_json(folder / "benchmark.json", plan.to_json())
    for task in plan.tasks()[:13]:
        record = BenchmarkRecord(
            number=task.number, size=task.size, seed=task.seed, error="no room for <it>"
        )
        if task.number < 12:
            record = _measured(record, with_value(plan.instance(task)), rng)
        write_json(folder / "records" / f"{task.number:06d}.json", record.to_json())
    return folder


@pytest.fixture(scope="session")
def benchmark(benchmark_folder: Path) -> BenchmarkReport:
    """Its report."""
    return report_benchmark(benchmark_folder)


def _measured(
    record: BenchmarkRecord, instance: Instance, rng: np.random.Generator
) -> BenchmarkRecord:
    """With estimates of a known error in a random direction."""
    crossings = len(instance.braid)
    scale = float(PHI**3)  # V / z on four strands, up to a phase
    assert instance.value is not None
    z = instance.value / scale
    loss = float(np.exp(-0.004 * crossings))

    def reading(factor: float) -> Reading:
        off = 0.005 * crossings * abs(z) * np.exp(2j * np.pi * rng.random())
        found = complex(factor * z + off)
        v = found * scale
        interval = ((v.real - 0.3, v.real + 0.3), (v.imag - 0.3, v.imag + 0.3))
        return Reading(value=v, interval=interval, z=found)

    measurement = Measurement(
        raw=reading(loss),
        mitigated=reading(1.0),
        exact_z=z,
        qubits=3,
        crossings_run=crossings,
        two_qubit_gates=2.0 * crossings,
        two_qubit_depth=float(crossings),
        shots=1000,
        kept=int(1000 * loss),
        survived=int(700 * loss),
    )
    return replace(
        record, instance=instance, measurement=measurement, error="", versions={"plait": "0.1.0"}
    )


@pytest.fixture(scope="session")
def verification() -> dict[str, Any]:
    """What a verification prints as JSON."""
    data: dict[str, Any] = json.loads(json.dumps(case_to_json(examine("3_1", exact_only=True))))
    return data


@pytest.fixture(scope="session")
def pages(run_folder: Path, job_folder: Path, benchmark_folder: Path) -> dict[str, Page]:
    """One page of every kind."""
    return {
        "run": report_page(run_folder),
        "job": report_page(job_folder),
        "benchmark": report_page(benchmark_folder),
    }
