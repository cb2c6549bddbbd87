"""How much memory a computation may take."""

from __future__ import annotations

from pathlib import Path

import psutil

__all__ = ["available_bytes"]

_FRACTION = 0.5
_CGROUP = Path("/sys/fs/cgroup")


def available_bytes() -> float:
    """Memory that a computation may take by default: half of what is free.

    In a container with a memory limit (cgroup v2) that limit counts, not the machine's memory.

    Example:
        >>> available_bytes() > 0
        True
    """
    free = float(psutil.virtual_memory().available)
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        free = min(free, float(limit - int((_CGROUP / "memory.current").read_text())))
    except (OSError, ValueError):
        pass  # no such limit
    return _FRACTION * max(free, 0.0)
