"""Hooks of MkDocs: where the packages are, and formulas as MathML.

The folders of the checkout are not laid out as the installed package is, so the packages are
copied into a temporary folder as ``pyproject.toml`` says, and the reference is read from there.
Formulas, code blocks of the language ``math`` in LaTeX, become MathML, which browsers draw without
scripts and fonts from elsewhere.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.plugins import event_priority

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = re.compile(r"^( +)Example:$", re.MULTILINE)
ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):`~?([^`]+)`")
_layout: list[tempfile.TemporaryDirectory[str]] = []


@event_priority(100)
def on_config(config: Any) -> Any:
    """Add the packages' folder and the format of formulas, before plugins read the settings."""
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {})
    fences["custom_fences"] = [{"name": "math", "class": "math", "format": formula}]
    if not _layout:
        _layout.append(tempfile.TemporaryDirectory(prefix="plait-docs-"))
        lay_out(Path(_layout[0].name))
    handler = config.plugins["mkdocstrings"].config.handlers["python"]
    handler["paths"] = [_layout[0].name]
    return config


def on_shutdown() -> None:
    """Remove the temporary folder."""
    while _layout:
        _layout.pop().cleanup()


def lay_out(target: Path) -> None:
    """Copy the modules of all packages to where they are once installed.

    References such as ``:func:`name``` become plain code, as Markdown has no roles; sections with
    one example get the name that the reader of docstrings knows.
    """
    with (ROOT / "pyproject.toml").open("rb") as file:
        folders = tomllib.load(file)["tool"]["setuptools"]["package-dir"]
    for package, folder in folders.items():
        place = target.joinpath(*package.split("."))
        place.mkdir(parents=True, exist_ok=True)
        for module in (ROOT / folder).glob("*.py"):
            source = module.read_text(encoding="utf-8")
            source = EXAMPLE.sub(r"\1Examples:", ROLE.sub(r"`\1`", source))
            (place / module.name).write_text(source, encoding="utf-8")


def formula(source: str, *_: Any, **__: Any) -> str:
    """Displayed formulas, which an empty line separates."""
    shown = "".join(convert(part.strip(), display="block") for part in source.split("\n\n"))
    return f'<div class="formula">{shown}</div>'
