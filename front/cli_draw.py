"""The command that draw braids: draw."""

from __future__ import annotations

import rich_click as click

__all__ = ["draw_command"]


@click.command("draw")
def draw_command() -> None:
    """To be written."""
