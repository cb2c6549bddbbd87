"""A page as Markdown, with the tables of GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .page import Block, Code, Column, Figure, Listing, Page, Paragraph, Settings, Table
from .svg import clean

__all__ = ["to_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_TONES = {"good": "", "bad": "**Problem:** ", "note": "**Note:** ", "plain": ""}


def to_markdown(page: Page) -> str:
    r"""The page as Markdown; figures become what they say in words.

    Example:
        >>> print(to_markdown(Page("8_19", "a knot", ())), end="")
        # 8\_19
        <BLANKLINE>
        a knot
    """
    parts = [f"# {_text(page.title)}", _line(page.summary)]
    for section in page.sections:
        if section.blocks:
            parts.append(f"## {_text(section.title)}")
            parts += [_block(block) for block in section.blocks]
    parts.append(_line(page.footer))
    return "\n\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    """On one line, with nothing in it that Markdown or HTML reads."""
    return _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))


def _line(text: str) -> str:
    """A line of its own, which neither a list nor a heading begins."""
    escaped = _text(text)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", escaped))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, tone):
            return f"{_TONES[tone]}{_line(text)}"
        case Listing(items, tone):
            return "\n".join(f"- {_TONES[tone]}{_line(item)}" for item in items)
        case Code(text):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{fence}\n{clean(text)}\n{fence}"
        case Settings(rows):
            shown = tuple(row for row in rows if row[1])
            return _table((Column("setting"), Column("value")), shown) if shown else ""
        case Table(caption=caption, columns=columns, rows=rows):
            return f"{_line(caption)}\n\n{_table(columns, rows)}"
        case Figure(caption=caption, alternative=alternative):
            return f"*Figure.* {_text(caption)}\n\n{_line(alternative)}"


def _table(columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    lines = [
        _cells(column.title for column in columns),
        _cells(("---:" if column.numeric else "---" for column in columns), plain=True),
        *(_cells(row) for row in rows),
    ]
    return "\n".join(lines)


def _cells(texts: Iterable[str], *, plain: bool = False) -> str:
    inner = " | ".join(text if plain else _text(text) for text in texts)
    return f"| {inner} |"
