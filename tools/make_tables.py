"""Write knots/table_data/small.txt from the package database_knotinfo.

Usage::

    python tools/make_tables.py           # write the table
    python tools/make_tables.py --check   # exit 1 if the committed table differs

The data package is GPL and is not part of plait; the table holds facts only. ``--check`` ignores
the header, which names the version of the data that the table was made from.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plait.knots.optional import require
from plait.knots.tables import (
    KNOT_CROSSINGS,
    LINK_CROSSINGS,
    Entry,
    _knot_braid,
    _link_braid,
    _parts,
)

TABLE = Path(__file__).resolve().parent.parent / "knots" / "table_data" / "small.txt"
HEADER = """\
# Knots to {knots} crossings and oriented links to {links} crossings as closed braids.
# Source: KnotInfo: Table of Knot Invariants, and LinkInfo, by C. Livingston and A. H. Moore,
# knotinfo.org, as in database_knotinfo {version}.
# The table holds facts only: a name and a braid word. Made by tools/make_tables.py.
# Lines: name strands letters...; alias = name (a link without {{}}: depends on the orientation).
"""

Row = dict[str, Any]


def check(name: str, braid: Entry | None, components: int) -> Entry:
    """Return the braid if its closure has the right number of components, else stop."""
    if braid is None:
        sys.exit(f"{name}: no braid word")
    word, strands = braid
    place = list(range(strands))
    for letter in word:
        i = abs(letter)
        if not 0 < i < strands:
            sys.exit(f"{name}: letter {letter} on {strands} strands")
        place[i - 1], place[i] = place[i], place[i - 1]
    cycles, left = 0, set(range(strands))
    while left:
        cycles += 1
        at = left.pop()
        while (at := place[at]) in left:
            left.remove(at)
    if cycles != components:
        sys.exit(f"{name}: the closed braid has {cycles} components, not {components}")
    return braid


def knots(rows: list[Row]) -> tuple[dict[str, Entry], dict[str, str]]:
    """The small knots, and their Hoste-Thistlethwaite names as aliases."""
    braids: dict[str, Entry] = {}
    aliases: dict[str, str] = {}
    for row in rows:
        name, other = row["name"], row["dt_name"]
        if int(row["crossing_number"]) > KNOT_CROSSINGS:
            continue
        # KnotInfo leaves the word of the unknot empty: one strand, no letter.
        braid = ((), 1) if name == "0_1" else _knot_braid(row["braid_notation"])
        braids[name] = check(name, braid, 1)
        if other and other != name:
            aliases[other] = name
    return braids, aliases


def links(rows: list[Row]) -> tuple[dict[str, Entry], dict[str, str]]:
    """The small links; Rolfsen's name stands for an orientation if all share one word."""
    braids: dict[str, Entry] = {}
    rolfsen: dict[str, list[str]] = {}
    for row in rows:
        name = row["name"]
        if int(row["crossing_number"]) > LINK_CROSSINGS:
            continue
        braids[name] = check(name, _link_braid(row["braid_notation"]), int(row["components"]))
        if row["rolfsen_name"]:
            rolfsen.setdefault(row["rolfsen_name"], []).append(name)
    aliases: dict[str, str] = {}
    for alias, oriented in rolfsen.items():
        bases = {name.partition("{")[0] for name in oriented}
        if len(bases) > 1:
            continue
        same = len({braids[name] for name in oriented}) == 1
        aliases[alias] = min(oriented, key=_parts) if same else bases.pop()
    return braids, aliases


def make() -> list[str]:
    """The lines of the table without the header."""
    data = require("database_knotinfo", extra="tables", purpose="making the table")
    lines: list[str] = []
    for read, proper_links in ((knots, False), (links, True)):
        braids, aliases = read(data.link_list(proper_links=proper_links)[1:])
        for name in sorted(braids, key=_parts):
            word, strands = braids[name]
            lines.append(" ".join(map(str, (name, strands, *word))))
        lines += [f"{alias} = {aliases[alias]}" for alias in sorted(aliases, key=_parts)]
    return lines


def main() -> int:
    """Write the table or compare it with the committed one."""
    parser = argparse.ArgumentParser(description="Write knots/table_data/small.txt.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on difference")
    arguments = parser.parse_args()
    lines = make()
    if arguments.check:
        text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
        old = [line for line in text.splitlines() if not line.startswith("#")]
        diff = list(difflib.unified_diff(old, lines, "committed", "made", lineterm="", n=0))
        print("\n".join(diff) if diff else f"{TABLE.name} is up to date")
        return int(bool(diff))
    header = HEADER.format(
        knots=KNOT_CROSSINGS, links=LINK_CROSSINGS, version=version("database_knotinfo")
    )
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(header + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"wrote {len(lines)} lines to {TABLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
