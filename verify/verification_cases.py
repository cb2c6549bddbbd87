"""Cases: a verification on disk, with all that repeats it."""

from __future__ import annotations

import json
import platform
import re
import shlex
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ..circuits.backends.errors import why_damaged
from ..circuits.devices import Device
from ..knots.errors import RecordError
from ..knots.inputs import link
from ..knots.tables import is_name
from ..knots.versions import installed
from .verification import Settings, Verification
from .verification_subjects import Subject

__all__ = ["case_path", "case_to_json", "read_case", "save_case"]

FORMAT: Final = 1
_KIND: Final = "verification"
_PACKAGES = ("plait", "numpy", "scipy", "numba", "quimb", "cotengra", "database-knotinfo")
_DIGITS = 10


def case_to_json(found: Verification, path: Path | None = None) -> dict[str, Any]:
    """A verification as a dictionary for JSON.

    Args:
        found: the verification.
        path: of the file, for the command that repeats it.

    Example:
        >>> from plait.verify.verification import examine
        >>> data = case_to_json(examine("3_1", exact_only=True))
        >>> data["agree"], data["ways"][0]["way"], data["repeat"]
        (True, 'face', 'plait verify 3_1 --exact-only')
        >>> data["compared"] > 5, data["off"]
        (True, [])
    """
    return {
        "kind": _KIND,
        "format": FORMAT,
        "agree": found.agree,
        "compared": found.compared,
        "off": [row.way for row in found.off],
        "complete": found.complete,
        "case": None if path is None else str(path),
        "reference": found.reference,
        "ways": [row.to_json() for row in found.rows],
        "link": found.subject.to_json(),
        "settings": found.settings.to_json(),
        "seed": found.settings.seed,
        "repeat": _command(found, path),
        "versions": installed(_PACKAGES),
        "platform": platform.platform(),
        "processor": platform.machine(),
    }


def case_path(found: Verification, folder: Path) -> Path:
    """The file of a case: named after the link, with a hash of link and settings.

    Example:
        >>> from plait.verify.verification import examine
        >>> case_path(examine("3_1", exact_only=True), Path()).name[:11]
        'verify-3_1-'
    """
    data = json.dumps([found.subject.to_json(), found.settings.to_json()], sort_keys=True)
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "_", found.subject.name).strip("_.")[:40] or "braid"
    return folder / f"verify-{stem}-{sha256(data.encode()).hexdigest()[:_DIGITS]}.json"


def save_case(found: Verification, folder: Path) -> Path:
    """Write a case, whole or not at all; returns its file.

    Raises:
        RecordError: the folder cannot be written.
    """
    path = case_path(found, folder)
    text = json.dumps(case_to_json(found, path), indent=1, ensure_ascii=False)
    part = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise RecordError(f"cannot write the case {path}: {why_damaged(error)}") from error
    return path


def read_case(path: str | Path) -> tuple[Subject, Settings]:
    """The link and the settings of a case, to verify again.

    Raises:
        RecordError: the file cannot be read, or holds no case.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RecordError(f"cannot read the case {path}: {why_damaged(error)}") from error
    if not isinstance(data, Mapping) or data.get("kind") != _KIND:
        raise RecordError(f"{path} holds no case that plait verify wrote")
    if data.get("format") != FORMAT:
        raise RecordError(
            f"{path} is a case of format {data.get('format')!r}, and this plait reads {FORMAT}"
        )
    try:
        return Subject.from_json(data["link"]), Settings.from_json(data["settings"])
    except KeyError as error:
        raise RecordError(f"{path} is no case: {why_damaged(error)}") from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


def _command(found: Verification, path: Path | None) -> str | None:
    """The command that repeats a verification, by its file where there is one.

    None for diagrams, reversed components and devices that do not come with plait, which only the
    file of a case can hold.
    """
    if path is not None:
        return f"plait verify {shlex.quote(str(path))}"
    subject, settings, default = found.subject, found.settings, Settings()
    own = isinstance(settings.device, Device) or isinstance(settings.noise, Device)
    if own or subject.diagram is not None or subject.reverse:
        return None
    braid = subject.braid
    text = subject.name if is_name(subject.name) else " ".join(map(str, braid.word)) or "[]"
    parts = ["plait", "verify", shlex.quote(text)]
    if subject.closure != "markov":
        parts += ["--closure", subject.closure]
    if link(text) != braid:
        parts += ["--strands", str(braid.strands)]
    for name in ("device", "noise", "shots", "seed", "memory", "seconds"):
        value = getattr(settings, name)
        if value != getattr(default, name):
            parts += [f"--{name}", shlex.quote(str(value))]
    if settings.exact_only:
        parts.append("--exact-only")
    elif settings.no_run:
        parts.append("--no-run")
    return " ".join(parts)
