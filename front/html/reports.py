"""From a folder or a file to its page."""

from __future__ import annotations

from pathlib import Path

from ..knots.errors import RecordError
from .data_report import data_page, read_data
from .mitigation_report import estimates_in, mitigation_page
from .page import Page
from .run_report import job_page, run_page
from .verification_report import verification_page

__all__ = ["report_page"]


def report_page(path: str | Path) -> Page:
    """The report of what a command has left on disk.

    Args:
        path: a folder of ``plait run`` or ``plait submit``, or a file with what a command printed
            with ``--json``.

    Raises:
        RecordError: nothing that a report can be made of, or damaged.
    """
    found = Path(path)
    if not found.exists():
        raise RecordError(
            f"there is no {found}; give the folder of a run, or a file with what a command "
            f"printed with --json"
        )
    if not found.is_dir():
        data = read_data(found)
        if data.get("kind") == "verification":
            return verification_page(data, found)
        key = estimates_in(data)
        return data_page(data, found) if key is None else mitigation_page(data, key, found)
    if (found / "ticket.json").exists():
        return job_page(found)
    if not (found / "plan.json").exists():
        raise RecordError(
            f"{found} holds nothing that a report can be made of: neither plan.json of a run nor "
            f"ticket.json of a submission"
        )
    return run_page(found)
