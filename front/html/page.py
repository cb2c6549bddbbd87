"""What a report consists of: sections of paragraphs, settings, tables and figures.

The content is plain text; :mod:`plait.html.render` and :mod:`plait.html.markdown` escape it and
write it as a page.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from ..knots.errors import InputError

__all__ = [
    "Block",
    "Code",
    "Column",
    "Figure",
    "Listing",
    "Page",
    "Paragraph",
    "Section",
    "Settings",
    "Table",
    "Tone",
]

Tone: TypeAlias = Literal["plain", "good", "bad", "note"]
"""How a text is meant: a result that is right, one that is wrong, or a reservation."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: its text.
        tone: how it is meant.
    """

    text: str
    tone: Tone = "plain"

    def __post_init__(self) -> None:
        _check_tone(self.tone)


@dataclass(frozen=True)
class Listing:
    """A list of items.

    Attributes:
        items: their texts.
        tone: how they are meant.
    """

    items: tuple[str, ...]
    tone: Tone = "plain"

    def __post_init__(self) -> None:
        _check_tone(self.tone)


@dataclass(frozen=True)
class Code:
    """What is typed, such as a command.

    Attributes:
        text: of one line or several.
    """

    text: str


@dataclass(frozen=True)
class Settings:
    """Names and their values.

    Attributes:
        rows: (name, value); rows without a value are not shown.
    """

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: its head.
        numeric: whether it has numbers, which are aligned at the right.
    """

    title: str
    numeric: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; the first cell of each row is its name.

    Attributes:
        caption: what it shows.
        columns: its columns.
        rows: their cells, as many in each row as there are columns.
        strong: number of the row to look at, None for none.

    Raises:
        InputError: a row with another number of cells.

    Example:
        >>> Table(caption="shots", columns=(Column("series"),), rows=(("real", "100"),))
        Traceback (most recent call last):
        plait.knots.errors.InputError: table 'shots': row 1 has 2 cells in 1 columns
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: int | None = None

    def __post_init__(self) -> None:
        for k, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise InputError(
                    f"table {self.caption!r}: row {k} has {len(row)} cells in "
                    f"{len(self.columns)} columns"
                )


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture.

    Attributes:
        svg: an SVG document with title and description; written into the page as it is.
        caption: what it shows.
        alternative: what it says, where there are no pictures.
        wide: whether it keeps its size and scrolls where there is no room.

    Raises:
        InputError: the SVG is no XML, or has a script or a reference to something else in it.
    """

    svg: str
    caption: str
    alternative: str
    wide: bool = False

    def __post_init__(self) -> None:
        try:
            root = ET.fromstring(self.svg)
        except (ET.ParseError, TypeError, ValueError) as error:
            raise InputError(f"figure {self.caption!r} is no SVG: {error}") from None
        if root.tag.rpartition("}")[2] != "svg":
            raise InputError(f"figure {self.caption!r} is no SVG but <{root.tag}>")
        for element in root.iter():
            name = element.tag.rpartition("}")[2]
            if name in ("script", "foreignObject", "style", "image") or any(
                key.rpartition("}")[2] in ("href", "style")
                or key.startswith("on")
                or "url(" in value
                for key, value in element.attrib.items()
            ):
                raise InputError(
                    f"figure {self.caption!r}: pages take plain shapes and text, and this has a "
                    f"<{name}> with a script, a style or a link"
                )


Block: TypeAlias = Paragraph | Listing | Code | Settings | Table | Figure


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: its heading.
        blocks: its content; a section without any is left out.
    """

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes:
        title: of the page.
        summary: one sentence below it.
        sections: its content.
        footer: who wrote it, and when.
    """

    title: str
    summary: str
    sections: tuple[Section, ...]
    footer: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.title, str) or not self.title.strip():
            raise InputError(f"title={self.title!r}: give a page a title")


def _check_tone(tone: object) -> None:
    if tone not in get_args(Tone):
        raise InputError(f"tone={tone!r}: choose from {', '.join(get_args(Tone))}")
