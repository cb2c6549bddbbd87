"""Braids in records that plait itself writes as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..braids import Braid
from ..errors import InputError
from .codes import integer, short

__all__ = ["read_record"]


def read_record(data: Mapping[str, Any]) -> Braid:
    """The braid of a record that plait wrote as JSON, with ``word`` and ``strands``.

    Circles that a minimisation split off (``free``) are strands again.

    Raises:
        InputError: not such a record, or one that keeps the value of its link only.

    Example:
        >>> read_record({"word": [1, 1], "strands": 2, "free": 1})
        Braid([1, 1], strands=3)
    """
    if not {"word", "strands"} <= set(data):
        raise InputError(
            f'{short(data)} is no record of a braid: plait\'s have "word" and "strands", the '
            f'reference\'s "original" with a "word"'
        )
    if data.get("keep") == "value":
        raise InputError(f"{short(data)} keeps only the value of its link, up to its factor")
    strands = integer(data["strands"], "strands") + integer(data.get("free", 0), "free")
    return Braid(data["word"], strands)
