"""Elements of SVG pictures: numbers, text, markers, the document around them."""

from __future__ import annotations

import zlib
from html import escape
from typing import Final, TypeAlias

__all__ = [
    "FONT_SIZE",
    "MARKERS",
    "WIDTH",
    "Attributes",
    "clean",
    "document",
    "fitted",
    "marker",
    "number",
    "tag",
    "text",
]

WIDTH: Final = 360.0
"""Width of all charts in user units: about that of a phone, where one unit is one pixel."""

FONT_SIZE: Final = 12.0
_CHARACTER = 0.56  # mean width of a character, in units of the font size
_FONT = "system-ui, Helvetica, Arial, sans-serif"

Attributes: TypeAlias = dict[str, str | float | None]
"""Attributes of elements, see :func:`tag`."""

MARKERS: Final = ("circle", "square", "triangle", "diamond", "wedge")


def escaped(words: str) -> str:
    r"""Text as XML and HTML have it; what they cannot hold becomes the replacement character.

    Example:
        >>> escaped('"a" < b\x00')
        '&quot;a&quot; &lt; b�'
    """
    return escape(clean(words))


def clean(words: str) -> str:
    r"""Text without the characters that files cannot hold, which become a replacement.

    Example:
        >>> clean("a\x00") == "a\ufffd"
        True
    """
    return "".join(c if _allowed(c) else "\N{REPLACEMENT CHARACTER}" for c in str(words))


def _allowed(character: str) -> bool:
    code = ord(character)
    control = code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF)
    return character in "\n\t" or not control


def number(value: float) -> str:
    """A coordinate, with two decimals at most and no negative zero.

    Example:
        >>> number(1.5), number(-0.001), number(3.14159)
        ('1.5', '0', '3.14')
    """
    rounded = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


def tag(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """An element; the content is markup, the attributes are escaped, None leaves one out.

    Example:
        >>> tag("text", "a", x=1.0, text_anchor="end", fill=None)
        '<text x="1" text-anchor="end">a</text>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _attribute(value: str | float) -> str:
    return escaped(value) if isinstance(value, str) else number(value)


def text(x: float, y: float, words: str, **attributes: str | float | None) -> str:
    """Text, its baseline at y, in the colour of the text around the picture.

    Example:
        >>> text(0, 0, "a < b")
        '<text x="0" y="0" fill="currentColor">a &lt; b</text>'
    """
    return tag("text", escaped(words), x=x, y=y, fill="currentColor", **attributes)


def text_width(words: str, size: float = FONT_SIZE) -> float:
    """About how wide text is."""
    return _CHARACTER * size * len(words)


def fitted(words: str, width: float, size: float = FONT_SIZE) -> str:
    """Text cut to a width.

    Example:
        >>> fitted("a long label", 45), fitted("short", 45)
        ('a lon…', 'short')
    """
    most = max(1, int(width / (_CHARACTER * size)))
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def marker(shape: str, x: float, y: float, radius: float = 4.0) -> str:
    """The data of a path that draws a marker.

    Args:
        shape: one of :data:`MARKERS`.
        x: of its centre.
        y: of its centre.
        radius: of the circle around it, about.

    Example:
        >>> marker("square", 10, 10, 2)
        'M8 8h4v4h-4z'
    """
    r = number(radius)
    two = number(2 * radius)
    high = number(1.8 * radius)
    at = f"M{number(x)} {number(y - radius)}"
    if shape == "square":
        return f"M{number(x - radius)} {number(y - radius)}h{two}v{two}h-{two}z"
    if shape == "triangle":
        return f"{at}l{r} {high}h-{two}z"
    if shape == "wedge":
        return f"M{number(x)} {number(y + radius)}l{r} -{high}h-{two}z"
    if shape == "diamond":
        return f"{at}l{r} {r}l-{r} {r}l-{r} -{r}z"
    return f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 0 {two} 0a{r} {r} 0 1 0 -{two} 0z"


def document(body: str, *, height: float, title: str, description: str) -> str:
    """A picture of its own, with title and description for screen readers.

    It scales with the space that it is given, and takes the colour of text around it.
    """
    # Pictures share a page with others, so their ids differ.
    key = f"chart-{zlib.crc32(f'{title}{description}{body}'.encode()):08x}"
    head = tag("title", escaped(title), id=f"{key}-title")
    head += tag("desc", escaped(description), id=f"{key}-desc")
    return tag(
        "svg",
        f"{head}\n{body}\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(WIDTH)} {number(height)}",
        width=WIDTH,
        height=height,
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        font_family=_FONT,
        font_size=FONT_SIZE,
    )
