"""The calls to a vendor about the programs of one ticket.

The order of writes is what makes it safe. A program's ticket says ``"starting"`` on disk before
the call that may start it, and holds the vendor's id straight after. Whoever finds ``"starting"``
without an id (after a kill, or a call that broke off) asks the vendor for the jobs of that key
before starting it again, several times, since vendors list a job some time after they took it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from .entries import Entry
from .errors import JobError, NetworkError, SubmissionError
from .protocol import RemoteAdapter, Status
from .retry import Retries
from .ticket import Ticket

__all__ = ["Remote", "each"]

_LISTING: Final = (2.0, 4.0, 8.0, 16.0, 30.0, 30.0)
"""Seconds between questions for a job that may have started."""
_DOUBTS: Final = 10
"""So often a vendor may not know a job before nobody waits for it any more."""


class Remote:
    """A ticket and the vendor of its jobs; each call brings the ticket on disk up to date.

    Args:
        adapter: the vendor.
        ticket: the ticket.
        retry: repeats calls that met a fault of the network.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        adapter: RemoteAdapter,
        ticket: Ticket,
        *,
        retry: Retries,
        clock: Callable[[], float],
    ) -> None:
        self._adapter = adapter
        self._ticket = ticket
        self._retry = retry
        self._clock = clock
        self._doubts: Counter[str] = Counter()

    def start(self, entry: Entry, cap: float | None) -> None:
        """Start a program, unless it turns out to have started before."""
        attempt = 0
        while not self._look_up(entry, patient=True):
            entry.repeated |= entry.state == "starting"
            entry.asked, entry.cap = self._clock(), cap
            self._ticket.set(entry, "starting")
            try:
                entry.job_id = self._adapter.start(
                    self._ticket.plan, entry.program, key=self._ticket.key(entry), max_cost=cap
                )
            except NetworkError:
                if attempt == self._retry.count:
                    raise
                attempt += 1
            except SubmissionError as error:
                self._ticket.set(entry, "failed", str(error))
                return
            else:
                self._ticket.set(entry, "queued")
                return

    def cancel(self, entry: Entry) -> str:
        """Cancel a program; the vendor's message if it refuses."""
        if entry.state == "planned":
            self._ticket.set(entry, "cancelled", "before it started")
            return ""
        if not self._look_up(entry, patient=True):
            if not entry.ended:
                message = "the vendor lists no such job; cancel again to make sure"
                self._ticket.set(entry, entry.state, message)
            return ""
        problem = self._stop(entry.job_id or "")
        if not self.poll(entry) and problem and not entry.ended:
            self._ticket.set(entry, entry.state, f"not cancelled: {problem}")
            return problem
        return ""

    def poll(self, entry: Entry) -> bool:
        """Note the vendor's word on a program; whether its shots can be fetched."""
        if not self._look_up(entry) or entry.job_id is None:
            return False
        try:
            status, message = self._retry(partial(self._adapter.poll, entry.job_id))
        except JobError as error:
            # It may be known tomorrow; what the others have measured is fetched today.
            self._doubts[entry.label] += 1
            self._ticket.set(entry, entry.state, str(error))
            return False
        self._doubts[entry.label] = 0
        if status == "done" and entry.state == "unread":
            return True
        # On disk a program is done only when its shots are, if it has any.
        shots = status == "done" and self._adapter.measures
        noted: Status = "running" if shots else status
        if (noted, message) != (entry.state, entry.message):
            self._ticket.set(entry, noted, message)
        return shots

    def fetch(self, entry: Entry) -> None:
        """Bring the shots of a program to disk, if they are ready."""
        if self._doubts[entry.label] >= _DOUBTS:
            return
        if not self.poll(entry) or entry.job_id is None:
            return
        fetch = partial(self._adapter.fetch, self._ticket.plan, entry.program, entry.job_id)
        try:
            self._ticket.keep(entry, self._retry(fetch))
        except JobError as error:
            # What was refused now is not asked for again while this call lasts.
            self._doubts[entry.label] = _DOUBTS
            self._ticket.set(entry, "unread", str(error))

    def awaited(self, entry: Entry) -> bool:
        """Whether there is more to come of a program by waiting."""
        known = entry.job_id is not None and not entry.ended
        return known and self._doubts[entry.label] < _DOUBTS

    def _look_up(self, entry: Entry, *, patient: bool = False) -> bool:
        """Whether the program has a job that has not ended, after asking for it if need be.

        Args:
            entry: the program.
            patient: ask until a job that was started must be listed.
        """
        if entry.state == "starting" or (entry.repeated and not entry.ended):
            find = partial(self._adapter.find, self._ticket.key(entry))
            ids = self._retry(find)
            for pause in _LISTING if patient and entry.job_id is None else ():
                left = (entry.asked or 0.0) + sum(_LISTING) - self._clock()
                if ids or left <= 0:
                    break
                self._retry.sleep(min(pause, left))
                ids = self._retry(find)
            self._take(entry, ids)
        return entry.job_id is not None and not entry.ended

    def _take(self, entry: Entry, ids: Sequence[str]) -> None:
        """Keep one job of a program and cancel the others."""
        if ids and entry.job_id is None:
            entry.job_id = ids[0]
            self._ticket.set(entry, "queued")
        for other in ids:
            if other != entry.job_id and other not in entry.past:
                self._stop(other)
                entry.past.append(other)
                entry.spent += entry.cap or 0.0
                self._ticket.set(entry, entry.state, f"started twice; {other} was cancelled")

    def _stop(self, job_id: str) -> str:
        """Cancel a job; why it was refused, if it was."""
        try:
            self._retry(partial(self._adapter.stop, job_id))
        except (JobError, SubmissionError) as error:
            return str(error)
        return ""


def each(ticket: Ticket, step: Callable[[Entry], object]) -> None:
    """Take a step with every program; what went wrong is raised after the last one."""
    away = None
    for entry in ticket.entries:
        try:
            step(entry)
        except (NetworkError, JobError) as error:
            away = away or error
            ticket.set(entry, entry.state, str(error))
    if away is not None:
        raise away
