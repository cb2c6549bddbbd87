"""From a folder or a file to its page."""

from __future__ import annotations

from pathlib import Path

from ..knots.errors import RecordError
from .page import Page
from .run_report import job_page, run_page

__all__ = ["report_page"]


def report_page(path: str | Path) -> Page:
    """The report of what a command has left on disk.

    Args:
        path: a folder of ``plait run`` or ``plait submit``.

    Raises:
        RecordError: nothing that a report can be made of, or damaged.
    """
    found = Path(path)
    if not found.exists():
        raise RecordError(f"there is no {found}; give the folder of a run, or a JSON file")
    if (found / "ticket.json").exists():
        return job_page(found)
    return run_page(found)
