"""From a folder or a file to its page."""

from __future__ import annotations

from pathlib import Path

from ..circuits.backends.errors import why_damaged
from ..knots.errors import InputError, PlaitError, RecordError
from .benchmark_report import benchmark_folder_page
from .data_report import data_page, read_data
from .mitigation_report import estimates_in, mitigation_page
from .page import Page
from .run_report import job_page, run_page
from .verification_report import verification_page

__all__ = ["report_page"]


def report_page(path: str | Path) -> Page:
    """The report of what a command has left on disk.

    Args:
        path: a folder of ``plait run``, ``plait submit`` or ``plait benchmark``, or a file with
            what a command printed with ``--json``.

    Raises:
        InputError: no path.
        RecordError: nothing that a report can be made of, or damaged.
    """
    if not isinstance(path, (str, Path)):
        raise InputError(f"path={path!r}: give the path of a folder or a file")
    found = Path(path)
    if not _exists(found):
        raise RecordError(
            f"there is no {found}; give the folder of a run, or a file with what a command "
            f"printed with --json"
        )
    try:
        return _page(found)
    except PlaitError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Records are JSON that anybody can write, with values that no command would.
        raise RecordError(
            f"cannot make a report of {found}: {why_damaged(error)}; restore it from a copy"
        ) from error


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, or a folder that must not be read
        return False


def _page(found: Path) -> Page:
    if not found.is_dir():
        data = read_data(found)
        if data.get("kind") == "verification":
            return verification_page(data, found)
        key = estimates_in(data)
        return data_page(data, found) if key is None else mitigation_page(data, key, found)
    if (found / "ticket.json").exists():
        return job_page(found)
    if (found / "benchmark.json").exists():
        return benchmark_folder_page(found)
    if (found / "plan.json").exists():
        return run_page(found)
    raise RecordError(
        f"{found} holds nothing that a report can be made of: neither plan.json of a run, nor "
        f"ticket.json of a submission, nor benchmark.json of a benchmark"
    )
