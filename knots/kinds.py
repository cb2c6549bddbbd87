"""Whether what was read from JSON has the kinds of values that it should have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from numbers import Real
from typing import Any, Final

__all__ = ["check_kinds"]

_KINDS: Final[dict[str, type]] = {
    "None": type(None),
    "bool": bool,
    "int": int,
    "float": Real,
    "str": str,
    "list": list,
    "dict": dict,
    "Mapping": Mapping,
}


def check_kinds(table: Any) -> None:
    """Refuse a dataclass that has values of other kinds than its annotations say.

    Only plain kinds of JSON are compared, and no members of lists and dictionaries.

    Raises:
        ValueError: such a value; the message names it.

    Example:
        >>> from dataclasses import make_dataclass
        >>> check_kinds(make_dataclass("Shots", [("number", "int | None")])("two"))
        Traceback (most recent call last):
        ValueError: number='two' is not of the kind int | None
    """
    for f in fields(table):
        names = re.sub(r"\[.*?\]", "", str(f.type)).split(" | ")
        value = getattr(table, f.name)
        if not isinstance(value, tuple(_KINDS.get(name, object) for name in names)):
            raise ValueError(f"{f.name}={value!r} is not of the kind {f.type}")
