"""The command that generate instances: generate."""

from __future__ import annotations

import rich_click as click

__all__ = ["generate_command"]


@click.command("generate")
def generate_command() -> None:
    """To be written."""
