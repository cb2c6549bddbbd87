"""The command that generates instances: generate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from rich.table import Table
from rich.text import Text

from .knots.errors import InputError, RecordError
from .terminal import (
    family_options,
    json_option,
    parse_magnitude,
    print_json,
    say,
    show,
    spinner,
)

if TYPE_CHECKING:
    from .knots.braids import Braid
    from .knots.instances import Instance

__all__ = ["generate_command"]

_BEGIN = b'{"id": "'  # of the line of an instance


@click.command("generate")
@click.argument("family", metavar="[FAMILY]", required=False)
@click.option("--list", "list_them", is_flag=True, help="List the families and their parameters.")
@click.option("--strands", type=int, help="Number of strands.")
@click.option("--crossings", type=int, help="Number of letters.")
@click.option("--layers", type=int, help="Number of layers of a brickwall, or of a disguise.")
@family_options
@click.option("--count", type=int, default=1, show_default=True, help="Number of instances.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Of the first; the next have seed+1, …."
)
@click.option(
    "--values", is_flag=True, help="Evaluate each exactly, and check values that are known."
)
@click.option("--memory", help="For --values, such as 8GB.", metavar="SIZE")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File of JSON lines, written as they come; an unfinished one goes on.",
)
@json_option
def generate_command(
    family: str | None,
    list_them: bool,
    count: int,
    seed: int,
    values: bool,
    memory: str | None,
    out: Path | None,
    as_json: bool,
    magnitude: str | None,
    **parameters: int | float | bool | None,
) -> None:
    """Print braids of a FAMILY, one word on a line, or JSON lines with what is known of them.

    plait generate --list says which families there are, with their parameters.
    """
    if list_them:
        _show_families(as_json)
        return
    if family is None:
        raise InputError("name a family; plait generate --list says which there are")
    # A parameter that was not given is left to the family, which refuses those it does not have.
    given: dict[str, Any] = {
        k: v for k, v in parameters.items() if v is not None and v is not False
    }
    if magnitude is not None:
        given["magnitude"] = parse_magnitude(magnitude)
    if values and not as_json and out is None:
        raise InputError("--values are written as JSON: add --json or --out FILE")
    instances = _instances(family, count, seed, given)
    if out is None:
        for instance in instances:
            one = _evaluated(instance, memory) if values else instance
            if as_json:
                print_json(one.to_json())
            else:
                click.echo(_line(one.braid))
        return
    kept = _write(instances, out, values, memory)
    total = max(count, kept)
    say(Text(f"{total} instances in {out}" + (f", {kept} of them from before" if kept else "")))


def _show_families(as_json: bool) -> None:
    from .knots.generators import FAMILIES

    if as_json:
        print_json(
            {
                name: {"summary": family.summary, "parameters": family.parameters}
                for name, family in FAMILIES.items()
            }
        )
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name, family in FAMILIES.items():
        options = " ".join(
            f"--{p}" if p in family.required else f"[--{p}]" for p in family.parameters
        )
        table.add_row(name, Text(f"{family.summary}\n{options}", no_wrap=False))
    show(table)


def _instances(family: str, count: int, seed: int, given: dict[str, Any]) -> Iterator[Instance]:
    """The instances one by one; the first at once, so that mistakes in arguments show first."""
    from .knots.checks import check_count, check_seed
    from .knots.generators import FAMILIES, generate

    number, first = check_count(count, "count", least=1), check_seed(seed)
    if number > 1 and family in FAMILIES and not FAMILIES[family].random:
        raise InputError(
            f"nothing about the family {family!r} is random: there is one, not {count}"
        )
    start = generate(family, seed=first, **given)

    def all_of_them() -> Iterator[Instance]:
        yield start
        for k in range(1, number):
            yield generate(family, seed=first + k, **given)

    return all_of_them()


def _evaluated(instance: Instance, memory: str | None) -> Instance:
    from .verify.instances import with_value

    with spinner(f"evaluating {instance.id}"):
        return with_value(instance, memory=memory)


def _line(braid: Braid) -> str:
    """The word as every command reads it, with the strands where it does not use all of them."""
    used = max(map(abs, braid.word), default=0) + 1
    if used == braid.strands:
        return str(braid)
    return f"{{{braid.strands}, {{{', '.join(map(str, braid.word))}}}}}"


def _write(instances: Iterator[Instance], out: Path, values: bool, memory: str | None) -> int:
    """Append what is not in the file yet; returns how many were."""
    done = _finished(out)
    try:
        with out.open("a", encoding="utf-8") as file:
            for k, instance in enumerate(instances):
                if k < len(done):
                    _check_same(instance, done[k], values, out)
                    continue
                one = _evaluated(instance, memory) if values else instance
                file.write(f"{json.dumps(one.to_json(), ensure_ascii=False)}\n")
                file.flush()
    except OSError as error:
        raise InputError(f"cannot write {out}: {error}") from error
    return len(done)


def _finished(out: Path) -> list[Instance]:
    """The instances in a file; a last line that was not finished is cut off."""
    from .knots.instances import Instance

    if not out.exists():
        return []
    try:
        data = out.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        found = [Instance.from_json(json.loads(line)) for line in whole.decode().splitlines()]
        rest = data[len(whole) :]
        if rest[: len(_BEGIN)] != _BEGIN[: len(rest)]:
            raise RecordError("its last line is not finished and is no instance")
        if rest:
            with out.open("r+b") as file:
                file.truncate(len(whole))
    except (ValueError, RecordError) as error:
        raise InputError(f"{out} exists and holds no instances ({error}); name another") from error
    except OSError as error:
        raise InputError(f"cannot read {out}: {error}") from error
    return found


def _check_same(instance: Instance, found: Instance, values: bool, out: Path) -> None:
    if (found.id, dict(found.parameters)) != (
        instance.id,
        json.loads(json.dumps(instance.parameters)),
    ):
        raise InputError(f"{out} exists and holds other instances ({found.id}); name another")
    if values and "evaluation" not in found.known_by:
        raise InputError(f"{out} exists and was written without --values; name another")
