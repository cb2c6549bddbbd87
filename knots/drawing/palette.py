"""Colours that can be told apart on white and on dark pages, and by the colour-blind.

Every colour has a contrast of at least 3 : 1 (WCAG) with white and with the dark grey #1E1E1E, so
drawings need no background of their own. The seven of the palette stay at least 15 apart in CIELAB
to normal eyes and in simulated protanopia, deuteranopia and tritanopia (Machado, Oliveira and
Fernandes, doi:10.1109/TVCG.2009.113).
"""

from __future__ import annotations

from typing import Final

__all__ = ["INK", "PALETTE", "box_style", "color_of"]

PALETTE: Final = (
    "#2169D1",  # blue
    "#FA1E00",  # red
    "#289259",  # green
    "#DC62BE",  # pink
    "#7D3DF6",  # violet
    "#839C3C",  # olive
    "#5F7C7D",  # grey
)
INK: Final = "#767A80"
"""Text, and strands without a colour."""
_BAND = ("#8A93A6", 0.25)
_HIGHLIGHT = ("#E8A800", 0.45)


def color_of(number: int) -> str:
    """The colour of a number from 0, repeating after seven; −1 is the ink.

    Example:
        >>> color_of(7) == color_of(0) == PALETTE[0]
        True
    """
    return INK if number < 0 else PALETTE[number % len(PALETTE)]


def box_style(*, strong: bool) -> tuple[str, float]:
    """The colour and the opacity of a highlight (strong) or of the band of a run."""
    return _HIGHLIGHT if strong else _BAND
