"""Pictures of braids and of their closures: SVG, Matplotlib and text."""

from .svg import draw_svg

__all__ = ["draw_svg"]
