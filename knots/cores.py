"""How many cores this process may use."""

from __future__ import annotations

import os
from typing import Final

from .checks import check_count

__all__ = ["available_cores", "limit_cores"]

_LIMIT: Final[dict[str, int]] = {}


def available_cores() -> int:
    """Cores that this process may use; where the system does not tell, all of the machine.

    Example:
        >>> available_cores() > 0
        True
    """
    if hasattr(os, "sched_getaffinity"):
        found = len(os.sched_getaffinity(0))
    else:
        found = os.cpu_count() or 1
    return min(found, _LIMIT.get("most", found))


def limit_cores(most: int) -> None:
    """Let this process use so many cores at most, such as one of several processes at work.

    Raises:
        InputError: not an integer from 1 on.
    """
    _LIMIT["most"] = check_count(most, "cores", least=1)
