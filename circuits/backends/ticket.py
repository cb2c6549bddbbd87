"""Tickets: what was submitted where, on disk before and after every call over the network.

A ticket's folder holds

* ``ticket.json``: plan, platform, and per program its key, the vendor's id and its state;
* ``shots/LABEL.json``: the shots of a program, written as soon as they are here.
"""

from __future__ import annotations

import json
import platform
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from ...knots.errors import RecordError
from ...knots.files import write_json
from ..plan import Job, Plan
from ..simulation import Counts
from .protocol import Adapter, DryRun, Program, Shots, Status

__all__ = ["ENDED", "Entry", "Record", "State", "Ticket"]

State: TypeAlias = Literal["planned", "starting"] | Status
"""``"planned"``: no call yet. ``"starting"``: it may have started, its id is not known here."""

ENDED: Final[tuple[State, ...]] = ("done", "failed", "cancelled")

_FORMAT = 1
_STATES: tuple[State, ...] = ("planned", "starting", *get_args(Status))
_PACKAGES = (
    "plait",
    "numpy",
    "qiskit",
    "qiskit-aer",
    "qiskit-ibm-runtime",
    "pytket",
    "pytket-quantinuum",
    "qnexus",
)


@dataclass(kw_only=True)
class Entry:
    """A program and where it stands.

    Attributes:
        program: the program.
        state: see :data:`State`; ``"done"`` only once the shots are on disk.
        attempt: 1, and one more for every time it was started again after a failure.
        job_id: the vendor's id, None while it is not known.
        message: the vendor's last message.
    """

    program: Program
    state: State = "planned"
    attempt: int = 1
    job_id: str | None = None
    message: str = ""

    @property
    def label(self) -> str:
        """Of the program."""
        return self.program.label

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "program": self.program.to_json(),
            "state": self.state,
            "attempt": self.attempt,
            "job_id": self.job_id,
            "message": self.message,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """The entry that :meth:`to_json` wrote."""
        if data["state"] not in _STATES:
            raise ValueError(f"state {data['state']!r}")
        return cls(
            program=Program.from_json(data["program"]),
            state=data["state"],
            attempt=int(data["attempt"]),
            job_id=data["job_id"],
            message=str(data["message"]),
        )


