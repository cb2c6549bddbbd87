"""The command that draws braids."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import rich_click as click

from .knots.errors import InputError
from .terminal import read_link, write

__all__ = ["draw_command"]

_PIPE = 80  # characters in a line where there is no terminal
_KINDS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".txt": "text"}


@click.command("draw")
@click.argument("x", metavar="X")
@click.option(
    "--closure",
    type=click.Choice(["none", "markov", "plat"]),
    default="none",
    show_default=True,
    help="How the braid is closed.",
)
@click.option(
    "--strands", type=int, help="Number of strands, where it is more than the word uses."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="A file: .svg, .png, .pdf or .txt.  [default: text in the terminal]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "svg", "png", "pdf"]),
    help="What to write, where the name of the file does not say it.",
)
@click.option(
    "--width",
    type=float,
    help="Where rows break: characters of text, else units of 1/96 inch.  "
    "[default: the terminal; 900]",
)
@click.option(
    "--color",
    type=click.Choice(["component", "strand", "none"]),
    help="What has a colour of its own.  [default: component of the closure; strand without one]",
)
@click.option("--labels", is_flag=True, help="Label every letter.")
@click.option("--runs", is_flag=True, help="Point out powers of a generator.")
@click.option("--arrows", is_flag=True, help="Show directions.")
@click.option(
    "--highlight", metavar="LIST", help="Letters to point out: positions from 0, such as 0,3."
)
@click.option("--upwards", is_flag=True, help="Time upwards, strand 1 at the left; not for text.")
@click.option("--background", metavar="COLOR", help="Such as white.  [default: transparent]")
@click.option("--ascii", "ascii_only", is_flag=True, help="Text in ASCII.")
def draw_command(
    x: str,
    closure: str,
    strands: int | None,
    out: Path | None,
    form: str | None,
    width: float | None,
    color: str | None,
    labels: bool,
    runs: bool,
    arrows: bool,
    highlight: str | None,
    upwards: bool,
    background: str | None,
    ascii_only: bool,
) -> None:
    """Draw X, a braid or its closure, in the terminal or into a file.

    Time runs from left to right and strand 1 begins at the top. At a positive letter the strand
    that goes down passes over.
    """
    from .knots.inputs import braid_to_close

    options: dict[str, Any] = {
        "closure": None if closure == "none" else closure,
        "color": color,
        "labels": labels,
        "runs": runs,
        "arrows": arrows,
        "highlight": _positions(highlight),
    }
    kind = _kind(out, form)
    open_or_markov = "plat" if closure == "plat" else "markov"
    link = braid_to_close(read_link(x), open_or_markov, strands=strands)
    if kind == "text":
        if upwards or background is not None:
            raise InputError(
                "--upwards and --background are not for text; give a file with --out, such as "
                "braid.svg"
            )
        write(_text(link, width, ascii_only, to_terminal=out is None, options=options), out)
        return
    if ascii_only:
        raise InputError("--ascii is for text; leave it out, or give --format text")
    options |= {
        "width": width,
        "direction": "up" if upwards else "right",
        "background": background,
    }
    write(_image(link, kind, options), out)


def _kind(out: Path | None, form: str | None) -> str:
    """What to write: by the suffix of the file, else the format, else text."""
    if out is None:
        if form in ("png", "pdf") and sys.stdout.isatty():
            raise InputError(f"{form.upper()} is not for a terminal; give a file with --out")
        return form or "text"
    kind = _KINDS.get(out.suffix.lower(), form)
    if kind is None:
        raise InputError(
            f"cannot tell from {str(out)!r} what to draw; end it in one of: {', '.join(_KINDS)}, "
            f"or give --format"
        )
    if form not in (None, kind):
        raise InputError(f"--format {form} contradicts --out {out}; leave one of them out")
    return kind


def _text(
    link: Any, width: float | None, ascii_only: bool, *, to_terminal: bool, options: dict[str, Any]
) -> str:
    from .knots.drawing import draw_text

    terminal = to_terminal and sys.stdout.isatty()
    if width is None:
        width = shutil.get_terminal_size().columns if terminal else _PIPE
    # What cannot be printed in this terminal would end in an error.
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    plain = ascii_only or (to_terminal and encoding != "utf8")
    ansi = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return draw_text(link, width=width, ascii_only=plain, ansi=ansi, **options) + "\n"


def _image(link: Any, kind: str, options: dict[str, Any]) -> str | bytes:
    if kind == "svg":
        from .knots.drawing import draw_svg

        return draw_svg(link, **options)
    from .knots.drawing.figure import rendered

    return rendered(link, "png" if kind == "png" else "pdf", **options)


def _positions(text: str | None) -> list[int]:
    if text is None:
        return []
    try:
        return [int(part) for part in text.replace(",", " ").split()]
    except ValueError:
        raise InputError(
            f"--highlight {text!r}: give positions in the word from 0, such as 0,3"
        ) from None
