"""Folders and reports that pages are made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plait.html.page import Page
from plait.jobs import collect, prepare, submit
from plait.knots.generators import generate
from plait.runs import run
from plait.verify.benchmark import BenchmarkReport, benchmark_report
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
def benchmark() -> BenchmarkReport:
    """A benchmark of made-up errors, 5 % per ten crossings, with one failure."""
    rng = np.random.default_rng(5)
    records = []
    for number in range(12):
        instance = with_value(
            generate("uniform", strands=4, crossings=10 * (1 + number % 4), seed=number)
        )
        records.append(_record(number, instance, rng))
    failed = BenchmarkRecord(
        number=12, size={"strands": 4, "crossings": 50}, seed=12, error="no room for <it>"
    )
    settings = {"device": {"name": "H2-1"}, "family": "uniform", "shots": 1000, "seed": 0}
    return benchmark_report([*records, failed], settings=settings)


def _record(number: int, instance: object, rng: np.random.Generator) -> BenchmarkRecord:
    braid, value = instance.braid, complex(instance.value)  # type: ignore[attr-defined]
    z = value / 1.618**3
    loss = np.exp(-0.004 * len(braid))

    def reading(factor: float) -> Reading:
        off = 0.005 * len(braid) * abs(z) * np.exp(2j * np.pi * rng.random())
        measured = complex(factor * z + off)
        v = measured * 1.618**3
        return Reading(
            value=v,
            interval=((v.real - 0.3, v.real + 0.3), (v.imag - 0.3, v.imag + 0.3)),
            z=measured,
        )

    return BenchmarkRecord(
        number=number,
        size={"strands": 4, "crossings": len(braid)},
        seed=number,
        instance=instance,  # type: ignore[arg-type]
        measurement=Measurement(
            raw=reading(loss),
            mitigated=reading(1.0),
            exact_z=z,
            qubits=3,
            crossings_run=len(braid),
            two_qubit_gates=2.0 * len(braid),
            two_qubit_depth=float(len(braid)),
            shots=1000,
            kept=int(1000 * loss),
            survived=int(700 * loss),
        ),
        versions={"plait": "0.1.0"},
    )


@pytest.fixture(scope="session")
def verification() -> dict[str, Any]:
    """What a verification prints as JSON."""
    data: dict[str, Any] = json.loads(json.dumps(case_to_json(examine("3_1", exact_only=True))))
    return data


@pytest.fixture(scope="session")
def pages(run_folder: Path, job_folder: Path, benchmark: BenchmarkReport) -> dict[str, Page]:
    """One page of every kind."""
    from plait.html.benchmark_report import benchmark_page
    from plait.html.reports import report_page

    return {
        "run": report_page(run_folder),
        "job": report_page(job_folder),
        "benchmark": benchmark_page(benchmark, ["plait", "benchmark", "run"]),
    }
