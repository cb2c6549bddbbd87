"""How generators, powers and braids are written in drawings."""

from __future__ import annotations

from .options import Subject

__all__ = ["describe", "power_text", "title_of"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power_text(generator: int, exponent: int, *, ascii_only: bool = False) -> str:
    """The text of σ_i^k.

    Example:
        >>> power_text(2, 3), power_text(12, -1), power_text(1, 1)
        ('σ₂³', 'σ₁₂⁻¹', 'σ₁')
        >>> power_text(2, -1, ascii_only=True)
        's2^-1'
    """
    if ascii_only:
        return f"s{generator}" + ("" if exponent == 1 else f"^{exponent}")
    power = "" if exponent == 1 else str(exponent).translate(_SUPERSCRIPTS)
    return f"σ{str(generator).translate(_SUBSCRIPTS)}{power}"


def title_of(drawn: Subject) -> str:
    """A title of one line, with the word where that is short."""
    word = str(drawn.braid)
    shown = word if len(word) <= 60 else f"{word[:57].rsplit(' ', 1)[0]} …"
    names = {
        None: "Braid",
        "markov": "Markov closure of the braid",
        "plat": "Plat closure of the braid",
    }
    return f"{names[drawn.closure]} {shown}"


def describe(drawn: Subject, *, along: str = "left to right", first: str = "top") -> str:
    """What is to be seen, for those who cannot see it."""
    braid = drawn.braid
    what = f"{braid.strands} strand{'s' * (braid.strands != 1)}"
    what += f", {len(braid)} crossing{'s' * (len(braid) != 1)}"
    if drawn.closure is not None:
        what += f", {drawn.components} component{'s' * (drawn.components != 1)}"
    return (
        f"{what}. Time runs from {along} and strand 1 begins at the {first}. At the letter i the "
        f"strand from position i passes over to i+1; at the letter -i the one from i+1 passes "
        f"over to i."
    )
