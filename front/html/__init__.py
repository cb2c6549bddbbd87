"""Reports as HTML pages of their own, their charts as SVG, and the same as Markdown."""

from .plane import Ellipse, PlanePoint, complex_plane_svg, confidence_ellipse

__all__ = ["Ellipse", "PlanePoint", "complex_plane_svg", "confidence_ellipse"]
