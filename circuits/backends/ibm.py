"""IBM Quantum through qiskit-ibm-runtime: jobs on machines, and its local mode.

Both use the client-side ``Sampler`` (``qiskit_ibm_runtime.executor_sampler``) with a row of
parameters per shot. Log in with IBM's own tools first; plait reads no token.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, Literal

from ...knots.errors import InputError, PlaitError
from ...knots.optional import require
from ..devices import Device
from ..devices import device as find_device
from ..plan import Plan
from .errors import AuthenticationError, JobError, NetworkError, SubmissionError
from .isa import compile_isa, isa_dry_run
from .protocol import DryRun, Program, Shots, Status
from .qiskit_sampler import bits_of, check_options
from .rows import RowBlock, read_rows, row_blocks, row_programs, row_templates
from .simulator import program_seed

__all__ = ["IBMAdapter", "IBMLocal", "machine_name", "snapshot", "vendor_errors"]

_EXECUTIONS = 10_000_000
_TIMEOUT: Final = 120.0
_STATUS: Final[dict[str, Status]] = {
    "INITIALIZING": "queued",
    "QUEUED": "queued",
    "RUNNING": "running",
    "DONE": "done",
    "ERROR": "failed",
    "CANCELLED": "cancelled",
}
_LOG_IN = "log in with QiskitRuntimeService.save_account(…), and repeat the command"

MakeSampler = Callable[[Any, dict[str, Any]], Any]


class _Rows:
    """What both share: templates on a line, transpiled without SWAPs, a row per shot."""

    paid = False
    samples = True

    def __init__(
        self,
        backend: Any,
        *,
        target: Device | str,
        optimization_level: int,
        seed_transpiler: int | None,
        options: dict[str, Any] | None,
    ) -> None:
        self.backend = backend
        self.target = find_device(target)
        self.optimization_level = optimization_level
        self.seed_transpiler = seed_transpiler
        self.options = copy.deepcopy(options or {})
        if self.target.connectivity != "line":
            raise InputError(
                f"device {self.target.name} is not used as a line of qubits, which circuits for "
                f"IBM's couplings must be made for; choose one such as 'ibm_fez'"
            )
        if self.options.get("environment", {}).get("private"):
            raise InputError(
                "results of a private job can be read once only, and would be lost with the "
                "connection; leave environment.private out"
            )

    def describe(self) -> dict[str, Any]:
        """Backend, the device that circuits are made for, transpiler and sampler options."""
        return {
            "backend": self.backend if isinstance(self.backend, str) else self.backend.name,
            "device": self.target.name,
            "optimization_level": self.optimization_level,
            "seed_transpiler": self.seed_transpiler,
            "options": self.options,
        }

    def programs(self, plan: Plan) -> list[Program]:
        """A program per series, or several where the vendor's limit demands it."""
        limit = self.target.limits.executions_per_job or _EXECUTIONS
        return row_programs(plan, self.target, limit=limit)

    def _dry_run(self, plan: Plan, programs: Sequence[Program], backend: Any) -> DryRun:
        return isa_dry_run(
            plan,
            programs,
            self.target,
            backend,
            optimization_level=self.optimization_level,
            seed=self.seed_transpiler,
        )

    def _blocks(self, plan: Plan, program: Program) -> list[RowBlock]:
        return row_blocks(program, row_templates(plan, self.target))

    def _pubs(self, blocks: Sequence[RowBlock]) -> list[Any]:
        circuits = compile_isa(
            [block.to_qiskit() for block in blocks],
            self.backend,
            optimization_level=self.optimization_level,
            seed=self.seed_transpiler,
        )
        return [(circuit, block.values) for circuit, block in zip(circuits, blocks, strict=True)]


