"""Reading drawings back: from their curves alone to braid words and planar diagrams."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

from plait.knots import PlanarDiagram
from plait.knots.drawing.shapes import Picture, Piece, Point

LANE = 26.0
_TOKEN = re.compile(r"[Mlc]|-?\d+(?:\.\d+)?")


def samples(points: Sequence[Point], count: int = 9) -> list[Point]:
    """Points of a line or of a cubic curve; an odd count keeps crossings off the points."""
    if len(points) == 2:
        return list(points)
    found = []
    for k in range(count + 1):
        t = k / count
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        found.append(
            (
                sum(w * p[0] for w, p in zip(weights, points, strict=True)),
                sum(w * p[1] for w, p in zip(weights, points, strict=True)),
            )
        )
    return found


def meeting(a: Point, b: Point, c: Point, d: Point) -> tuple[float, float] | None:
    """Where within a–b and c–d these two segments cross, as fractions of each."""
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    det = ux * vy - uy * vx
    if abs(det) < 1e-12:
        return None
    wx, wy = c[0] - a[0], c[1] - a[1]
    s, t = (wx * vy - wy * vx) / det, (wx * uy - wy * ux) / det
    return (s, t) if 1e-6 < s < 1 - 1e-6 and 1e-6 < t < 1 - 1e-6 else None


def turn(over: Point, under: Point) -> int:
    """1 if the upper direction turns counterclockwise to the lower one: a positive crossing."""
    return 1 if over[1] * under[0] - over[0] * under[1] > 0 else -1  # y is downwards


# Words from what is seen


def subpaths(data: str) -> list[list[Point]]:
    """The subpaths of SVG path data, as points."""
    found: list[list[Point]] = []
    tokens = _TOKEN.findall(data)
    at = 0
    command = ""
    while at < len(tokens):
        if tokens[at].isalpha():
            command = tokens[at]
            at += 1
        size = {"M": 1, "l": 1, "c": 3}[command]
        numbers = [float(tokens[at + k]) for k in range(2 * size)]
        at += 2 * size
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            found.append([pairs[0]])
            continue
        x, y = found[-1][-1]
        points = [(x + dx, y + dy) for dx, dy in pairs]
        found[-1].extend(samples([(x, y), *points])[1:])
    return found


def word_of(curves: Sequence[Sequence[Point]]) -> list[int]:
    """The word of a drawing of one row without closure, ordered by columns and positions.

    Where the curves have a gap there is a lower strand, and whatever crosses the gap is the upper
    one. Nothing else of the drawing is used.
    """
    top = min(y for curve in curves for _, y in curve)
    found = []
    for one, other in itertools.permutations(curves, 2):
        gap = (one[-1], other[0])
        step = (gap[1][0] - gap[0][0], gap[1][1] - gap[0][1])
        if not 0.1 < math.hypot(*step) < 20:
            continue
        crossed = [
            (b[0] - a[0], b[1] - a[1])
            for curve in curves
            for a, b in itertools.pairwise(curve)
            if meeting(*gap, a, b)
        ]
        assert len(crossed) == 1
        assert crossed[0][0] > 0  # all strands run to the right
        middle = (gap[0][1] + gap[1][1]) / 2
        position = round((middle - top) / LANE + 0.5)
        found.append((round(gap[0][0]), position * turn(crossed[0], step)))
    return [letter for _, letter in sorted(found, key=lambda each: (each[0], abs(each[1])))]


# Planar diagrams from whole pictures


def diagram_of(picture: Picture) -> PlanarDiagram:
    """The planar diagram of a drawing with arrows and a closure, its crossings as in the word.

    The curves are cut where they cross numerically and joined where they end; the orientation is
    that of the arrows.
    """
    pieces = [piece for thread in picture.threads for piece in thread.pieces]
    passages = _passages(pieces)
    enters: dict[tuple[int, bool], int] = {}  # labels of edges by (crossing, whether above)
    leaves: dict[tuple[int, bool], int] = {}
    directions: dict[tuple[int, bool], Point] = {}
    label, circles = 0, 0
    for cycle in _cycles(picture, pieces):
        first = label + 1
        for k, forwards in cycle:
            if k in passages:
                key, (x, y) = passages[k]
                directions[key] = (x, y) if forwards else (-x, -y)
                label += 1
                enters[key], leaves[key] = label, label + 1
                last = key
        if label < first:
            circles += 1
        else:
            leaves[last] = first
    crossings = []
    for number in range(len(directions) // 2):
        # Counterclockwise from where the lower strand enters, the next end is at its right.
        right, left = leaves[number, True], enters[number, True]
        if turn(directions[number, True], directions[number, False]) < 0:
            right, left = left, right
        crossings.append((enters[number, False], right, leaves[number, False], left))
    return PlanarDiagram(crossings, circles)


def _passages(pieces: Sequence[Piece]) -> dict[int, tuple[tuple[int, bool], Point]]:
    """The crossing that a piece passes, whether above, and its direction there."""
    found: dict[int, tuple[tuple[int, bool], Point]] = {}
    lines = [samples(piece.points) for piece in pieces]
    boxes = [(*map(min, *line), *map(max, *line)) for line in lines]
    for one, other in itertools.combinations(range(len(pieces)), 2):
        a, b = boxes[one], boxes[other]
        if a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]:
            continue
        meetings = [
            (p, q)
            for p in itertools.pairwise(lines[one])
            for q in itertools.pairwise(lines[other])
            if meeting(*p, *q)
        ]
        if not meetings:
            continue
        ((p, q),) = meetings  # no two curves cross twice
        number = pieces[one].letter
        assert number == pieces[other].letter >= 0
        assert pieces[one].over != pieces[other].over
        for k, (start, end) in ((one, p), (other, q)):
            assert k not in found
            direction = (end[0] - start[0], end[1] - start[1])
            found[k] = ((number, pieces[k].over), direction)
    return found


def _key(point: Point) -> tuple[int, int]:
    return round(10 * point[0]), round(10 * point[1])


def _joined(picture: Picture, pieces: Sequence[Piece]) -> dict[tuple[int, bool], tuple[int, bool]]:
    """Which end of a piece, its begin (True) or not, is joined to which."""
    at: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    for k, piece in enumerate(pieces):
        at.setdefault(_key(piece.points[0]), []).append((k, True))
        at.setdefault(_key(piece.points[-1]), []).append((k, False))
    # A dotted end leads to the next one of its strand.
    strands: dict[int, list[Point]] = {}
    for stub in picture.stubs:
        own = strands.setdefault(stub.strand, [])
        own.append(stub.end if len(own) % 2 else stub.start)
    for points in strands.values():
        for one, other in zip(points[::2], points[1::2], strict=True):
            at[_key(one)] += at.pop(_key(other))
    joined: dict[tuple[int, bool], tuple[int, bool]] = {}
    for one, other in at.values():
        joined[one], joined[other] = other, one
    return joined


def _cycles(picture: Picture, pieces: Sequence[Piece]) -> list[list[tuple[int, bool]]]:
    """The components as pieces, each with whether it is travelled from its begin to its end."""
    joined = _joined(picture, pieces)
    arrows = _arrows(picture, pieces)
    found = []
    seen: set[int] = set()
    for start in range(len(pieces)):
        cycle: list[tuple[int, bool]] = []
        k, forwards = start, True
        while k not in seen:
            seen.add(k)
            cycle.append((k, forwards))
            k, forwards = joined[k, not forwards]
        if cycle:
            agree = {arrows[k] == forwards for k, forwards in cycle if k in arrows}
            assert len(agree) == 1  # all arrows of a component, of which there are some
            if agree == {False}:
                cycle = [(k, not forwards) for k, forwards in reversed(cycle)]
            found.append(cycle)
    return found


def _arrows(picture: Picture, pieces: Sequence[Piece]) -> dict[int, bool]:
    """The pieces that have an arrow, and whether it points from begin to end."""
    found = {}
    for arrow in picture.arrows:
        x, y = arrow.point
        (k,) = (
            k
            for k, piece in enumerate(pieces)
            if len(piece.points) == 2
            and abs(
                math.dist(piece.points[0], (x, y))
                + math.dist((x, y), piece.points[1])
                - math.dist(*piece.points)
            )
            < 1e-6
        )
        (x0, y0), (x1, y1) = pieces[k].points
        angle = math.radians(arrow.angle)
        found[k] = (x1 - x0) * math.cos(angle) + (y1 - y0) * math.sin(angle) > 0
    return found


# Text

_SIDES = {"╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu"}
_STEPS = {"r": (0, 1), "l": (0, -1), "d": (1, 0), "u": (-1, 0)}
_BACK = {"r": "l", "l": "r", "d": "u", "u": "d"}


def components_of(text: str) -> int:
    """The number of closed curves of a text drawing of one row, followed by its characters."""
    cells = {
        (line, column): character
        for line, row in enumerate(text.split("\n"))
        for column, character in enumerate(row)
    }
    corners = {at for at, character in cells.items() if character in _SIDES}
    count = 0
    while corners:
        count += 1
        start = min(corners)  # at the left of the top: its curve goes on to the right
        at, way = start, "r"
        for _ in cells:
            corners.discard(at)
            at = (at[0] + _STEPS[way][0], at[1] + _STEPS[way][1])
            if cells[at] in _SIDES:
                at, way = _turned(cells, corners, at, way)
            if at == start:
                break
        assert at == start
    return count


def _turned(
    cells: dict[tuple[int, int], str], corners: set[tuple[int, int]], at: tuple[int, int], way: str
) -> tuple[tuple[int, int], str]:
    """Round a corner, or by two through a crossing, to where the curve goes on."""
    corners.discard(at)
    sides = _SIDES[cells[at]]
    (out,) = set(sides) - {_BACK[way]}
    if out in "rl":
        return at, out
    down = _STEPS[out][0]
    if cells.get((at[0] + down, at[1]), " ") in "│╭╮╰╯":
        return at, out
    # Nothing is straight above or below: to the opposite corner of a crossing.
    at = (at[0] + 2 * down, at[1] + 2 * _STEPS[way][1])
    assert _SIDES[cells[at]] == sides.translate(str.maketrans("rlud", "lrdu"))
    corners.discard(at)
    return at, way
