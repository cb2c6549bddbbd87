"""Pictures of braids and of their closures."""

__all__: list[str] = []