@dataclass(kw_only=True)
class Ticket:
    """A submitted plan.

    Attributes:
        folder: where it is on disk.
        id: unique.
        plan: what was submitted.
        adapter: name of the platform's adapter.
        description: the adapter's :meth:`describe`, without secrets.
        max_cost: what was allowed, None where nothing is charged.
        dry_run: what the platform's dry run said.
        note: JSON of the caller's own.
        created: time in UTC.
        versions: of Python and packages when it was made.
        entries: the programs.
    """

    folder: Path
    id: str
    plan: Plan
    adapter: str
    description: dict[str, Any]
    max_cost: float | None
    created: str
    versions: dict[str, str]
    dry_run: DryRun
    note: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def new(
        cls,
        folder: Path,
        plan: Plan,
        adapter: Adapter,
        programs: Sequence[Program],
        *,
        dry_run: DryRun,
        max_cost: float | None,
        note: dict[str, Any] | None = None,
    ) -> Ticket:
        """A ticket of which nothing has started; it is not on disk yet."""
        return cls(
            folder=folder,
            id=secrets.token_hex(8),
            plan=plan,
            adapter=adapter.name,
            description=json.loads(json.dumps(adapter.describe())),
            max_cost=max_cost,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=_versions(),
            dry_run=dry_run,
            note=json.loads(json.dumps(note or {})),
            entries=[Entry(program=program) for program in programs],
        )

    @classmethod
    def load(cls, folder: str | Path) -> Ticket:
        """The ticket of a folder.

        Raises:
            RecordError: there is none, or it is damaged.
        """
        path = Path(folder) / "ticket.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RecordError(
                f"{folder} holds no submitted plan: there is no ticket.json in it"
            ) from None
        except (OSError, ValueError) as error:
            raise RecordError(f"cannot read {path}: {error}") from error
        try:
            if data["format"] != _FORMAT:
                raise ValueError(f"format {data['format']!r}, this version reads {_FORMAT}")
            return cls(
                folder=Path(folder),
                id=str(data["id"]),
                plan=Plan.from_json(data["plan"]),
                adapter=str(data["adapter"]),
                description=dict(data["description"]),
                max_cost=data["max_cost"],
                created=str(data["created"]),
                versions=dict(data["versions"]),
                dry_run=DryRun.from_json(data["dry_run"]),
                note=dict(data["note"]),
                entries=[Entry.from_json(entry) for entry in data["programs"]],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"{path} is not a ticket: {error!r}") from error

    def save(self) -> None:
        """Write it to disk, whole.

        Raises:
            RecordError: it cannot be written.
        """
        data = self.to_json() | {"format": _FORMAT}
        write_json(self.folder / "ticket.json", data)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return {
            "id": self.id,
            "created": self.created,
            "adapter": self.adapter,
            "description": self.description,
            "max_cost": self.max_cost,
            "versions": self.versions,
            "note": self.note,
            "dry_run": self.dry_run.to_json(),
            "plan": self.plan.to_json(),
            "programs": [entry.to_json() for entry in self.entries],
        }

    def refresh(self) -> None:
        """Take over what another process has written.

        Raises:
            RecordError: the folder holds another ticket by now.
        """
        found = Ticket.load(self.folder)
        if found.id != self.id:
            raise RecordError(f"{self.folder} holds another ticket by now ({found.id})")
        self.entries = found.entries

    def key(self, entry: Entry) -> str:
        """The name under which the vendor knows a program."""
        return f"plait-{self.id}-{entry.label}-{entry.attempt}"

    @property
    def status(self) -> Status:
        """Where it stands as a whole: the least advanced program decides, then failures."""
        states = {entry.state for entry in self.entries}
        if states & {"planned", "starting", "queued"}:
            return "running" if states & {"running", "done"} else "queued"
        order: tuple[Status, ...] = ("running", "failed", "cancelled")
        return next((state for state in order if state in states), "done")

    def shots_path(self, entry: Entry) -> Path:
        """The file of a program's shots."""
        return self.folder / "shots" / f"{entry.label}.json"

    def write_shots(self, entry: Entry, shots: Shots) -> None:
        """Write the shots of a program.

        Raises:
            RecordError: they cannot be written.
        """
        write_json(self.shots_path(entry), {"ticket": self.id} | shots.to_json())

    def read_shots(self, entry: Entry) -> Shots:
        """The shots of a program.

        Raises:
            RecordError: they are not there, damaged, or of another ticket.
        """
        path = self.shots_path(entry)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["ticket"] != self.id:
                raise ValueError("it is of another ticket")
            return Shots.from_json(data)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise RecordError(f"cannot read {path}: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a ticket has measured, so far or for good.

    Attributes:
        ticket: the ticket.
        shots: per label of the programs whose shots are here.
    """

    ticket: Ticket
    shots: dict[str, Shots]

    @classmethod
    def load(cls, folder: str | Path) -> Record:
        """The record of a folder; asks no vendor.

        Raises:
            RecordError: there is no ticket, or something is damaged.
        """
        ticket = Ticket.load(folder)
        done = [entry for entry in ticket.entries if entry.state == "done"]
        return cls(ticket=ticket, shots={e.label: ticket.read_shots(e) for e in done})

    @property
    def complete(self) -> bool:
        """Whether the shots of all programs are here."""
        return len(self.shots) == len(self.ticket.entries)

    @property
    def results(self) -> list[tuple[Job, Counts]]:
        """Counts per series and path: what :func:`plait.mitigation.tally` takes."""
        found: list[tuple[Job, Counts]] = []
        for entry in self.ticket.entries:
            if entry.label in self.shots:
                found += self.shots[entry.label].results(entry.program.series)
        return found


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
