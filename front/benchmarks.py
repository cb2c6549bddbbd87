"""``run_benchmark`` and ``load_benchmark``: instances with known values on a device, in a folder.

The folder holds

* ``benchmark.json``: the settings, written first;
* ``records/NUMBER.json``: one file per instance, written whole as soon as it has ended;
* ``shots/NUMBER``: the shots of an instance, from which one that was stopped goes on;
* ``report.json``, ``report.md`` and the pictures, once a report was made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .benchmark_costs import instance_folder, shares
from .benchmark_plan import BenchmarkPlan, Task
from .circuits.backends.errors import why_damaged
from .knots.checks import check_count, check_level
from .knots.errors import InputError, RecordError
from .knots.files import locked, write_json
from .knots.interrupts import interruptible
from .verify.benchmark import (
    LEAST_MAGNITUDE,
    BenchmarkReport,
    benchmark_report,
    check_least_magnitude,
)
from .verify.benchmark_record import BenchmarkRecord

__all__ = [
    "BenchmarkState",
    "load_benchmark",
    "report_benchmark",
    "report_options",
    "run_benchmark",
]

_SETTINGS: Final = "benchmark.json"
_SHOTS: Final = "shots"
_ADVICE: Final = "delete it, and repeat plait benchmark run, which measures that instance again"
_LOCAL: Final = ("simulator", "aer", "pytket", "ibm-local")
# Keys of a device that results depend on.
_DEVICE: Final = ("name", "qubits", "connectivity", "entangler", "errors", "memory", "noise")


@dataclass(frozen=True, kw_only=True)
class BenchmarkState:
    """Where a benchmark stands.

    Attributes:
        plan: its settings.
        folder: where it is.
        records: of the instances that have ended, in their order.
    """

    plan: BenchmarkPlan
    folder: Path
    records: tuple[BenchmarkRecord, ...]

    @property
    def failed(self) -> int:
        """Instances that failed."""
        return sum(record.measurement is None for record in self.records)

    @property
    def open(self) -> int:
        """Instances that have not ended."""
        return self.plan.instances - len(self.records)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "folder": str(self.folder),
            "planned": self.plan.instances,
            "measured": len(self.records) - self.failed,
            "failed": self.failed,
            "open": self.open,
        }


@interruptible()
def run_benchmark(
    plan: BenchmarkPlan,
    folder: str | Path,
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    max_cost: float | None = None,
    wait: bool = False,
    retry_failed: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> BenchmarkState:
    """Generate the instances of a benchmark, run them, and keep a record of each.

    An instance that fails is recorded with its error, and the others go on. Repeated in the same
    folder, it runs what has no record yet.

    Args:
        plan: the benchmark.
        folder: for settings, shots and records.
        jobs: processes, of one thread each; 1 for this process with all its cores. A script that
            asks for more must call this below ``if __name__ == "__main__":``.
        scheduler: address of a Dask scheduler, or ``"local"``, in place of ``jobs``.
        max_cost: the most that all instances together may cost, where jobs cost money.
        wait: for remote machines; else what has not ended is left open, to be asked for again.
        retry_failed: run again what failed.
        progress: called with (instances that have ended, instances in all).

    Raises:
        InputError: an argument is wrong, or no instance can be generated.
        RecordError: the folder holds another benchmark or something else, or is damaged.
        SubmissionError: the platform costs money and ``max_cost`` is not enough.
        NetworkError: the network was away for longer than the retries; repeat the call.
        AuthenticationError: log in with the vendor's tool, and repeat the call.
        PlaitError: a process of the benchmark died.
    """
    path = Path(folder)
    processes = check_count(jobs, "jobs", least=1, most=1024)
    if scheduler is not None and processes > 1:
        raise InputError("give jobs or a scheduler, not both")
    local = plan.backend.partition(":")[0] in _LOCAL
    if not local and (scheduler is not None or processes > 1):
        raise InputError(f"{plan.backend} runs elsewhere: leave out jobs and scheduler")
    _check_sizes(plan)
    _check_settings(path, plan)
    with locked(path):
        write_json(path / _SETTINGS, plan.to_json())
        records = {record.number: record for record in _read_records(path, plan)}
        if retry_failed:
            records = {k: r for k, r in records.items() if r.measurement is not None}
        rest = [task for task in plan.tasks() if task.number not in records]
        limits = {} if local else shares(plan, rest, path / _SHOTS, max_cost, retry_failed)
        if progress is not None:
            progress(len(records), plan.instances)
        for record in _run(plan, rest, path, processes, scheduler, limits, wait, retry_failed):
            if record is None:
                continue
            write_json(_place(path, record.number), record.to_json())
            records[record.number] = record
            if progress is not None:
                progress(len(records), plan.instances)
    ordered = tuple(records[number] for number in sorted(records))
    return BenchmarkState(plan=plan, folder=path, records=ordered)


def load_benchmark(folder: str | Path) -> BenchmarkState:
    """A benchmark from its folder, finished or not.

    Raises:
        RecordError: the folder holds none, or is damaged.
    """
    path = Path(folder)
    plan = _read_settings(path)
    return BenchmarkState(plan=plan, folder=path, records=tuple(_read_records(path, plan)))


def report_benchmark(
    folder: str | Path,
    *,
    least_magnitude: float = LEAST_MAGNITUDE,
    robust: bool = False,
    level: float = 0.95,
) -> BenchmarkReport:
    """The report of the instances that have ended; see :func:`plait.verify.benchmark_report`.

    Raises:
        RecordError: the folder holds no benchmark, is damaged, or nothing in it has ended.
        InputError: an argument is out of its range.
    """
    state = load_benchmark(folder)
    if not state.records:
        raise RecordError(f"{folder}: no instance has ended yet; repeat plait benchmark run")
    return benchmark_report(
        state.records,
        settings=state.plan.to_json(),
        planned=state.plan.instances,
        least_magnitude=least_magnitude,
        robust=robust,
        level=level,
    )


def report_options(folder: str | Path) -> dict[str, Any]:
    """How the report in a benchmark's folder was made, as arguments of :func:`report_benchmark`.

    Empty where there is none.

    Raises:
        RecordError: it is damaged.
    """
    place = Path(folder) / "report.json"
    if not place.exists():
        return {}
    try:
        data = _json(place)
        found = {name: data[name] for name in ("least_magnitude", "robust", "level")}
        check_level(found["level"])
        check_least_magnitude(found["least_magnitude"])
        if not isinstance(found["robust"], bool):
            raise TypeError("robust")
    except (KeyError, TypeError, ValueError, RecordError) as error:
        raise RecordError(
            f"{place} is not the report of a benchmark: {why_damaged(error)}; make it again by: "
            f"plait benchmark report {folder}"
        ) from error
    return found


def _run(
    plan: BenchmarkPlan,
    tasks: list[Task],
    path: Path,
    processes: int,
    scheduler: str | None,
    limits: dict[int, float],
    wait: bool,
    retry_failed: bool,
) -> Iterator[BenchmarkRecord | None]:
    if not tasks:
        return
    places = [(task, _shots(path, task.number)) for task in tasks]
    if scheduler is not None:
        from .benchmark_workers import on_cluster

        yield from on_cluster(plan, places, scheduler)
    elif processes > 1:
        from .benchmark_workers import on_processes

        yield from on_processes(
            plan, places, min(processes, len(tasks)), retry_failed=retry_failed
        )
    else:
        from .benchmark_task import run_task

        # Machines get everything before anything is waited for.
        for waiting in (False, True) if wait else (False,):
            left = []
            for task in tasks:
                record = run_task(
                    plan,
                    task,
                    _shots(path, task.number),
                    max_cost=limits.get(task.number),
                    wait=waiting,
                    retry_failed=retry_failed and not waiting,
                )
                if record is None:
                    left.append(task)
                yield record
            tasks = left


def _check_sizes(plan: BenchmarkPlan) -> None:
    """Refuse parameters with which nothing can be generated, before anything runs."""
    first: InputError | None = None
    seen: list[dict[str, int]] = []
    for task in plan.tasks():
        if task.size in seen[-1:]:
            continue
        seen.append(task.size)
        try:
            plan.instance(task)
            return
        except InputError as error:
            first = first or error
    if first is not None:
        raise first


def _check_settings(path: Path, plan: BenchmarkPlan) -> None:
    if not (path / _SETTINGS).exists():
        if path.exists() and (not path.is_dir() or any(p.name != ".lock" for p in path.iterdir())):
            raise RecordError(f"{path} holds something else; choose another folder")
        return
    before, now = _read_settings(path).to_json(), plan.to_json()
    for data in (before, now):
        data["device"] = {key: data["device"].get(key) for key in _DEVICE}
    for key in now:
        if before[key] != now[key]:
            what = f"was {before[key]!r}, now {now[key]!r}" if key != "device" else "or its noise"
            raise RecordError(
                f"{path} holds a benchmark with other settings ({key} {what}); choose another "
                f"folder, or repeat its command to go on with it"
            )


def _read_settings(path: Path) -> BenchmarkPlan:
    place = path / _SETTINGS
    if not place.exists():
        raise RecordError(f"{path} holds no benchmark: there is no {_SETTINGS} in it")
    try:
        return BenchmarkPlan.from_json(_json(place))
    except RecordError as error:
        raise RecordError(
            f"{place}: {error}; restore it from a copy, or repeat the benchmark in another folder"
        ) from error


def _read_records(path: Path, plan: BenchmarkPlan) -> list[BenchmarkRecord]:
    tasks = plan.tasks()
    found = []
    for place in sorted((path / "records").glob("*.json")):
        try:
            record = BenchmarkRecord.from_json(_json(place))
            if place != _place(path, record.number) or record.number >= len(tasks):
                raise RecordError("it is not the record of this number")
            if (record.number, record.size, record.seed) != tasks[record.number]:
                raise RecordError("it is the record of another benchmark")
        except RecordError as error:
            raise RecordError(f"{place}: {error}; {_ADVICE}") from error
        found.append(record)
    return found


def _json(place: Path) -> dict[str, Any]:
    try:
        data = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RecordError(why_damaged(error)) from error
    if not isinstance(data, dict):
        raise RecordError("a value is of the wrong kind")
    return data


def _place(path: Path, number: int) -> Path:
    return path / "records" / f"{number:06d}.json"


def _shots(path: Path, number: int) -> Path:
    return instance_folder(path / _SHOTS, number)
