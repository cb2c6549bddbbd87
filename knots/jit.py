"""Compiled kernels: numba's ``njit`` with its cache, as a typed decorator.

The modules that use it take about half a second to import and, once after an installation, some
seconds to compile, so they are imported where they are needed and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled"]

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """Compile on the first call; keep the machine code on disk; release the interpreter lock."""
    return cast(_F, numba.njit(cache=True, nogil=True)(function))
