"""Runs of braids whose values are known, which exponents are trained on, and their files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..knots.errors import RecordError
from ..knots.kinds import check_kinds

__all__ = ["KnownRun", "append_run", "read_runs"]


@dataclass(frozen=True, kw_only=True)
class KnownRun:
    """What a braid of known value gave under some noise.

    Attributes:
        braid: its id; runs of the same braid are left out together.
        strands: of it.
        magnitude: |z| = |E_s z_s|, exact.
        power: E_s|z_s|², exact.
        keep: K.
        survival: S.
        amplitude: A, the component of the measured mean along the exact z: without the positive
            bias of a magnitude.
        shots: executions of circuits.
        dephased: whether there was dephasing.
        noise: which noise, in words; tables have a row for each.
        device: whose error rates were scaled.
        coherence: r² as :func:`plait.mitigation.coherence.path_coherence` estimates it, None if
            it was not.

    Example:
        >>> run = KnownRun(braid="x", strands=10, magnitude=0.7, power=0.5, keep=0.9, survival=0.6,
        ...                amplitude=0.5, shots=1000, dephased=False, noise="", device="H1-1")
        >>> KnownRun.from_json(run.to_json()) == run
        True
    """

    braid: str
    strands: int
    magnitude: float
    power: float
    keep: float
    survival: float
    amplitude: float
    shots: int
    dephased: bool
    noise: str
    device: str
    coherence: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> KnownRun:
        """The run that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or there is one more, or a value is of another kind.
        """
        try:
            made = cls(**data)
            check_kinds(made)
        except (TypeError, ValueError) as error:
            raise RecordError(f"not a run of a known braid: {error}") from error
        return made


def append_run(run: KnownRun, path: str | Path) -> None:
    """Add a run to a file of JSON lines, in place of a last line that a kill cut short.

    Raises:
        RecordError: the file cannot be written.
    """
    line = json.dumps(run.to_json(), ensure_ascii=False) + "\n"
    try:
        with Path(path).open("a+b") as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
            file.write(line.encode())
    except OSError as error:
        raise RecordError(f"cannot write runs to {path}: {error}") from error


def read_runs(path: str | Path) -> list[KnownRun]:
    """The runs of a file of JSON lines; a last line that a kill cut short is left out.

    Raises:
        RecordError: it cannot be read, or has another damaged line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RecordError(f"cannot read runs from {path}: {error}") from error
    runs = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line or number == len(lines):
            continue
        try:
            runs.append(KnownRun.from_json(json.loads(line)))
        except (ValueError, RecordError) as error:
            raise RecordError(f"{path}, line {number}: {error}") from error
    return runs
