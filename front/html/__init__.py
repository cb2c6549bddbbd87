"""Reports as HTML pages of their own, their charts as SVG, and the same as Markdown."""

from .bars import Bar, bars_svg
from .charts import Axis, Band, Line, Points, xy_svg
from .markdown import to_markdown
from .page import Code, Column, Figure, Listing, Page, Paragraph, Section, Settings, Table
from .plane import Ellipse, PlanePoint, complex_plane_svg, confidence_ellipse
from .render import to_html

__all__ = [
    "Axis",
    "Band",
    "Bar",
    "Code",
    "Column",
    "Ellipse",
    "Figure",
    "Line",
    "Listing",
    "Page",
    "Paragraph",
    "PlanePoint",
    "Points",
    "Section",
    "Settings",
    "Table",
    "bars_svg",
    "complex_plane_svg",
    "confidence_ellipse",
    "to_html",
    "to_markdown",
    "xy_svg",
]
