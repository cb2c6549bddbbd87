"""The command that minimise braids: minimize."""

from __future__ import annotations

import rich_click as click

__all__ = ["minimize_command"]


@click.command("minimize")
def minimize_command() -> None:
    """To be written."""
