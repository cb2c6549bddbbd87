"""What drawings are made of: curves of strands, dotted ends, boxes, arrows, labels.

The unit is the user unit of the SVG; x grows to the right and y grows **downwards**.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import atan2, cos, hypot, radians, sin
from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = [
    "STROKE",
    "Arrow",
    "Box",
    "Label",
    "Picture",
    "Piece",
    "Point",
    "Side",
    "Stub",
    "Thread",
    "turned",
    "visible",
]

Point: TypeAlias = tuple[float, float]
Side = Literal["above", "below", "left", "right"]

STROKE: Final = 3.2
_CLEARANCE = 3.2  # between the edge of the upper strand and the ends of the lower one
_HEAD = ((-5.0, -5.5), (6.0, 0.0), (-5.0, 5.5))  # of an arrow to the right


class Piece(NamedTuple):
    """A line (two points) or a cubic Bézier curve (four points).

    Attributes:
        points: the end points, and the control points between them.
        letter: position in the word of the crossing that the piece passes in its middle, or −1.
        over: whether it passes above the other strand there.
    """

    points: tuple[Point, ...]
    letter: int = -1
    over: bool = True


@dataclass(frozen=True)
class Thread:
    """A connected part of a strand: within a row with time, or an arc of the closure.

    Attributes:
        color: the number of its colour; −1 for none.
        pieces: each begins where the one before it ends.
    """

    color: int
    pieces: tuple[Piece, ...]


class Stub(NamedTuple):
    """A dotted end where a strand is cut by the end of a row.

    Attributes:
        color: the number of its colour.
        start: the end that joins the thread, or the outer end for the begin of a row.
        end: the other end, to the right.
        strand: the strand, from 0.
    """

    color: int
    start: Point
    end: Point
    strand: int


class Label(NamedTuple):
    """Text beside a point.

    Attributes:
        point: where.
        text: what.
        side: on which side of the point the text is.
    """

    point: Point
    text: str
    side: Side


class Box(NamedTuple):
    """A rectangle behind crossings; ``strong`` for highlighted letters, else a run."""

    left: float
    top: float
    width: float
    height: float
    strong: bool


class Arrow(NamedTuple):
    """An arrow head on a strand.

    Attributes:
        point: where.
        angle: its direction in degrees, clockwise from the right.
        color: the number of its colour.
    """

    point: Point
    angle: float
    color: int

    @property
    def corners(self) -> tuple[Point, Point, Point]:
        """The tip in the middle of the three."""
        x, y = self.point
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        one, tip, other = ((x + c * u - s * v, y + s * u + c * v) for u, v in _HEAD)
        return one, tip, other


@dataclass(frozen=True)
class Picture:
    """All there is to draw, in the order of drawing: boxes, threads, stubs, arrows, labels.

    Attributes:
        width: of the whole picture.
        height: of the whole picture.
        boxes: what is behind the strands.
        threads: parts of strands. Lower strands are whole here; :func:`visible` cuts them.
        stubs: dotted ends where rows are cut, those of one strand in the order of time, so that
            they join in pairs.
        arrows: directions.
        labels: text.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    threads: tuple[Thread, ...]
    stubs: tuple[Stub, ...]
    arrows: tuple[Arrow, ...]
    labels: tuple[Label, ...]


def turned(flat: Picture) -> Picture:
    """The picture turned by a quarter: time runs upwards and strand 1 begins at the left."""

    def point(p: Point) -> Point:
        return p[1], flat.width - p[0]

    side: dict[Side, Side] = {"above": "left", "left": "below", "below": "right", "right": "above"}
    return Picture(
        width=flat.height,
        height=flat.width,
        boxes=tuple(
            Box(box.top, flat.width - box.left - box.width, box.height, box.width, box.strong)
            for box in flat.boxes
        ),
        threads=tuple(
            replace(
                thread,
                pieces=tuple(
                    piece._replace(points=tuple(map(point, piece.points)))
                    for piece in thread.pieces
                ),
            )
            for thread in flat.threads
        ),
        stubs=tuple(
            stub._replace(start=point(stub.start), end=point(stub.end)) for stub in flat.stubs
        ),
        arrows=tuple(
            Arrow(point(arrow.point), arrow.angle - 90, arrow.color) for arrow in flat.arrows
        ),
        labels=tuple(
            Label(point(label.point), label.text, side[label.side]) for label in flat.labels
        ),
    )


def visible(thread: Thread) -> Iterator[tuple[Piece, ...]]:
    """The parts of a thread that are seen: it has a gap where it passes below.

    Example:
        >>> s = ((0.0, 0.0), (5.0, 0.0), (5.0, 10.0), (10.0, 10.0))
        >>> [len(part) for part in visible(Thread(0, (Piece(s, 0, over=False),)))]
        [1, 1]
    """
    part: list[Piece] = []
    for piece in thread.pieces:
        if piece.over:
            part.append(piece)
            continue
        before, after = _cut(piece)
        yield (*part, before)
        part = [after]
    if part:
        yield tuple(part)


def _cut(piece: Piece) -> tuple[Piece, Piece]:
    """The two ends of an S-shaped piece, without its middle."""
    p0, p1, p2, p3 = piece.points
    # The derivative in the middle; the upper strand is its mirror image.
    dx = 0.75 * (p3[0] - p0[0] + p2[0] - p1[0])
    dy = 0.75 * (p3[1] - p0[1] + p2[1] - p1[1])
    speed = hypot(dx, dy)
    angle = 2 * atan2(min(abs(dx), abs(dy)), max(abs(dx), abs(dy)))
    gap = (STROKE / 2 * (1 + cos(angle)) + _CLEARANCE) / (sin(angle) * speed)
    gap = min(gap, 0.3)
    first, _ = _halves(piece.points, 0.5 - gap)
    _, second = _halves(piece.points, 0.5 + gap)
    return Piece(first), Piece(second)


def _halves(points: tuple[Point, ...], t: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """A Bézier curve in two at the parameter t (de Casteljau)."""
    head, tail = [points[0]], [points[-1]]
    while len(points) > 1:
        points = tuple(
            ((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]) for a, b in pairwise(points)
        )
        head.append(points[0])
        tail.append(points[-1])
    return tuple(head), tuple(reversed(tail))
