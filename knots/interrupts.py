"""Ctrl-C in compiled code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["interruptible"]


@contextmanager
def interruptible() -> Iterator[None]:
    """Make Ctrl-C a ``KeyboardInterrupt`` also where it comes while a compiled function returns.

    Python raises a ``SystemError`` there, because the function has a result and an exception. Also
    a decorator, as ``@interruptible()``.

    Example:
        >>> try:
        ...     with interruptible():
        ...         raise SystemError("a result with an exception set") from KeyboardInterrupt()
        ... except KeyboardInterrupt:
        ...     print("stopped")
        stopped
    """
    try:
        yield
    except SystemError as error:
        cause: BaseException | None = error
        while cause is not None:
            # Where compiled functions call each other, there is one such error for each.
            cause = cause.__cause__ or cause.__context__
            if isinstance(cause, KeyboardInterrupt):
                raise KeyboardInterrupt from None
        raise
