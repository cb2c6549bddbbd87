"""The driver of all adapters: disk, retries, resumption.

The order of writes is what makes it safe. A program's ticket says ``"starting"`` on disk before
the call that may start it, and holds the vendor's id straight after. Whoever finds ``"starting"``
without an id (after a kill, or a call that broke off) asks the vendor for the job of that key
before starting it again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from ...knots.errors import PlaitError, RecordError
from ...knots.files import locked
from ..plan import Plan
from .errors import JobError, NetworkError, SubmissionError
from .protocol import Adapter, DryRun, LocalAdapter, RemoteAdapter, Shots, Status
from .retry import Retries
from .ticket import Entry, Record, State, Ticket

__all__ = ["Progress", "Runner"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the shots that are here and the shots in total."""

_FIRST_PAUSE, _LAST_PAUSE = 2.0, 60.0


class Runner:
    """Runs plans on one platform, with a ticket in a folder.

    Everything can be interrupted or killed, and goes on when the same call is repeated.

    Args:
        adapter: the platform.
        folder: of the ticket; made if need be.
        retries: repetitions of a call that met a fault of the network.
        sleep: how to wait, between retries and between polls.
        clock: seconds that pass.
        seed: of the jitter of retries.
        progress: called as shots come in.

    Example:
        >>> import tempfile
        >>> from plait import Braid, device
        >>> from plait.circuits import Plan
        >>> from plait.circuits.backends import SimulatorAdapter
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=100, round_shots=100, seed=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     runner = Runner(SimulatorAdapter(device("ideal")), folder)
        ...     ticket = runner.submit(plan)
        ...     record = runner.collect(ticket)
        >>> ticket.status, record.complete, sum(len(s) for s in record.shots.values())
        ('done', True, 100)
    """

    def __init__(
        self,
        adapter: Adapter,
        folder: str | Path,
        *,
        retries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        seed: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.adapter = adapter
        self.folder = Path(folder)
        self._retry = Retries(count=retries, sleep=sleep, random=random.Random(seed))
        self._sleep = sleep
        self._clock = clock
        self._progress = progress

    def dry_run(self, plan: Plan) -> DryRun:
        """What the plan would be, without network, disk and cost."""
        return self.adapter.dry_run(plan, self.adapter.programs(plan))

    def submit(
        self,
        plan: Plan,
        *,
        max_cost: float | None = None,
        retry_failed: bool = False,
        note: dict[str, Any] | None = None,
    ) -> Ticket:
        """Submit a plan, or go on with a submission that was interrupted.

        Local adapters run it here, program by program.

        Args:
            plan: the experiment.
            max_cost: the most that it may cost, in the unit of the dry run; must be given where
                jobs cost money. It is shared out between the programs by their shots.
            retry_failed: start those programs again that failed or were cancelled.
            note: JSON to be kept in the ticket.

        Raises:
            SubmissionError: the platform cannot run the plan, or it may cost too much.
            RecordError: the folder holds the ticket of another plan or platform.
            NetworkError: the network was away for longer than the retries; repeat the call.
            AuthenticationError: log in with the vendor's tool, and repeat the call.
        """
        fresh = None
        if not self._submitted:
            programs = self.adapter.programs(plan)
            dry_run = self.adapter.dry_run(plan, programs)
            self._check_cost(dry_run, max_cost)
            fresh = Ticket.new(
                self.folder,
                plan,
                self.adapter,
                programs,
                dry_run=dry_run,
                max_cost=max_cost,
                note=note,
            )
        with locked(self.folder):
            if fresh is None or self._submitted:
                ticket = self._check(Ticket.load(self.folder), plan)
                if retry_failed:
                    _reset(ticket)
            else:
                ticket = fresh
            if max_cost is not None:
                ticket.max_cost = max_cost
            ticket.save()
            for entry in ticket.entries:
                if self.adapter.local is True:
                    if not entry.ended:
                        self._run(self.adapter, ticket, entry)
                elif entry.state in ("planned", "starting"):
                    self._start(self.adapter, ticket, entry)
                self._report(ticket)
        return ticket

    def status(self, ticket: Ticket) -> Status:
        """Ask the vendor where the programs stand; the ticket is brought up to date."""
        with self._held(ticket) as adapter:
            if adapter is not None:
                for entry in ticket.entries:
                    self._poll(adapter, ticket, entry)
        return ticket.status

    def collect(
        self, ticket: Ticket, *, wait: bool = False, timeout: float | None = None
    ) -> Record:
        """Fetch the shots of all programs that are done.

        Args:
            ticket: from :meth:`submit` or :meth:`Ticket.load`.
            wait: until all programs have ended.
            timeout: seconds after which waiting ends; what is not here then stays to be collected.

        Returns:
            What is here. Programs that failed are in the ticket with the vendor's message.

        Raises:
            RecordError: the folder holds another ticket, or shots on disk are damaged.
            NetworkError: the network was away for longer than the retries; repeat the call.
            AuthenticationError: log in with the vendor's tool, and repeat the call.
        """
        end = None if timeout is None else self._clock() + timeout
        pause = _FIRST_PAUSE
        while True:
            # Others may cancel or collect while this one sleeps.
            with self._held(ticket) as adapter:
                if adapter is not None:
                    for entry in ticket.entries:
                        self._fetch(adapter, ticket, entry)
            self._report(ticket)
            # Nothing will start a planned program here.
            open_entries = [e for e in ticket.entries if e.job_id and not e.ended]
            left = float("inf") if end is None else end - self._clock()
            if not wait or not open_entries or left <= 0:
                return Record.load(self.folder)
            self._sleep(min(pause, left))
            pause = min(_LAST_PAUSE, 1.5 * pause)

    def cancel(self, ticket: Ticket) -> Ticket:
        """Cancel whatever has not ended; shots that are here stay."""
        with self._held(ticket) as adapter:
            for entry in ticket.entries:
                if adapter is not None and self._look_up(adapter, ticket, entry):
                    self._retry(partial(adapter.stop, entry.job_id or ""))
                    self._poll(adapter, ticket, entry)
                elif not entry.ended:
                    self._set(ticket, entry, "cancelled", "before it started")
        return ticket

    @property
    def _submitted(self) -> bool:
        return (self.folder / "ticket.json").exists()

    @contextmanager
    def _held(self, ticket: Ticket) -> Iterator[RemoteAdapter | None]:
        """The folder for this process and the ticket as on disk; None for a local adapter."""
        with locked(self.folder):
            ticket.refresh()
            self._check(ticket, ticket.plan)
            yield None if self.adapter.local is True else self.adapter

    def _check(self, ticket: Ticket, plan: Plan) -> Ticket:
        """Refuse the ticket of another plan or platform."""
        if ticket.adapter != self.adapter.name or ticket.description != self.adapter.describe():
            raise RecordError(
                f"{self.folder} holds a ticket of {ticket.adapter} {ticket.description}, not of "
                f"{self.adapter.name} {self.adapter.describe()}; choose another folder"
            )
        if ticket.plan.to_json() != plan.to_json():
            raise RecordError(
                f"{self.folder} holds the ticket of another plan; choose another folder, or "
                f"repeat its command to go on with it"
            )
        return ticket

    def _check_cost(self, found: DryRun, max_cost: float | None) -> None:
        if not found.valid:
            raise SubmissionError(f"{self.adapter.name}: {'; '.join(found.problems)}")
        if not self.adapter.paid:
            return
        estimate = "unknown" if found.cost is None else f"{found.cost:.4g}"
        if max_cost is None:
            raise SubmissionError(
                f"jobs on {self.adapter.name} cost money: give the most that this one may cost, "
                f"in {found.cost_unit} (its estimate is {estimate})"
            )
        if not max_cost > 0 or (found.cost is not None and found.cost > max_cost):
            raise SubmissionError(
                f"the estimated cost of {estimate} {found.cost_unit} exceeds the {max_cost:g} "
                f"allowed ({found.cost_formula}); take fewer shots or allow more"
            )

    def _run(self, adapter: LocalAdapter, ticket: Ticket, entry: Entry) -> None:
        self._set(ticket, entry, "running")
        try:
            self._keep(ticket, entry, adapter.run(ticket.plan, entry.program))
        except PlaitError as error:
            self._set(ticket, entry, "failed", str(error))

    def _start(self, adapter: RemoteAdapter, ticket: Ticket, entry: Entry) -> None:
        """Start a program, unless it turns out to have started before."""
        attempt = 0
        while not self._look_up(adapter, ticket, entry):
            self._set(ticket, entry, "starting")
            try:
                entry.job_id = adapter.start(
                    ticket.plan,
                    entry.program,
                    key=ticket.key(entry),
                    max_cost=_share(ticket, entry),
                )
            except NetworkError:
                if attempt == self._retry.count:
                    raise
                self._retry.pause(attempt)
                attempt += 1
            except SubmissionError as error:
                self._set(ticket, entry, "failed", str(error))
                return
            else:
                self._set(ticket, entry, "queued")

    def _look_up(self, adapter: RemoteAdapter, ticket: Ticket, entry: Entry) -> bool:
        """Whether the program has a job that has not ended, after asking for it if need be."""
        if entry.state == "starting":
            entry.job_id = next(iter(self._retry(partial(adapter.find, ticket.key(entry)))), None)
            if entry.job_id is not None:
                self._set(ticket, entry, "queued")
        return entry.job_id is not None and not entry.ended

    def _poll(self, adapter: RemoteAdapter, ticket: Ticket, entry: Entry) -> bool:
        """Note the vendor's word on a program; whether its shots can be fetched."""
        if not self._look_up(adapter, ticket, entry) or entry.job_id is None:
            return False
        try:
            status, message = self._retry(partial(adapter.poll, entry.job_id))
        except JobError as error:
            # It may be known tomorrow; what the others have measured is fetched today.
            self._set(ticket, entry, entry.state, str(error))
            return False
        # On disk a program is done only when its shots are.
        noted: Status = "running" if status == "done" else status
        if (noted, message) != (entry.state, entry.message):
            self._set(ticket, entry, noted, message)
        return status == "done"

    def _fetch(self, adapter: RemoteAdapter, ticket: Ticket, entry: Entry) -> None:
        if not self._poll(adapter, ticket, entry) or entry.job_id is None:
            return
        fetch = partial(adapter.fetch, ticket.plan, entry.program, entry.job_id)
        try:
            self._keep(ticket, entry, self._retry(fetch))
        except JobError as error:
            self._set(ticket, entry, "failed", str(error))

    def _keep(self, ticket: Ticket, entry: Entry, shots: Shots) -> None:
        """Write shots to disk, then that they are there."""
        if len(shots) != entry.program.shots:
            raise JobError(
                f"{len(shots)} shots came back where {entry.program.shots} were asked for"
            )
        ticket.write_shots(entry, shots)
        self._set(ticket, entry, "done")

    def _set(self, ticket: Ticket, entry: Entry, state: State, message: str = "") -> None:
        entry.state, entry.message = state, message
        ticket.save()

    def _report(self, ticket: Ticket) -> None:
        if self._progress is not None:
            here = sum(e.program.shots for e in ticket.entries if e.state == "done")
            self._progress(here, sum(e.program.shots for e in ticket.entries))


def _share(ticket: Ticket, entry: Entry) -> float | None:
    """What one program may cost, so that all together stay within the limit."""
    if ticket.max_cost is None:
        return None
    total = sum(e.program.shots for e in ticket.entries)
    return ticket.max_cost * entry.program.shots / total


def _reset(ticket: Ticket) -> None:
    """Make programs that failed or were cancelled ready for another attempt."""
    for entry in ticket.entries:
        if entry.state in ("failed", "cancelled"):
            if entry.job_id is not None:
                entry.attempt += 1
            entry.state, entry.job_id, entry.message = "planned", None, ""
