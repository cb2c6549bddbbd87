"""One gate for optional dependencies: a missing one is an error with the exact pip line."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingExtraError

__all__ = ["require"]


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
        return import_module(module)
    except ModuleNotFoundError as error:
        # Whatever is missing within the module is another matter.
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise MissingExtraError(
            f"{purpose} needs the optional package {module!r}, which is not installed; "
            f'run: pip install "plait[{extra}]"'
        ) from None
