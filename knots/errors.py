"""The errors that plait raises on purpose.

Every one derives from :class:`PlaitError` and from the built-in exception a caller would expect,
so ``except ValueError`` and ``except PlaitError`` both work. The command line turns any
:class:`PlaitError` into one line and exit code 2.
"""

from __future__ import annotations

__all__ = [
    "DisagreementError",
    "InputError",
    "MissingExtraError",
    "PlaitError",
    "RecordError",
    "ResourceError",
    "UnknownNameError",
]


class PlaitError(Exception):
    """Base of all errors that plait raises on purpose."""


class InputError(PlaitError, ValueError):
    """An argument is not what the function accepts; the message says what it accepts."""


class UnknownNameError(InputError, LookupError):
    """A name (of a knot, a device, a method) that is not known; the message lists near ones."""


class MissingExtraError(PlaitError, ImportError):
    """An optional dependency is not installed; the message holds the pip line that adds it."""


class ResourceError(PlaitError, MemoryError):
    """The computation does not fit in the memory or time allowed; the message has the numbers."""


class RecordError(PlaitError, OSError):
    """A record on disk cannot be read, written or continued."""


class DisagreementError(PlaitError, ArithmeticError):
    """Two results that must agree do not: a defect; the message has what reproduces it."""
