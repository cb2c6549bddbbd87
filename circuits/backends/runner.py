"""The driver of all adapters: disk, retries, resumption.

Its calls to vendors are in :mod:`plait.circuits.backends.remote`.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from ...knots.errors import PlaitError, RecordError
from ...knots.files import FolderBusyError, locked
from ..plan import Plan
from .budget import allow
from .entries import Entry, State
from .errors import JobError, NetworkError, SubmissionError
from .protocol import Adapter, DryRun, LocalAdapter
from .remote import Remote, each
from .retry import Retries
from .ticket import Record, Ticket

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
        clock: seconds since 1970.
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
        clock: Callable[[], float] = time.time,
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

    def check_cost(self, plan: Plan, max_cost: float | None) -> None:
        """Refuse a plan for the want of a limit, by the dry run alone.

        Raises:
            SubmissionError: jobs cost money and there is no limit, or the plan exceeds it.
        """
        programs = self.adapter.programs(plan)
        found = self.adapter.dry_run(plan, programs)
        if found.valid:
            ticket = Ticket.new(self.folder, plan, self.adapter, programs, dry_run=found)
            allow(ticket, max_cost, paid=self.adapter.paid)

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
            max_cost: the most that the ticket may cost over its life, in the unit of the dry run;
                must be given where jobs cost money. It is shared out between the programs by
                their estimates.
            retry_failed: start those programs again that failed or were cancelled. What they were
                allowed before counts as spent, so that ``max_cost`` must be given anew.
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
            if not dry_run.valid:
                raise SubmissionError(f"{self.adapter.name}: {'; '.join(dry_run.problems)}")
            fresh = Ticket.new(
                self.folder, plan, self.adapter, programs, dry_run=dry_run, note=note
            )
            # Before anything is on disk.
            allow(fresh, max_cost, paid=self.adapter.paid)
        with locked(self.folder):
            ticket, again = fresh, False
            if ticket is None or self._submitted:
                ticket = self._check(Ticket.load(self.folder), plan)
                again = retry_failed and ticket.renew()
            caps = allow(ticket, max_cost, paid=self.adapter.paid, again=again)
            ticket.save()
            self._report(ticket)
            remote = self._remote(ticket)
            for entry in ticket.entries:
                if self.adapter.local is True:
                    if not entry.ended:
                        self._run(self.adapter, ticket, entry)
                elif remote is not None and entry.state in ("planned", "starting"):
                    remote.start(entry, caps.get(entry.label))
                self._report(ticket)
        return ticket

    def status(self, ticket: Ticket) -> State:
        """Ask the vendor where the programs stand; the ticket is brought up to date.

        Programs of a local adapter that nobody runs any more are ``"interrupted"``.
        While another process works on the folder, this is what is on disk.
        """
        try:
            remote = self._remote(ticket)
            with self._held(ticket):
                if remote is not None:
                    each(ticket, remote.poll)
                else:
                    _interrupt(ticket)
        except FolderBusyError:
            ticket.refresh()
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
            What is here. Programs that failed, or whose shots were refused, are in the ticket
            with the reason; shots that were refused are fetched again by the next call.

        Raises:
            RecordError: the folder holds another ticket, or shots on disk are damaged.
            NetworkError: the network was away for longer than the retries, and not waited for;
                repeat the call.
            AuthenticationError: log in with the vendor's tool, and repeat the call.
        """
        end = None if timeout is None else self._clock() + timeout
        pause = _FIRST_PAUSE
        remote = self._remote(ticket)
        while True:
            left = math.inf if end is None else end - self._clock()
            try:
                # Others may cancel or collect while this one sleeps.
                with self._held(ticket):
                    if remote is not None:
                        each(ticket, remote.fetch)
                    else:
                        _interrupt(ticket)
            except NetworkError:
                if not wait or left <= 0:
                    raise
            self._report(ticket)
            more = remote is not None and any(map(remote.awaited, ticket.entries))
            if not (wait and more) or left <= 0:
                return Record.load(self.folder)
            self._sleep(min(pause, left))
            pause = min(_LAST_PAUSE, 1.5 * pause)

    def cancel(self, ticket: Ticket) -> Ticket:
        """Cancel whatever has not ended; shots that are here stay.

        A program that may have started and is not known to the vendor stays as it is, so that
        another call can cancel it.

        Raises:
            JobError: the vendor refused some; the others are cancelled.
            NetworkError: the network was away for longer than the retries; repeat the call.
        """
        refused: list[str] = []
        remote = self._remote(ticket)

        def step(entry: Entry) -> None:
            if remote is None:
                if not entry.ended:
                    ticket.set(entry, "cancelled", "before it ran")
            elif problem := remote.cancel(entry):
                refused.append(f"{entry.label}: {problem}")

        with self._held(ticket, wait=True):
            each(ticket, step)
        if refused:
            raise JobError(
                f"{len(refused)} of {len(ticket.entries)} jobs were not cancelled, first "
                f"{refused[0]}"
            )
        return ticket

    @property
    def _submitted(self) -> bool:
        return (self.folder / "ticket.json").exists()

    @contextmanager
    def _held(self, ticket: Ticket, *, wait: bool = False) -> Iterator[None]:
        """The folder for this process, and the ticket as on disk."""
        with locked(self.folder, wait=wait):
            ticket.refresh()
            self._check(ticket, ticket.plan)
            yield

    def _remote(self, ticket: Ticket) -> Remote | None:
        if self.adapter.local is True:
            return None
        return Remote(self.adapter, ticket, retry=self._retry, clock=self._clock)

    def _check(self, ticket: Ticket, plan: Plan) -> Ticket:
        """Refuse the ticket of another plan or platform."""
        description = json.loads(json.dumps(self.adapter.describe()))
        if (ticket.adapter, ticket.description) != (self.adapter.name, description):
            raise RecordError(
                f"{self.folder} holds a ticket of {ticket.adapter} {ticket.description}, not of "
                f"{self.adapter.name} {description}; choose another folder"
            )
        if ticket.plan.to_json() != plan.to_json():
            raise RecordError(
                f"{self.folder} holds the ticket of another plan; choose another folder, or "
                f"repeat its command to go on with it"
            )
        return ticket

    def _run(self, adapter: LocalAdapter, ticket: Ticket, entry: Entry) -> None:
        ticket.set(entry, "running")
        try:
            ticket.keep(entry, adapter.run(ticket.plan, entry.program))
        except PlaitError as error:
            ticket.set(entry, "failed", str(error))

    def _report(self, ticket: Ticket) -> None:
        if self._progress is not None:
            here = sum(e.program.shots for e in ticket.entries if e.state == "done")
            self._progress(here, sum(e.program.shots for e in ticket.entries))


def _interrupt(ticket: Ticket) -> None:
    """Note that local programs which have not ended are not running: their folder is free."""
    for entry in ticket.entries:
        if not entry.ended and entry.state != "interrupted":
            ticket.set(entry, "interrupted", "nothing runs it now")
