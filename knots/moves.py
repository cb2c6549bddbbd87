"""Moves between braid words: each takes a braid and returns a new one, or says why it cannot.

Three kinds, by what they keep:

* the braid: :func:`insert_pair`, :func:`cancel_pair`, :func:`reduce_freely`, :func:`commute`,
  :func:`braid_relation`;
* the oriented link that is the Markov closure: :func:`rotate`, :func:`conjugate`, :func:`flip`,
  :func:`stabilise`, :func:`destabilise`, :func:`exchange`, :func:`flype`,
  :func:`remove_crossing`;
* neither, but in a way that is known: :func:`reverse` (all components run the other way, V and Δ
  stay), :func:`connected_sum`, :func:`disjoint_union`, and their inverses :func:`summands` and
  :func:`split_parts`. ``Braid.mirror`` and ``Braid.inverse`` belong here, too; the inverse is the
  mirror image of the reverse.

Positions are those of the letters of the word, from 0.

**Why the exchange move and the flype hold.** A circle between the strands i and i + 1 of the
closed braid cuts the sphere into two discs. If σ_i occurs in two places only, the link is a tangle
T with four ends in the inner disc, another one in the outer disc, and between them σ_i^k in one
place and σ_i^l in the other. Turning T once by 2π about the axis through both places twists its
two ends at each of them fully about each other, by opposite senses, and changes nothing. Such a
twist, whose axis is across the circle, turns a single crossing into the opposite one (it is no
power of σ_i): that is the exchange (1, −1) → (−1, 1), whatever the tangles. If i = n − 1, the
outer tangle with both twists is the rational tangle 1/k + 1/l as soon as k or l is ±1, and as
rational tangles do not change by a turn it is 1/l + 1/k: that is the flype, whatever the tangle T.

Sources: J. S. Birman and W. W. Menasco, Studying links via closed braids IV, Invent. math. 102
(1990) 115 (exchange, composite and split links); III, Pacific J. Math. 161 (1993) 25 (flypes); A.
A. Markov, Mat. Sb. 1 (1936) 73 (conjugation and stabilisation).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from .braids import Braid
from .checks import check_braid, check_integer, shown
from .errors import InputError

__all__ = [
    "braid_relation",
    "cancel_pair",
    "commute",
    "conjugate",
    "connected_sum",
    "destabilise",
    "disjoint_union",
    "exchange",
    "flip",
    "flype",
    "insert_pair",
    "reduce_freely",
    "remove_crossing",
    "reverse",
    "rotate",
    "split_parts",
    "stabilise",
    "summands",
]

_SIDES = ("right", "left")


def insert_pair(b: Braid, position: int, letter: int) -> Braid:
    """Insert a letter and its inverse before the letter at a position. The braid stays.

    Args:
        b: the braid.
        position: 0 … the length of the word (at its end).
        letter: ±1 … ±(strands − 1), the first one of the pair.

    Raises:
        InputError: no such position or letter.

    Example:
        >>> insert_pair(Braid("1 2"), 1, -2)
        Braid([1, -2, 2, 2], strands=3)
    """
    at = _position(b, position, len(b) + 1, "a pair")
    pair = _letter(b, letter)
    return Braid((*b.word[:at], pair, -pair, *b.word[at:]), b.strands)


def cancel_pair(b: Braid, position: int) -> Braid:
    """Remove the letter at a position and the next one, its inverse. The braid stays.

    Raises:
        InputError: no such position, or the two letters are not inverse.

    Example:
        >>> cancel_pair(Braid("1 -2 2 2"), 1)
        Braid([1, 2], strands=3)
    """
    at = _position(b, position, len(b) - 1, "two letters")
    one, other = b.word[at : at + 2]
    if one != -other:
        raise InputError(
            f"the letters {one} and {other} at position {at} are not inverse; only i and -i cancel"
        )
    return Braid(b.word[:at] + b.word[at + 2 :], b.strands)


def reduce_freely(b: Braid, *, cyclic: bool = False) -> Braid:
    """Cancel neighbouring inverse letters until none are left. The braid stays.

    Args:
        b: the braid.
        cyclic: also cancel the last letter with the first one, which is a conjugation: the closed
            braid stays.

    Raises:
        InputError: not a braid.

    Example:
        >>> reduce_freely(Braid("1 2 -2 -1 2"))
        Braid([2], strands=3)
        >>> reduce_freely(Braid("1 2 -1"), cyclic=True)
        Braid([2], strands=3)
    """
    word: list[int] = []
    for letter in check_braid(b).word:
        if word and word[-1] == -letter:
            word.pop()
        else:
            word.append(letter)
    ends = 0
    if cyclic:
        while 2 * ends + 1 < len(word) and word[ends] == -word[-1 - ends]:
            ends += 1
    return Braid(word[ends : len(word) - ends], b.strands)


def commute(b: Braid, position: int) -> Braid:
    """Exchange the letter at a position with the next one: σ_i σ_j = σ_j σ_i, |i − j| ≠ 1.

    Raises:
        InputError: no such position, or neighbouring generators.

    Example:
        >>> commute(Braid("1 -3"), 0)
        Braid([-3, 1], strands=4)
    """
    at = _position(b, position, len(b) - 1, "two letters")
    one, other = b.word[at : at + 2]
    if abs(abs(one) - abs(other)) == 1:
        raise InputError(
            f"the letters {one} and {other} at position {at} do not commute: letters i and j do "
            f"where |i| and |j| do not differ by 1"
        )
    return Braid((*b.word[:at], other, one, *b.word[at + 2 :]), b.strands)


def braid_relation(b: Braid, position: int) -> Braid:
    """Apply the braid relation to the three letters from a position on. The braid stays.

    With neighbouring generators i and j, σ_i^p σ_j^q σ_i^r = σ_j^r σ_i^q σ_j^p for the signs p, q,
    r where q is p or r: σ₁σ₂σ₁ = σ₂σ₁σ₂, σ₁σ₂σ₁⁻¹ = σ₂⁻¹σ₁σ₂ and so on, six in all.

    Raises:
        InputError: no such position, or letters of another form.

    Example:
        >>> braid_relation(Braid("1 2 1"), 0)
        Braid([2, 1, 2], strands=3)
        >>> braid_relation(Braid("1 2 -1"), 0)
        Braid([-2, 1, 2], strands=3)
    """
    at = _position(b, position, len(b) - 2, "three letters")
    one, middle, last = b.word[at : at + 3]
    p, q, r = (letter // abs(letter) for letter in (one, middle, last))
    i, j = abs(one), abs(middle)
    if abs(last) != i or abs(i - j) != 1 or q not in (p, r):
        raise InputError(
            f"the letters {one}, {middle}, {last} at position {at} are no side of a braid "
            f"relation; those have the form i, j, i with neighbouring i and j, and the middle "
            f"letter has the sign of the first or the last one"
        )
    return Braid((*b.word[:at], r * j, q * i, p * j, *b.word[at + 3 :]), b.strands)


def conjugate(b: Braid, by: Braid | Iterable[int] | str) -> Braid:
    """The braid g·b·g⁻¹. The closed braid stays.

    Raises:
        InputError: g is no braid on as many strands.

    Example:
        >>> conjugate(Braid("1", strands=3), "2")
        Braid([2, 1, -2], strands=3)
    """
    return check_braid(b).conjugate(by)


def rotate(b: Braid, count: int = 1) -> Braid:
    """Move so many letters from the beginning of the word to its end. The closed braid stays.

    Args:
        b: the braid.
        count: how many; a negative number moves letters from the end to the beginning.

    Raises:
        InputError: not an integer.

    Example:
        >>> rotate(Braid("1 2 -3"))
        Braid([2, -3, 1], strands=4)
    """
    k = check_integer(count, "count")
    if not check_braid(b).word:
        return b
    k %= len(b)
    return Braid(b.word[k:] + b.word[:k], b.strands)


def flip(b: Braid) -> Braid:
    """Replace σ_i by σ_{n−i} everywhere. The closed braid stays, with its orientation.

    This is the conjugation by the half twist Δ: the braid is turned by π about a vertical axis, so
    strands still run upwards and crossings keep their signs.

    Raises:
        InputError: not a braid.

    Example:
        >>> flip(Braid("1 -3 2", strands=5))
        Braid([4, -2, 3], strands=5)
    """
    n = check_braid(b).strands
    return Braid([n - letter if letter > 0 else -n - letter for letter in b.word], n)


def reverse(b: Braid) -> Braid:
    """Read the word backwards: the closed braid with all components running the other way.

    V and Δ stay, as they do when all components of a link turn; the link need not.

    Raises:
        InputError: not a braid.

    Example:
        >>> reverse(Braid("1 -2 -2"))
        Braid([-2, -2, 1], strands=3)
    """
    return Braid(check_braid(b).word[::-1], b.strands)


def stabilise(b: Braid, sign: int = 1, *, side: str = "right") -> Braid:
    """Add a strand and one crossing with it, at the end of the word. The link stays.

    Args:
        b: the braid.
        sign: 1 or −1, the sign of the crossing.
        side: ``"right"`` adds strand n + 1 and σ_n, ``"left"`` moves all letters up by one and
            adds σ_1.

    Raises:
        InputError: another sign or side.

    Example:
        >>> stabilise(Braid("1 1 1"), -1)
        Braid([1, 1, 1, -2], strands=3)
        >>> stabilise(Braid("1 1 1"), side="left")
        Braid([2, 2, 2, 1], strands=3)
    """
    n = check_braid(b).strands
    one = check_integer(sign, "sign")
    if abs(one) != 1:
        raise InputError(f"sign={shown(sign)}: the sign of the added crossing is 1 or -1")
    if _side(side) == "left":
        return Braid((*_shifted(b.word, 1), one), n + 1)
    return Braid((*b.word, one * n), n + 1)


def destabilise(b: Braid, *, side: str = "right") -> Braid:
    """Remove the outermost strand and its only crossing. The link stays.

    Args:
        b: the braid.
        side: ``"right"``: σ_{n−1} occurs once, anywhere in the word; ``"left"``: σ_1 does.

    Raises:
        InputError: another side, or that generator does not occur exactly once.

    Example:
        >>> destabilise(Braid("1 -2 1 1"))
        Braid([1, 1, 1], strands=2)
    """
    n = check_braid(b).strands
    left = _side(side) == "left"
    _only_place(b, 1 if left else n - 1)
    if left:
        return Braid(_shifted((letter for letter in b.word if abs(letter) > 1), -1), n - 1)
    return Braid([letter for letter in b.word if abs(letter) < n - 1], n - 1)


def remove_crossing(b: Braid, generator: int) -> Braid:
    """Remove the only crossing of a generator, and a strand with it. The link stays.

    This is the destabilisation in the middle of a braid: the strands 1 … i and i + 1 … n close to
    two links, whose connected sum the closed braid is. The strands i and i + 1 become one.

    Args:
        b: the braid.
        generator: i, which occurs once in the word, with either sign.

    Raises:
        InputError: no such generator, or it does not occur exactly once.

    Example:
        >>> remove_crossing(Braid("1 -3 2 1 1 -3"), 2)
        Braid([1, 1, 1, -2, -2], strands=3)

    Source: Birman and Menasco (1990).
    """
    one, other = summands(b, generator)
    return connected_sum(one, other)


def summands(b: Braid, generator: int) -> tuple[Braid, Braid]:
    """The two braids whose closures' connected sum a closed braid with a single σ_i^±1 is.

    Joined are the component of the last strand of the first one and that of the first strand of
    the second one, as :func:`connected_sum` does.

    Args:
        b: the braid.
        generator: i, which occurs once in the word.

    Raises:
        InputError: no such generator, or it does not occur exactly once.

    Example:
        >>> summands(Braid("1 -3 2 1 1 -3"), 2)
        (Braid([1, 1, 1], strands=2), Braid([-1, -1], strands=2))
    """
    i = _generator(b, generator)
    at = _only_place(b, i)
    word = b.word[at + 1 :] + b.word[:at]
    low = [letter for letter in word if abs(letter) < i]
    high = _shifted((letter for letter in word if abs(letter) > i), -i)
    return Braid(low, i), Braid(high, b.strands - i)


def exchange(b: Braid, generator: int) -> Braid:
    """Exchange the signs of the only two crossings of a generator, opposite ones. The link stays.

    Birman and Menasco's exchange move σ_i P σ_i⁻¹ Q → σ_i⁻¹ P σ_i Q, for i = n − 1 in the
    standard form; it holds for every generator.

    Args:
        b: the braid.
        generator: i, which occurs twice in the word, once with each sign.

    Raises:
        InputError: no such generator, or it occurs otherwise.

    Example:
        >>> exchange(Braid("1 2 1 1 -2 1"), 2)
        Braid([1, -2, 1, 1, 2, 1], strands=3)

    Source: Birman and Menasco (1990); the module says why.
    """
    i = _generator(b, generator)
    signs = [letter // i for letter in b.word if abs(letter) == i]
    if sorted(signs) != [-1, 1]:
        raise InputError(
            f"an exchange move needs generator {i} exactly twice, with opposite signs, but it "
            f"occurs with the signs {signs}"
        )
    return Braid([-letter if abs(letter) == i else letter for letter in b.word], b.strands)


def flype(b: Braid, *, side: str = "right") -> Braid:
    """Exchange a power of the outermost generator with a single crossing of it. The link stays.

    P σ_{n−1}^k Q σ_{n−1}^ε → P σ_{n−1}^ε Q σ_{n−1}^k with ε = ±1, any k, and braids P and Q on the
    first n − 1 strands; on three strands σ₁^a σ₂^k σ₁^c σ₂^ε → σ₁^a σ₂^ε σ₁^c σ₂^k. Letters of
    one power may be apart as long as those between commute with them, also around the closure.

    Args:
        b: the braid.
        side: ``"right"`` for σ_{n−1}, ``"left"`` for σ_1.

    Raises:
        InputError: another side, or that generator does not occur as two powers, one of them ±1.

    Example:
        >>> flype(Braid("1 1 2 2 2 1 -2"))
        Braid([1, 1, -2, 1, 2, 2, 2], strands=3)

    Source: Birman and Menasco (1993); the module says why.
    """
    n = check_braid(b).strands
    left = _side(side) == "left"
    i = 1 if left else n - 1
    powers = _cyclic_powers(b, i, 2 if left else n - 2) if n > 1 else []
    if len(powers) != 2 or not any(abs(power) == 1 for _, power in powers):
        raise InputError(
            f"a flype needs generator {i} in two places of the closed braid, as a power and as a "
            f"single crossing, but it occurs with the powers {[power for _, power in powers]}"
        )
    (one, k), (other, e) = powers
    place = {one: e, other: k}
    word: list[int] = []
    for position, letter in enumerate(b.word):
        if abs(letter) != i:
            word.append(letter)
        elif position in place:
            power = place[position]
            word += [i if power > 0 else -i] * abs(power)
    return Braid(word, n)


def connected_sum(a: Braid, b: Braid) -> Braid:
    """A braid on one strand less than both have, whose closure is a connected sum.

    Joined are the component of the last strand of the first braid and that of the first strand of
    the second one; for links that choice matters, and :func:`flip` makes another one. V and Δ of
    the sum are the products of those of the two.

    Raises:
        InputError: not braids.

    Example:
        >>> connected_sum(Braid("1 1 1"), Braid("-1 -1 -1"))
        Braid([1, 1, 1, -2, -2, -2], strands=3)
    """
    n = check_braid(a).strands - 1
    return Braid((*a.word, *_shifted(check_braid(b).word, n)), n + b.strands)


def disjoint_union(a: Braid, b: Braid) -> Braid:
    """The two braids side by side, whose closure is the split union of both closures.

    V is the product of both and of −t^(1/2) − t^(−1/2) (φ at the fifth root); Δ is 0.

    Raises:
        InputError: not braids.

    Example:
        >>> disjoint_union(Braid("1 1"), Braid("1"))
        Braid([1, 1, 3], strands=4)
    """
    n = check_braid(a).strands
    return Braid((*a.word, *_shifted(check_braid(b).word, n)), n + check_braid(b).strands)


def split_parts(b: Braid) -> tuple[Braid, ...]:
    """The parts between generators that do not occur: the closure is their split union.

    Several parts prove that the link is split (or has a free circle); a single one does not prove
    the opposite, as a split link can have a word with all generators.

    Raises:
        InputError: not a braid.

    Example:
        >>> split_parts(Braid("1 1 4", strands=5))
        (Braid([1, 1], strands=2), Braid([], strands=1), Braid([1], strands=2))
    """
    used = set(map(abs, check_braid(b).word))
    cuts = [0, *(i for i in range(1, b.strands) if i not in used), b.strands]
    words: dict[int, list[int]] = {low: [] for low in cuts[:-1]}
    start_of = [0] * (b.strands + 1)
    for low, high in itertools.pairwise(cuts):
        start_of[low + 1 : high + 1] = [low] * (high - low)
    for letter in b.word:
        words[start_of[abs(letter)]].append(letter)
    return tuple(
        Braid(_shifted(words[low], -low), high - low) for low, high in itertools.pairwise(cuts)
    )


def _cyclic_powers(b: Braid, i: int, neighbour: int) -> list[tuple[int, int]]:
    """The powers of σ_i between letters of its only neighbour: (place of the first, exponent)."""
    groups: list[list[int]] = [[]]
    for position, letter in enumerate(b.word):
        if abs(letter) == neighbour:
            groups.append([])
        elif abs(letter) == i:
            groups[-1].append(position)
    # The last group goes on at the beginning of the word.
    if len(groups) > 1:
        groups[0] = groups.pop() + groups[0]
    return sorted(
        (group[0], sum(b.word[position] // i for position in group)) for group in groups if group
    )


def _only_place(b: Braid, i: int) -> int:
    """The place of the only letter ±i."""
    places = [position for position, letter in enumerate(b.word) if abs(letter) == i]
    if len(places) != 1:
        raise InputError(
            f"this move needs generator {i} exactly once, but it occurs {len(places)} times in "
            f"this braid on {b.strands} strands"
            if b.strands > 1
            else "this move needs at least two strands, but this braid has one"
        )
    return places[0]


def _shifted(word: Iterable[int], by: int) -> list[int]:
    """The generators moved by so many strands."""
    return [letter + by if letter > 0 else letter - by for letter in word]


def _position(b: Braid, position: int, count: int, what: str) -> int:
    at = check_integer(position, "position")
    check_braid(b)
    if not 0 <= at < count:
        raise InputError(
            f"position={shown(at)}: in a word of {len(b)} letters {what} can be at the positions "
            f"0..{count - 1}"
            if count > 0
            else f"position={shown(at)}: a word of {len(b)} letters is too short for {what}"
        )
    return at


def _generator(b: Braid, generator: int) -> int:
    i = check_integer(generator, "generator")
    if not 1 <= i < check_braid(b).strands:
        raise InputError(
            f"generator={shown(i)}: the generators of a braid on {b.strands} strands are "
            f"1..{b.strands - 1}"
            if b.strands > 1
            else f"generator={shown(i)}: a braid on one strand has no generators"
        )
    return i


def _letter(b: Braid, letter: int) -> int:
    value = check_integer(letter, "letter")
    if not 1 <= abs(value) < b.strands:
        raise InputError(
            f"letter={shown(value)}: the letters of a braid on {b.strands} strands are "
            f"±1..±{b.strands - 1}"
            if b.strands > 1
            else f"letter={shown(value)}: a braid on one strand has no generators"
        )
    return value


def _side(side: str) -> str:
    if side not in _SIDES:
        raise InputError(f"unknown side {side!r}; choose one of: {', '.join(_SIDES)}")
    return side
