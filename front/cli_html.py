"""The command that writes reports: report."""

from __future__ import annotations

from pathlib import Path

import rich_click as click
from rich.text import Text

from .terminal import say, write

__all__ = ["report_command"]


@click.command("report")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="FILE",
    help="Where the page goes, - for standard output.  [default: PATH/report.html; beside PATH]",
)
@click.option(
    "--markdown",
    metavar="FILE",
    help="Write Markdown there, - for standard output; the page only if --out is given too.",
)
def report_command(path: Path, out: str | None, markdown: str | None) -> None:
    """Write a page about PATH: HTML in one file, which loads nothing from elsewhere.

    PATH is a folder of plait run, plait submit or plait benchmark, or a file with what
    plait mitigate, plait verify or plait resources printed with --json.
    """
    from .html.markdown import to_markdown
    from .html.render import to_html
    from .html.reports import report_page

    page = report_page(path)
    if markdown is not None:
        _write(to_markdown(page), markdown)
    if out is not None or markdown is None:
        _write(to_html(page), out or str(_beside(path)))


def _beside(path: Path) -> Path:
    return path / "report.html" if path.is_dir() else path.with_suffix(".html")


def _write(text: str, where: str) -> None:
    if where == "-":
        write(text, None)
        return
    write(text, Path(where))
    say(Text(f"report: {where}"))
