"""A vendor in memory, with faults on demand, and an adapter for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Literal

from plait import Braid, device
from plait.circuits import Plan
from plait.circuits.backends import (
    DryRun,
    JobError,
    NetworkError,
    Program,
    Shots,
    SimulatorAdapter,
    Status,
)
from plait.circuits.backends.explicit import explicit_programs

PLAN = Plan(
    braid=Braid("1 2 1 -2"),
    closure="markov",
    kind="echo",
    series=("real", "imag"),
    shots=60,
    round_shots=20,
    seed=5,
)


class Killed(BaseException):
    """The process dies here."""


class Vendor:
    """What outlives the process: jobs by id, and the network to them.

    Attributes:
        jobs: job id → (key, program, how often it was polled).
        faults: per kind of call, what is raised by the next calls; None is no fault. A fault of
            ``"start"`` comes before the job exists, one of ``"start-reply"`` after.
        script: what polls say in turn; the last one stays.
        failing: labels whose jobs end in an error.
        forgotten: jobs that polls do not know.
        samples: of the adapter.
        connected: how the adapter was asked for.
    """

    def __init__(self) -> None:
        self.jobs: dict[str, tuple[str, Program]] = {}
        self.polls: dict[str, int] = {}
        self.faults: dict[str, deque[BaseException | None]] = {}
        self.script: Sequence[Status] = ("queued", "running", "done")
        self.failing: set[str] = set()
        self.stopped: list[str] = []
        self.caps: list[float | None] = []
        self.forgotten: set[str] = set()
        self.samples = True
        self.connected: dict[str, Any] = {}

    def fault(self, call: str, *errors: BaseException | None) -> None:
        self.faults.setdefault(call, deque()).extend(errors)

    def pass_through(self, call: str) -> None:
        waiting = self.faults.get(call)
        if waiting and (error := waiting.popleft()) is not None:
            raise error

    def begin(self, key: str, program: Program) -> str:
        job_id = f"job-{len(self.jobs)}"
        self.jobs[job_id] = (key, program)
        return job_id

    def search(self, key: str) -> list[str]:
        return [i for i, (k, _) in self.jobs.items() if k == key]

    @property
    def labels(self) -> list[str]:
        """Of the programs that were started, in order."""
        return [program.label for _, program in self.jobs.values()]


class FakeAdapter:
    name = "fake"
    local: Literal[False] = False
    paid = False
    measures = True

    def __init__(
        self,
        vendor: Vendor,
        *,
        cost: float | None = None,
        samples: bool = True,
        costs: Sequence[float] = (),
    ) -> None:
        self.vendor = vendor
        self.cost = cost
        self.costs = list(costs)
        self.samples = samples
        self.paid = cost is not None

    def describe(self) -> dict[str, Any]:
        return {"machine": "fake-1"}

    def programs(self, plan: Plan) -> list[Program]:
        return explicit_programs(plan)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        return DryRun(
            valid=True,
            programs=len(programs),
            circuits=1,
            shots=plan.shots,
            qubits=2,
            two_qubit_gates=1.0,
            two_qubit_depth=1.0,
            cost=self.cost,
            costs=self.costs,
            cost_unit="HQC",
            cost_formula="made up",
        )

    def start(self, plan: Plan, program: Program, *, key: str, max_cost: float | None) -> str:
        self.vendor.pass_through("start")
        job_id = self.vendor.begin(key, program)
        self.vendor.caps.append(max_cost)
        self.vendor.pass_through("start-reply")
        return job_id

    def find(self, key: str) -> list[str]:
        self.vendor.pass_through("find")
        return self.vendor.search(key)

    def poll(self, job_id: str) -> tuple[Status, str]:
        self.vendor.pass_through("poll")
        if job_id in self.vendor.forgotten or job_id not in self.vendor.jobs:
            raise JobError(f"no job {job_id}")
        count = self.vendor.polls[job_id] = self.vendor.polls.get(job_id, 0) + 1
        if job_id in self.vendor.stopped:
            return "cancelled", "by the user"
        status = self.vendor.script[min(count, len(self.vendor.script)) - 1]
        if status == "done" and self.vendor.jobs[job_id][1].label in self.vendor.failing:
            return "failed", "the ion was lost"
        return status, ""

    def fetch(self, plan: Plan, program: Program, job_id: str) -> Shots:
        self.vendor.pass_through("fetch")
        if self.vendor.jobs[job_id][1] != program:
            raise JobError("results of another program")
        return SimulatorAdapter(device("ideal")).run(plan, program)

    def stop(self, job_id: str) -> None:
        self.vendor.pass_through("stop")
        self.vendor.stopped.append(job_id)


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def lost(count: int) -> list[BaseException]:
    return [NetworkError("connection reset") for _ in range(count)]
