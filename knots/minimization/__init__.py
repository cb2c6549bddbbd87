"""Braids of the same link with as few crossings, runs, strands or gates as can be found."""

__all__: list[str] = []
