"""What can go wrong between a plan and its shots, sorted by what the caller should do."""

from __future__ import annotations

from ...knots.errors import PlaitError

__all__ = ["AuthenticationError", "JobError", "NetworkError", "SubmissionError"]


class NetworkError(PlaitError, ConnectionError):
    """The vendor could not be reached, or did not answer properly; worth a retry."""


class AuthenticationError(PlaitError, PermissionError):
    """A token is missing or has expired: log in with the vendor's tool and repeat the command."""


class JobError(PlaitError, RuntimeError):
    """The vendor says that a job failed, or its results are not those of the program."""


class SubmissionError(PlaitError, ValueError):
    """A job is refused before it starts: a limit of the device, or the cost allowed."""
