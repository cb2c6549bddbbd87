"""A page as one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from .page import Block, Code, Figure, Listing, Page, Paragraph, Section, Settings, Table
from .style import STYLE
from .svg import escaped

__all__ = ["to_html"]

_LONG: Final = 30  # rows from which on a table is folded
_SHORT: Final = 28  # characters up to which cells are not broken

# Only this style sheet, and the empty icon that keeps browsers from asking for one.
_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'"
)


def to_html(page: Page) -> str:
    """The page as HTML: no script, nothing loaded, light and dark, for phones and for paper.

    Example:
        >>> text = to_html(Page("a < b", "", ()))
        >>> "<title>a &lt; b</title>" in text and "<script" not in text
        True
    """
    sections = [section for section in page.sections if section.blocks]
    summary = f"<p>{escaped(page.summary)}</p>\n" if page.summary else ""
    contents = _contents(sections) if len(sections) > 3 else ""
    footer = f"<footer>{escaped(page.footer)}</footer>\n" if page.footer else ""
    body = "".join(_section(section, k) for k, section in enumerate(sections, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escaped(page.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<header>\n<h1 dir="auto">{escaped(page.title)}</h1>\n{summary}{contents}</header>\n'
        f"<main>\n{body}</main>\n{footer}</body>\n</html>\n"
    )


def _contents(sections: list[Section]) -> str:
    links = "".join(
        f'<li><a href="#section-{k}">{escaped(section.title)}</a></li>'
        for k, section in enumerate(sections, 1)
    )
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n'


def _section(section: Section, number: int) -> str:
    parts: list[str] = []
    row: list[str] = []
    for block in section.blocks:
        # Figures stand beside each other where there is room.
        if isinstance(block, Figure) and not block.wide:
            row.append(_figure(block))
            continue
        parts += _row(row)
        row = []
        parts.append(_block(block))
    parts += _row(row)
    key = f"section-{number}"
    return (
        f'<section aria-labelledby="{key}">\n<h2 id="{key}">{escaped(section.title)}</h2>\n'
        f"{''.join(parts)}</section>\n"
    )


def _row(figures: list[str]) -> list[str]:
    return [f'<div class="figures">\n{"".join(figures)}</div>\n'] if figures else []


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, tone):
            return f'<p class="{tone}" dir="auto">{escaped(text)}</p>\n'
        case Listing(items, tone):
            inner = "".join(f'<li dir="auto">{escaped(item)}</li>' for item in items)
            return f'<ul class="{tone}">{inner}</ul>\n'
        case Code(text):
            return f"<pre><code>{escaped(text)}</code></pre>\n"
        case Settings(rows):
            inner = "".join(
                f'<div><dt>{escaped(name)}</dt><dd dir="auto">{escaped(value)}</dd></div>\n'
                for name, value in rows
                if value
            )
            return f"<dl>\n{inner}</dl>\n" if inner else ""
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_class("", numeric=column.numeric)}>{escaped(column.title)}</th>'
        for column in table.columns
    )
    rows = []
    for k, cells in enumerate(table.rows):
        written = "".join(
            f"<td{_class(cell, numeric=column.numeric)}>{escaped(cell)}</td>"
            for column, cell in zip(table.columns[1:], cells[1:], strict=True)
        )
        first = ""
        if cells:
            first = f'<th scope="row" dir="auto"{_class(cells[0])}>{escaped(cells[0])}</th>'
        strong = ' class="strong"' if k == table.strong else ""
        rows.append(f"<tr{strong}>{first}{written}</tr>\n")
    caption = escaped(table.caption)
    inner = (
        # What scrolls must be reached by keys.
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}">\n'
        f"<table>\n<caption><span>{caption}</span></caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{''.join(rows)}</tbody>\n</table>\n</div>\n"
    )
    if len(table.rows) <= _LONG:
        return inner
    return f"<details>\n<summary>{caption} ({len(table.rows)} rows)</summary>\n{inner}</details>\n"


def _class(cell: str, *, numeric: bool = False) -> str:
    if numeric:
        return ' class="number"'
    if not cell:
        return ""
    return ' class="short"' if len(cell) <= _SHORT else ' class="long"'


def _figure(figure: Figure) -> str:
    caption = escaped(figure.caption)
    svg = figure.svg.strip()
    if figure.wide:
        svg = f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}">{svg}</div>'
    kind = "wide" if figure.wide else "chart"
    return f'<figure class="{kind}">\n{svg}\n<figcaption>{caption}</figcaption>\n</figure>\n'
