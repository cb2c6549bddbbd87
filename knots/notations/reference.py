"""The JSON files of the published reference code, which uses the mirror image of our convention.

Its letter i is our −i: for the same word its value is the complex conjugate of ours. Reading and
writing mirror the word, so a file and the braid that is read from it are the same link; then the
value in the file is that of the braid as it stands.

A file holds ``{"original": {"word": […]}, "optimized": {"word": […]}, "jones": …}``. It does not
state the number of strands, so those that the word does not use are not in it.

Source: the reference code of arXiv:2503.05625.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..braids import Braid
from ..checks import check_braid
from ..errors import InputError
from .codes import short

__all__ = ["ReferenceBraid", "is_reference", "read_reference", "write_reference"]


class ReferenceBraid(NamedTuple):
    """What a file of the reference holds, in our convention.

    Attributes:
        braid: the original word, mirrored.
        optimized: what the reference's minimisation left, mirrored; None if there is none.
        jones: V of the braid at t = exp(2πi/5), as stated; None if it is not.
    """

    braid: Braid
    optimized: Braid | None = None
    jones: complex | None = None


def is_reference(data: object) -> bool:
    """Whether decoded JSON has the keys of the reference's files."""
    return isinstance(data, Mapping) and isinstance(data.get("original"), Mapping)


def read_reference(data: Mapping[str, Any]) -> ReferenceBraid:
    """Read decoded JSON of the reference into our convention.

    Raises:
        InputError: not such a file.

    Example:
        >>> read_reference({"original": {"word": [-1, -1, -1]}, "jones": None}).braid
        Braid([1, 1, 1], strands=2)
    """
    if not is_reference(data):
        raise InputError(
            f'{short(data)} is no braid of the reference: it has no "original" with a "word"'
        )
    optimized = data.get("optimized")
    return ReferenceBraid(
        _mirrored(data["original"], "original"),
        None if optimized is None else _mirrored(optimized, "optimized"),
        _value(data.get("jones")),
    )


def write_reference(braid: Braid, jones: complex | None = None) -> dict[str, Any]:
    """What the reference's files hold for this braid, for ``json.dumps``.

    Args:
        braid: in our convention.
        jones: V of the braid at t = exp(2πi/5).

    Raises:
        InputError: not a braid or not a number; or strands that the word does not use, which
            these files cannot state.

    Example:
        >>> write_reference(Braid("1 1 1"))["original"]
        {'word': [-1, -1, -1]}
    """
    check_braid(braid)
    if jones is not None and not isinstance(jones, (int, float, complex)):
        raise InputError(f"jones is {short(jones)}; it is a number, or None")
    used = Braid(braid.word).strands
    if used < braid.strands:
        raise InputError(
            f"the braid has {braid.strands} strands, but its word uses {used}; files of the "
            f"reference do not state the strands, so the others would be lost"
        )
    word = list(braid.mirror().word)
    return {
        "original": {"word": word},
        "source": {"method": "word", "word": word},
        "jones": None if jones is None else [jones.real, jones.imag],
    }


def _mirrored(part: object, name: str) -> Braid:
    word = part.get("word") if isinstance(part, Mapping) else None
    if not isinstance(word, list):
        raise InputError(f'the braid of the reference has no list "word" in "{name}"')
    return Braid(word).mirror()


def _value(value: Any) -> complex | None:
    if value is None:
        return None
    parts = value if isinstance(value, list) else [value, 0]
    if len(parts) == 2 and all(
        isinstance(part, (int, float)) and not isinstance(part, bool) for part in parts
    ):
        return complex(parts[0], parts[1])
    raise InputError(
        f'"jones" of the braid of the reference is {short(value)}; it is a number, or a list of '
        f"the real and the imaginary part"
    )
