"""Pictures of braids and of their closures: SVG, Matplotlib and text."""

from .figure import draw_matplotlib
from .options import DrawingOptions
from .save import save_drawing
from .svg import draw_svg, notebook_svg
from .text import draw_text

__all__ = [
    "DrawingOptions",
    "draw_matplotlib",
    "draw_svg",
    "draw_text",
    "notebook_svg",
    "save_drawing",
]
