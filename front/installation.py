"""What is installed, for bug reports."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from typing import Any

from .circuits.devices import device, device_names
from .mitigation.methods import METHODS as MITIGATION
from .record import versions
from .tensornet.methods import METHODS

__all__ = ["installation"]


def installation() -> dict[str, Any]:
    """Versions, extras, devices and methods as a dictionary for JSON.

    Example:
        >>> "plait" in installation()["versions"]
        True
    """
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "extras": {
            extra: _extra(extra) for extra in metadata("plait").get_all("Provides-Extra") or []
        },
        "devices": {name: device(name).summary for name in device_names()},
        "methods": ["auto", *METHODS],
        "mitigation": ["none", *MITIGATION],
    }


def _extra(extra: str) -> dict[str, Any]:
    missing = []
    for package in _packages(extra):
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    return {"missing": missing, "install": f'pip install "plait[{extra}]"'}


def _packages(extra: str) -> Iterator[str]:
    """Names of the packages that an extra asks for, those of nested extras included."""
    marker = re.compile(rf"""extra\s*==\s*['"]{re.escape(extra)}['"]""")
    for requirement in requires("plait") or []:
        match = re.match(r"([A-Za-z0-9_.-]+)(?:\[([^\]]*)\])?", requirement)
        if match is None or not marker.search(requirement):
            continue
        if match[1] == "plait":
            for nested in (match[2] or "").split(","):
                yield from _packages(nested.strip())
        else:
            yield match[1]
