"""Drawings in files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Unpack

from ..errors import InputError
from .figure import rendered
from .options import Direction, Drawable, DrawingOptions
from .svg import draw_svg
from .text import draw_text

__all__ = ["SUFFIXES", "save_drawing"]

SUFFIXES: Final = (".svg", ".png", ".pdf", ".txt")


def save_drawing(
    b: Drawable,
    path: str | os.PathLike[str],
    *,
    width: float | None = None,
    direction: Direction = "right",
    background: str | None = None,
    **options: Unpack[DrawingOptions],
) -> Path:
    """Draw into a file, whose suffix says how: ``.svg``, ``.png``, ``.pdf`` or ``.txt``.

    Args:
        b: a braid, whatever :func:`plait.knots.braid` reads, or a closed braid.
        path: the file; one that exists is replaced.
        width: extent along time after which rows break: characters for text, else units of the
            SVG (1/96 inch).
        direction: ``"right"`` or ``"up"``; text has only the first.
        background: a colour behind everything, not for text; None for transparent.
        **options: see :class:`DrawingOptions`.

    Returns:
        The path.

    Raises:
        InputError: another suffix, a file that cannot be written, or as for the drawings.
        MissingExtraError: PNG or PDF without Matplotlib (extra ``plot``).
    """
    try:
        target = Path(path)
    except TypeError:
        raise InputError(f"path={path!r}: give the path of a file to draw into") from None
    suffix = target.suffix.lower()
    if suffix == ".txt":
        if direction != "right" or background is not None:
            raise InputError("text has no background, and is drawn from left to right only")
        data = (draw_text(b, width=80 if width is None else width, **options) + "\n").encode()
    elif suffix == ".svg":
        data = draw_svg(
            b, width=width, direction=direction, background=background, **options
        ).encode()
    elif suffix in (".png", ".pdf"):
        data = rendered(
            b,
            "png" if suffix == ".png" else "pdf",
            width=width,
            direction=direction,
            background=background,
            **options,
        )
    else:
        raise InputError(
            f"cannot tell from {str(path)!r} how to draw; end it in one of: {', '.join(SUFFIXES)}"
        )
    try:
        target.write_bytes(data)
    except (OSError, ValueError) as error:  # ValueError for a name with a null character
        raise InputError(f"cannot write {target}: {error}") from error
    return target
