"""The page of JSON that a command has printed: of mitigation, verification, and anything else."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ..circuits.backends.errors import why_damaged
from ..knots.errors import RecordError
from .blocks import number_text, when
from .page import Block, Column, Page, Paragraph, Section, Settings, Table
from .plane import complex_text

__all__ = ["data_page", "data_sections", "read_data", "value_text"]

_MOST_BYTES: Final = 100_000_000
_MOST_COLUMNS: Final = 12
_LONG: Final = 400  # characters of a value
_DEPTH: Final = 3  # objects within objects that become tables


def read_data(path: Path) -> dict[str, Any]:
    """The object in a file of JSON.

    Raises:
        RecordError: it cannot be read, is too large, or holds something else.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RecordError(f"{path} is larger than 100 MB, which is no report of plait")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, RecordError):
            raise
        raise RecordError(
            f"cannot read {path}: {why_damaged(error)}; give what a command of plait printed "
            f"with --json"
        ) from error
    if not isinstance(data, dict) or not data:
        raise RecordError(
            f"{path} holds no object of JSON; give what a command of plait printed with --json"
        )
    return data


def data_page(data: Mapping[str, Any], path: Path) -> Page:
    """A page of whatever is in an object: settings, and a table for each list of objects."""
    date = when(path)
    title = data.get("name") or data.get("title") or path.stem
    return Page(
        title=str(title) or "Report",
        summary=f"From {path.name}" + (f", written {date}." if date else "."),
        sections=data_sections(data),
        footer="Written by plait report.",
    )


def data_sections(data: Mapping[str, Any], *, skip: Sequence[str] = ()) -> tuple[Section, ...]:
    """Sections of an object, without some of its keys.

    Example:
        >>> [section.title for section in data_sections({"seed": 1, "rows": [{"a": 1}]})]
        ['Settings', 'Rows']
    """
    settings: list[tuple[str, str]] = []
    sections: list[Section] = []
    for key, value in data.items():
        if key in skip or value is None:
            continue
        name = _label(str(key))
        blocks = _blocks(name, value)
        if blocks:
            sections.append(Section(name[:1].upper() + name[1:], blocks))
        else:
            settings.append((name, value_text(value)))
    first = (Section("Settings", (Settings(tuple(settings)),)),) if settings else ()
    return (*first, *sections)


def _blocks(name: str, value: Any, depth: int = 0) -> tuple[Block, ...]:
    """Tables of objects and of lists of objects; none for what fits on a line."""
    if isinstance(value, Mapping) and value:
        if all(isinstance(one, Mapping) for one in value.values()):
            return _rows(name, [{name: key, **one} for key, one in value.items()])
        return _object(name, value, depth)
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return _rows(name, value)
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return tuple(Paragraph(one) for one in value) if not depth else ()
    return ()


def _object(name: str, value: Mapping[str, Any], depth: int) -> tuple[Block, ...]:
    """Its settings, then the tables of what is in it."""
    settings: list[tuple[str, str]] = []
    blocks: list[Block] = []
    for key, one in value.items():
        label = _label(str(key))
        inner = _blocks(f"{name}: {label}", one, depth + 1) if depth < _DEPTH else ()
        if inner:
            blocks += inner
        else:
            settings.append((label, value_text(one)))
    if depth and settings:
        rows = tuple(settings)
        columns = (Column("name"), Column("value"))
        first: Block = Table(caption=name[:1].upper() + name[1:], columns=columns, rows=rows)
        return (first, *blocks)
    return (Settings(tuple(settings)), *blocks) if settings else tuple(blocks)


def _rows(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    dropped = keys[_MOST_COLUMNS:]
    keys = keys[:_MOST_COLUMNS]
    columns = tuple(
        Column(_label(str(key)), numeric=k > 0 and all(_numeric(row.get(key)) for row in rows))
        for k, key in enumerate(keys)
    )
    cells = tuple(tuple(value_text(row.get(key)) for key in keys) for row in rows)
    table = Table(caption=name[:1].upper() + name[1:], columns=columns, rows=cells)
    if not dropped:
        return (table,)
    return (table, Paragraph(f"Not shown: {', '.join(map(_label, map(str, dropped)))}.", "note"))


def _label(key: str) -> str:
    return key.replace("_", " ").strip() or "(no name)"


def _numeric(value: Any) -> bool:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value is None or plain or _pair(value)


def _pair(value: Any) -> bool:
    """Whether it is a complex number, [re, im]."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(x, float) and math.isfinite(x) for x in value)
    )


def value_text(value: Any) -> str:
    """Any value of JSON on a line.

    Example:
        >>> value_text([0.5, -1.25]), value_text(True), value_text(None), value_text([1, 2])
        ('0.500 − 1.250i', 'yes', '', '1, 2')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number_text(value, 6)
    if isinstance(value, str):
        text = value
    elif _pair(value):
        text = complex_text(complex(*value))
    elif isinstance(value, list) and all(_flat(one) for one in value):
        text = ", ".join(map(value_text, value))
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _flat(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))
