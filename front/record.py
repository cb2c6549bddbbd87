"""The result of a run as a record, and the versions that it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from .circuits.backends.errors import why_damaged
from .knots.errors import RecordError
from .knots.values import JonesValue
from .knots.versions import installed
from .mitigation.estimate import JonesEstimate
from .verify.crosscheck import CircuitCheck, CrossCheck

__all__ = ["FORMAT", "RunRecord", "versions"]

FORMAT: Final = 3
PACKAGES: Final = (
    "plait",
    "numpy",
    "qiskit",
    "qiskit-aer",
    "pytket",
    "quimb",
    "cotengra",
    "networkx",
)


def versions() -> dict[str, str]:
    """Versions of Python, of plait and of the packages that a result depends on."""
    return installed(PACKAGES)


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """The result of a run.

    Attributes:
        name: what was asked for, as given.
        estimate: the estimate.
        exact: the exact value, None where it is out of reach.
        check: the comparison, None without an exact value.
        circuit_check: noiseless circuits, contracted by quimb, against the representation; None
            where that is out of reach or the circuit is no echo.
        planned_shots: shots that the plan asks for; more than ``estimate.shots`` if it was
            stopped.
        versions: of Python and packages when the run began.
        remarks: what was not compared, and why.
        backend: the platform that ran it, None for the simulator of ``run``.
        folder: where it is on disk, None if nowhere.
    """

    name: str
    estimate: JonesEstimate
    exact: JonesValue | None
    check: CrossCheck | None
    circuit_check: CircuitCheck | None
    planned_shots: int
    versions: dict[str, str]
    remarks: tuple[str, ...] = ()
    backend: str | None = None
    folder: Path | None = None

    @property
    def passed(self) -> bool:
        """Whether the exact value is covered and the circuits are right, as far as known."""
        right = self.circuit_check is None or self.circuit_check.agree
        return right and self.check is not None and self.check.covered

    @property
    def complete(self) -> bool:
        """Whether all planned shots were measured."""
        return self.estimate.shots == self.planned_shots

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON, the estimate's keys at the top."""
        check = self.check.to_json() if self.check else {"exact_value": None, "covered": None}
        return {
            "format": FORMAT,
            "name": self.name,
            **self.estimate.to_json(),
            **check,
            "exact": self.exact.to_json() if self.exact else None,
            "circuit_check": asdict(self.circuit_check) if self.circuit_check else None,
            "planned_shots": self.planned_shots,
            "versions": self.versions,
            "remarks": list(self.remarks),
            "backend": self.backend,
            "folder": str(self.folder) if self.folder else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], folder: Path | None = None) -> RunRecord:
        """The record that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind.
        """
        try:
            return cls(
                name=data["name"],
                estimate=JonesEstimate.from_json(data),
                exact=JonesValue.from_json(data["exact"]) if data["exact"] else None,
                check=CrossCheck.from_json(data) if data["exact_value"] else None,
                circuit_check=(
                    CircuitCheck(**data["circuit_check"]) if data["circuit_check"] else None
                ),
                planned_shots=data["planned_shots"],
                versions=dict(data["versions"]),
                remarks=tuple(data["remarks"]),
                backend=data.get("backend"),
                folder=folder,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(f"not the record of a run: {why_damaged(error)}") from error
