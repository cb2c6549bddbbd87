"""The command that convert between notations: convert."""

from __future__ import annotations

import rich_click as click

__all__ = ["convert_command"]


@click.command("convert")
def convert_command() -> None:
    """To be written."""
