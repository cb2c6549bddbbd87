"""Versions of what a result depends on."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed"]


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Versions of Python and of packages, ``"missing"`` where there is none.

    Example:
        >>> installed(["no-such-package"])["no-such-package"]
        'missing'
    """
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found
