"""The programs of a ticket and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

from ...knots.errors import RecordError
from ...knots.kinds import check_kinds
from .protocol import Program, Status

__all__ = ["ENDED", "Entry", "State"]

State: TypeAlias = Literal["planned", "starting", "unread", "interrupted"] | Status
"""``"planned"``: no call yet. ``"starting"``: it may have started, its id is not known here.
``"unread"``: done at the vendor's, but its shots were refused; every collection tries again.
``"interrupted"``: it was to run here, and the process has gone; submitting again runs it."""

ENDED: Final[tuple[State, ...]] = ("done", "failed", "cancelled")

_STATES: Final[tuple[State, ...]] = (
    "planned",
    "starting",
    "unread",
    "interrupted",
    *get_args(Status),
)


@dataclass(kw_only=True)
class Entry:
    """A program and where it stands.

    Attributes:
        program: the program.
        state: see :data:`State`; ``"done"`` only once the shots are on disk, if there are any.
        attempt: 1, and one more for every time it was started again after a failure.
        job_id: the vendor's id, None while it is not known.
        message: the vendor's last message.
        past: ids of its other jobs: of failed attempts, and of jobs that started twice.
        cap: what its job may cost, None before the first start or where nothing is charged.
        spent: what its past jobs were allowed to cost.
        asked: when it was last asked to start, in seconds since 1970; None for never.
        repeated: whether it was asked again under the same key, so that two jobs may run.
    """

    program: Program
    state: State = "planned"
    attempt: int = 1
    job_id: str | None = None
    message: str = ""
    past: list[str] = field(default_factory=list)
    cap: float | None = None
    spent: float = 0.0
    asked: float | None = None
    repeated: bool = False

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
        return {**vars(self), "program": self.program.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """The entry that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing, unknown or of the wrong kind.
        """
        try:
            entry = cls(**dict(data) | {"program": Program.from_json(data["program"])})
            check_kinds(entry)
            if entry.state not in _STATES:
                raise ValueError(f"state={entry.state!r}")
            if not all(isinstance(job_id, str) for job_id in entry.past):
                raise ValueError(f"past={entry.past!r}")
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the entry of a program: {error}") from error
        return entry

    def renew(self) -> None:
        """Make a program that failed or was cancelled ready for another attempt."""
        if self.job_id is not None:
            self.past.append(self.job_id)
            self.spent += self.cap or 0.0
            self.attempt += 1
            self.job_id, self.cap, self.asked, self.repeated = None, None, None, False
        # A job that was asked for may be there although no id came back.
        self.state = "planned" if self.asked is None else "starting"
        self.message = ""
