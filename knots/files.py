"""Files that survive a kill: written whole or not at all, and one writer per folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import RecordError

__all__ = ["CannotWriteError", "FolderBusyError", "locked", "write_json", "write_whole"]


class FolderBusyError(RecordError):
    """Another process works on the folder."""


class CannotWriteError(RecordError):
    """A file or folder cannot be written; what is in it is not damaged."""


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a kill leaves the old one or the new one, never half.

    Raises:
        OSError: it cannot be written.
    """
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    if hasattr(os, "O_DIRECTORY"):
        # The new name is on disk only when the folder is.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_json(path: Path, data: Any) -> None:
    """Write JSON whole; the folder is made if need be.

    Raises:
        CannotWriteError: see above.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise CannotWriteError(f"cannot write {path}: {error}") from error


@contextmanager
def locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a folder for this process; the lock goes when the process does.

    Where the system has no such locks (Windows), nothing is held.

    Args:
        folder: made if need be.
        wait: until no other process holds it.

    Raises:
        FolderBusyError: another process holds it.
        CannotWriteError: it cannot be written, or its file system has no locks.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("w")
    except OSError as error:
        raise CannotWriteError(f"cannot write to {folder}: {error}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise FolderBusyError(
                f"another process is working on {folder}; let one of them finish"
            ) from None
        except OSError as error:
            raise CannotWriteError(
                f"cannot lock {folder} ({error}); choose a folder on another file system"
            ) from error
        yield
