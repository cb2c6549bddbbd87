"""Draw the figures of the documentation that no command of plait draws: docs/figures/*.svg."""

from __future__ import annotations

from pathlib import Path

FIGURES = Path(__file__).resolve().parent.parent / "docs" / "figures"
STYLE = 'font-family="sans-serif" font-size="14" text-anchor="middle" fill="#555"'


def text(x: float, y: float, words: str) -> str:
    """A label centred at x."""
    return f'<text x="{x}" y="{y}" {STYLE}>{words}</text>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    """A thin line."""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#777"/>'


def box(x: float, y: float, width: float, height: float, words: str) -> str:
    """A gate."""
    frame = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="#e8eaf6" '
    return frame + 'stroke="#3f51b5"/>' + text(x + width / 2, y + height / 2 + 5, words)


def picture(width: int, height: int, title: str, parts: list[str]) -> str:
    """A self-contained SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img"><title>{title}</title>'
        + "".join(parts)
        + "</svg>\n"
    )


def path() -> str:
    """A column of crossings of a braid on four strands, and the bits between the strands."""
    gap, left, right, middle = 40, 60, 420, 240
    parts = []
    for strand in range(1, 5):
        y = gap * strand
        parts.append(text(left - 20, y + 5, str(strand)))
        if strand in (2, 3):
            parts += [line(left, y, middle - 40, y), line(middle + 40, y, right, y)]
        else:
            parts.append(line(left, y, right, y))
    parts.append(box(middle - 40, 2 * gap - 10, 80, gap + 20, "σ₂"))
    for bit, value in enumerate("01110"):
        y = gap * (bit + 0.5) + 5
        name = "x" + "₀₁₂₃₄"[bit]
        parts.append(text(left + 70, y, f"{name} = {value}"))
        parts.append(text(right - 70, y, f"{name}′" if bit == 2 else f"{name} = {value}"))
    return picture(
        480, 200, "A path beside the strands of a braid; a letter changes one bit", parts
    )


def echo() -> str:
    """The echo circuit."""
    top, bottom = 40, 160
    rows = [top, 80, 120, bottom]
    parts = [line(60, y, 600, y) for y in rows]
    parts += [text(40, y + 5, "|0⟩") for y in rows]
    parts += [
        box(90, top - 16, 130, bottom - top + 32, "prepare"),
        text(155, bottom + 40, "(|0…0⟩ + |s⟩)/√2"),
        box(270, top - 16, 130, bottom - top + 32, "U"),
        text(335, bottom + 40, "(ω|0…0⟩ + U|s⟩)/√2, ω known"),
        box(450, top - 16, 110, bottom - top + 32, "undo"),
        text(505, bottom + 40, "then measure"),
    ]
    return picture(640, 220, "The echo circuit: prepare, apply the braid, undo, measure", parts)


def main() -> None:
    """Write them."""
    for name, drawn in {"path": path(), "echo": echo()}.items():
        (FIGURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
