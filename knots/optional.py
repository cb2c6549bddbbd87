"""One gate for optional dependencies: a missing one is an error with the exact pip line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

from .errors import MissingExtraError

__all__ = ["mistaken", "require"]

# Modules that others try to import, and what they then use of them: SnapPy has the name of
# python-snappy, and distributed fails where it finds the former.
_MISTAKEN: Final[Mapping[str, tuple[str, str]]] = {"distributed": ("snappy", "compress")}


def require(module: str, *, extra: str, purpose: str) -> Any:
    """Import an optional module or say how to install it.

    Args:
        module: name to import, for example ``"database_knotinfo"``.
        extra: the extra of plait that brings it, for example ``"tables"``.
        purpose: what it is needed for; begins the error message.

    Returns:
        The imported module.

    Raises:
        MissingExtraError: the module is not installed.

    Example:
        >>> require("math", extra="none", purpose="arithmetic").sqrt(4)
        2.0
    """
    try:
        with _hidden(mistaken(module)):
            return import_module(module)
    except ModuleNotFoundError as error:
        # Whatever is missing within the module is another matter.
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise MissingExtraError(
            f"{purpose} needs the optional package {error.name!r}, which is not installed; "
            f'run: pip install "plait[{extra}]"'
        ) from None


def mistaken(module: str) -> str | None:
    """The name of an installed module that a package would take for another, if there is one.

    Example:
        >>> mistaken("math") is None
        True
    """
    name, part = _MISTAKEN.get(module, ("", ""))
    if not name:
        return None
    try:
        found = import_module(name)
    except ImportError:
        return None
    return None if hasattr(found, part) else name


@contextmanager
def _hidden(module: str | None) -> Iterator[None]:
    """Let imports of a module that is loaded fail meanwhile."""
    if module is None:
        yield
        return
    before = sys.modules[module]
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules[module] = before
