"""Links in and out: planar-diagram, Dowker–Thistlethwaite and Gauss codes, words, objects, files.

:func:`plait.knots.inputs.link` reads all of them from text; here are the functions for each.
"""

from .dt import DTCode, from_dt, parse_dt, to_dt
from .gauss import (
    extended_gauss_text,
    from_extended_gauss,
    from_gauss,
    gauss_text,
    parse_extended_gauss,
    parse_gauss,
    to_extended_gauss,
    to_gauss,
)
from .objects import to_regina, to_spherogram
from .pd import PD_CONVENTIONS, from_pd, parse_pd, pd_text, to_pd
from .reference import ReferenceBraid, read_reference, write_reference
from .spellings import SPELLINGS, spell
from .text import NOTATIONS

__all__ = [
    "NOTATIONS",
    "PD_CONVENTIONS",
    "SPELLINGS",
    "DTCode",
    "ReferenceBraid",
    "extended_gauss_text",
    "from_dt",
    "from_extended_gauss",
    "from_gauss",
    "from_pd",
    "gauss_text",
    "parse_dt",
    "parse_extended_gauss",
    "parse_gauss",
    "parse_pd",
    "pd_text",
    "read_reference",
    "spell",
    "to_dt",
    "to_extended_gauss",
    "to_gauss",
    "to_pd",
    "to_regina",
    "to_spherogram",
    "write_reference",
]