class IBMLocal(_Rows):
    """The local mode of qiskit-ibm-runtime: its Sampler over a fake backend, here and now.

    Args:
        backend: a fake backend, such as ``FakeFez()``, whose noise is simulated.
        target: the description that circuits are made for, a line of qubits with CZ.
        optimization_level: of the transpiler.
        seed_transpiler: of the transpiler.
        options: of the Sampler.
        simulator: what runs the transpiled circuits instead, such as ``AerSimulator()`` for no
            noise.
    """

    name = "ibm-local"
    local: Literal[True] = True

    def __init__(
        self,
        backend: Any,
        *,
        target: Device | str = "ibm_fez",
        optimization_level: int = 3,
        seed_transpiler: int | None = 1,
        options: dict[str, Any] | None = None,
        simulator: Any = None,
    ) -> None:
        super().__init__(
            backend,
            target=target,
            optimization_level=optimization_level,
            seed_transpiler=seed_transpiler,
            options=options,
        )
        self._simulator = simulator

    def describe(self) -> dict[str, Any]:
        """As for the machine, and what simulates it."""
        simulator = self.backend if self._simulator is None else self._simulator
        return super().describe() | {"simulator": simulator.name}

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Gates after transpilation for the fake backend."""
        found = self._dry_run(plan, programs, self.backend)
        # The estimates are of a machine.
        return replace(
            found,
            cost=None,
            costs=[],
            cost_unit="",
            cost_formula="nothing is charged",
            seconds=None,
        )

    def run(self, plan: Plan, program: Program) -> Shots:
        """Simulate a program; the same plan gives the same shots."""
        blocks = self._blocks(plan, program)
        options = copy.deepcopy(self.options)
        # 32 bits are what Aer takes.
        options.setdefault("simulator", {})["seed_simulator"] = program_seed(plan, program) >> 33
        sampler = _runtime_sampler(self._simulator or self.backend, options)
        result = sampler.run(self._pubs(blocks), shots=1).result()
        return read_rows(program, [bits_of(one) for one in result])


class IBMAdapter(_Rows):
    """A machine of IBM Quantum.

    Args:
        service: a ``QiskitRuntimeService``; None for dry runs only.
        backend: the machine, from ``service.backend(…)``; for dry runs its name will do.
        target: the description that circuits are made for, a line of qubits with CZ.
        optimization_level: of the transpiler.
        seed_transpiler: of the transpiler.
        options: of the Sampler, as a dictionary; plait adds the tags of the job and, as
            ``max_execution_time``, the cost allowed (in seconds of the processor).
        model: what a dry run transpiles for where ``backend`` is a name.
        sampler: makes the sampler from backend and options; by default the vendor's.

    Raises:
        InputError: the options give a row more than one shot or make jobs private, or the device
            is no line.
    """

    name = "ibm"
    local: Literal[False] = False
    measures = True
    paid = True

    def __init__(
        self,
        service: Any,
        backend: Any,
        *,
        target: Device | str = "ibm_fez",
        optimization_level: int = 3,
        seed_transpiler: int | None = 1,
        options: dict[str, Any] | None = None,
        model: Any = None,
        sampler: MakeSampler | None = None,
    ) -> None:
        super().__init__(
            backend,
            target=target,
            optimization_level=optimization_level,
            seed_transpiler=seed_transpiler,
            options=options,
        )
        self._service = service
        self._model = model
        self._make_sampler = sampler or _runtime_sampler

    @classmethod
    def connect(cls, name: str, *, target: Device | str = "ibm_fez") -> IBMAdapter:
        """The adapter of a machine, through the account that IBM's tools have saved.

        Raises:
            AuthenticationError: there is no account, or it is not accepted.
            NetworkError: the service was not reached.
            SubmissionError: the account has no such machine.
        """
        runtime = require("qiskit_ibm_runtime", extra="ibm", purpose="IBM Quantum")
        with vendor_errors(SubmissionError):
            service = runtime.QiskitRuntimeService()
            backend = service.backend(name)
        # As it comes the client waits for an answer without end.
        for client in service._get_api_clients().values():
            client._session._timeout = (5.0, _TIMEOUT)
        return cls(service, backend, target=target)

    def dry_run(self, plan: Plan, programs: Sequence[Program]) -> DryRun:
        """Gates after transpilation, as far as the machine or a model of it is at hand.

        Costs are in whole seconds per job, as IBM's limit is.
        """
        backend = self._model if isinstance(self.backend, str) else self.backend
        found = self._dry_run(plan, programs, backend)
        if backend is None:
            note = (
                f"qiskit-ibm-runtime has no snapshot of a machine {self.backend!r}: check its "
                f"name; gates are counted before transpilation, for {self.target.name}"
            )
            found = replace(found, notes=[note])
        if found.cost is None:
            return found
        costs = [float(math.ceil(cost)) for cost in found.costs]
        formula = f"{found.cost_formula}; in whole seconds per job"
        return replace(found, cost=sum(costs), costs=costs, cost_formula=formula)

    def start(self, plan: Plan, program: Program, *, key: str, max_cost: float | None) -> str:
        """Submit a job with the tag ``key``.

        Raises:
            SubmissionError: IBM refuses it, or less than one second is allowed.
            NetworkError: the service was not reached, or did not answer properly.
            AuthenticationError: the account or token is not accepted.
        """
        options = copy.deepcopy(self.options)
        environment = options.setdefault("environment", {})
        environment["job_tags"] = [*environment.get("job_tags", []), key]
        if max_cost is not None:
            if max_cost < 1 - 1e-6:
                raise SubmissionError(
                    f"{max_cost:g} seconds are allowed for {program.label}, and IBM's limit "
                    f"is set in whole seconds; allow more"
                )
            # Shares of a limit are not exact.
            options["max_execution_time"] = int(max_cost + 1e-6)
        pubs = self._pubs(self._blocks(plan, program))
        with vendor_errors(SubmissionError):
            job = self._make_sampler(self.backend, options).run(pubs, shots=1)
            return str(job.job_id())

    def find(self, key: str) -> list[str]:
        """The jobs with this tag, in the instance of the backend."""
        instance = getattr(self.backend, "_instance", None)
        with vendor_errors(JobError):
            jobs = self._service.jobs(
                job_tags=[key], limit=None, descending=False, instance=instance
            )
            return [str(job.job_id()) for job in jobs]

    def poll(self, job_id: str) -> tuple[Status, str]:
        """Status of a job, and IBM's message if it failed."""
        with vendor_errors(JobError):
            job = self._service.job(job_id)
            status = _STATUS.get(str(job.status()), "running")
            message = job.error_message() if status == "failed" else None
        return status, message or ""

    def fetch(self, plan: Plan, program: Program, job_id: str) -> Shots:  # noqa: ARG002
        """The shots of a job.

        Raises:
            JobError: there are none, they cannot be read, or there is not one per row.
        """
        try:
            with vendor_errors(JobError):
                result = self._service.job(job_id).result()
            return read_rows(program, [bits_of(one) for one in result])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # What the vendor's decoder makes of what it does not know.
            raise JobError(f"the results of job {job_id} cannot be read: {error!r}") from error

    def stop(self, job_id: str) -> None:
        """Cancel a job; one that has ended stays as it is."""
        runtime = require("qiskit_ibm_runtime.exceptions", extra="ibm", purpose="IBM Quantum")
        with vendor_errors(JobError):
            try:
                self._service.job(job_id).cancel()
            except runtime.RuntimeInvalidStateError:
                return


