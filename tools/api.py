"""Write docs/api.txt: every public name with its signature. With --check, compare instead."""

from __future__ import annotations

import argparse
import difflib
import inspect
import sys
import types
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import ForwardRef, get_origin

API = Path(__file__).resolve().parent.parent / "docs" / "api.txt"
PACKAGES = (
    "plait",
    "plait.knots",
    "plait.knots.drawing",
    "plait.knots.minimization",
    "plait.knots.moves",
    "plait.knots.notations",
    "plait.circuits",
    "plait.circuits.backends",
    "plait.tensornet",
    "plait.mitigation",
    "plait.verify",
    "plait.html",
)


def describe(package: str) -> Iterator[str]:
    """One line per public name of a package, and per public member of a class."""
    module = import_module(package)
    for name in sorted(module.__all__):
        thing = getattr(module, name)
        home = getattr(thing, "__module__", package)
        if isinstance(thing, (types.GenericAlias, types.UnionType)) or get_origin(thing):
            yield f"{package}.{name}: type alias"
        elif package == "plait" and home != "plait" and inspect.isclass(thing):
            yield f"{package}.{name} = {home}.{name}"
        elif inspect.isclass(thing):
            bases = ", ".join(base.__name__ for base in thing.__bases__)
            yield f"{package}.{name}({bases})"
            yield from (f"{package}.{name}.{line}" for line in members(thing))
        elif callable(thing):
            yield f"{package}.{name}{signature(thing)}"
        else:
            yield f"{package}.{name}: {type(thing).__name__}"


def members(cls: type) -> Iterator[str]:
    """Public methods, properties and fields of a class."""
    own = {name: value for name, value in vars(cls).items() if not name.startswith("_")}
    fields = inspect.get_annotations(cls)
    for name in sorted({*own, *(f for f in fields if not f.startswith("_"))}):
        value = own.get(name)
        if name in fields:
            kind = fields[name]
            shown = kind.__forward_arg__ if isinstance(kind, ForwardRef) else kind
            yield f"{name}: {shown}"
        elif isinstance(value, (classmethod, staticmethod)):
            yield f"{name}{signature(value.__func__)}"
        elif callable(value):
            yield f"{name}{signature(value)}"
        else:
            yield name


def signature(thing: object) -> str:
    """The signature, or (...) where Python does not know it."""
    try:
        found = inspect.signature(thing)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"
    # Annotations are strings; Python versions differ in whether str(signature) quotes them.
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in found.parameters.values()]
    text = str(found.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    returns = found.return_annotation
    return text if returns is inspect.Signature.empty else f"{text} -> {returns}"


def text() -> str:
    """The whole page."""
    sections = ("\n".join(describe(package)) for package in PACKAGES)
    return "\n\n".join(sections) + "\n"


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 if the page is stale")
    arguments = parser.parse_args()
    new = text()
    if not arguments.check:
        API.write_text(new, encoding="utf-8")
        return 0
    old = API.read_text(encoding="utf-8") if API.exists() else ""
    if old == new:
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), "docs/api.txt", "now"
        )
    )
    print("docs/api.txt is stale; run: python tools/api.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
