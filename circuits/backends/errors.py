"""What can go wrong between a plan and its shots, sorted by what the caller should do."""

from __future__ import annotations

import json

from ...knots.errors import PlaitError

__all__ = ["AuthenticationError", "JobError", "NetworkError", "SubmissionError", "why_damaged"]


class NetworkError(PlaitError, ConnectionError):
    """The vendor could not be reached, or did not answer properly; worth a retry."""


class AuthenticationError(PlaitError, PermissionError):
    """A token is missing or has expired: log in with the vendor's tool and repeat the command."""


class JobError(PlaitError, RuntimeError):
    """The vendor says that a job failed, or its results are not those of the program."""


class SubmissionError(PlaitError, ValueError):
    """A job is refused before it starts: a limit of the device, or the cost allowed."""


def why_damaged(error: Exception) -> str:
    """Why a file could not be read, in words.

    Example:
        >>> why_damaged(KeyError("format")), why_damaged(FileNotFoundError(2, "No such file"))
        ("'format' is missing", 'No such file')
    """
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON from line {error.lineno} on"
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if isinstance(error, (AttributeError, TypeError)):
        return "a value is of the wrong kind"
    return str(error)