def _runtime_sampler(backend: Any, options: dict[str, Any]) -> Any:
    module = require("qiskit_ibm_runtime.executor_sampler", extra="ibm", purpose="IBM Quantum")
    sampler = module.Sampler(mode=backend, options=options)
    check_options(sampler.options)
    return sampler


def snapshot(name: str) -> Any:
    """The fake backend that qiskit-ibm-runtime has of a machine, None if there is none.

    Args:
        name: such as ``"ibm_fez"``, ``"fake_fez"`` or ``"FakeFez"``.
    """
    module = require("qiskit_ibm_runtime.fake_provider", extra="ibm", purpose="IBM Quantum")
    for each in dir(module):
        if each.startswith("Fake") and machine_name(each) == machine_name(name):
            return getattr(module, each)()
    return None


def machine_name(name: str) -> str:
    """What the names of a machine, of its fake backend and of its device have in common.

    Example:
        >>> machine_name("ibm_fez"), machine_name("FakeFez"), machine_name("FakeManilaV2")
        ('fez', 'fez', 'manila')
    """
    plain = name.lower().replace("_", "").removeprefix("ibm").removeprefix("fake")
    return plain.removesuffix("v2")


@contextmanager
def vendor_errors(other: type[PlaitError]) -> Iterator[None]:
    """Sort the vendor's errors by what the caller should do; ``other`` is for a plain refusal."""
    from qiskit.providers.exceptions import QiskitBackendNotFoundError

    runtime = require("qiskit_ibm_runtime.exceptions", extra="ibm", purpose="IBM Quantum")
    try:
        yield
    except (runtime.IBMNotAuthorizedError, runtime.IBMAccountError) as error:
        raise AuthenticationError(f"IBM Quantum does not accept the account: {_LOG_IN}") from error
    except (runtime.RuntimeJobFailureError, runtime.RuntimeJobNotFound) as error:
        raise JobError(f"IBM Quantum: {error.message}") from error
    except (runtime.IBMInputValueError, QiskitBackendNotFoundError) as error:
        raise other(f"IBM Quantum: {error.message}") from error
    except runtime.IBMError as error:
        code = _http_status(error)
        if code in (401, 403):
            raise AuthenticationError(
                f"IBM Quantum does not accept the token ({code}): {_LOG_IN}"
            ) from error
        if code is not None and 400 <= code < 500 and code not in (408, 429):
            raise other(f"IBM Quantum refuses ({code}): {error.message}") from error
        raise NetworkError(f"IBM Quantum: {error.message}") from error
    except OSError as error:
        # Of the requests package, and of the system.
        raise NetworkError(f"IBM Quantum was not reached: {error}") from error


def _http_status(error: BaseException | None) -> int | None:
    """The HTTP status behind an error; the vendor's wrappers keep it as their context only."""
    while error is not None:
        code = getattr(error, "status_code", None)
        if isinstance(code, int) and code > 0:
            return code
        error = error.__cause__ or error.__context__
    return None
