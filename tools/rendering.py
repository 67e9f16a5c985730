"""How pages are written: tables, and what docstrings, types and defaults say to a reader."""

import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).parent.parent
WRITTEN = "<!-- Written by tools/render_docs.py from the code. Change the code, then run it. -->"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


def sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line, in Markdown."""
    return marked(" ".join(inspect.cleandoc(text or "").partition("\n\n")[0].split()))


def marked(text: str) -> str:
    """Return a docstring's text with its double backticks as single ones."""
    return text.replace("``", "`")


def home(thing: Any) -> str:
    """Return the file that something is written in, from the root of the repository."""
    return Path(inspect.getfile(thing)).resolve().relative_to(ROOT).as_posix()


def described(text: str | None, part: str) -> dict[str, str]:
    """Return the names and texts of a part of a docstring: ``Args``, ``Attributes`` or ``Raises``."""
    match = re.search(rf"^{part}:\n(.*?)(?=^\S|\Z)", inspect.cleandoc(text or ""), re.DOTALL | re.MULTILINE)
    found = (
        re.findall(r"^(\w+): (.*?)(?=^\w+: |\Z)", textwrap.dedent(match[1]), re.DOTALL | re.MULTILINE) if match else []
    )
    return {name: marked(" ".join(said.split())) for name, said in found}


def told_type(type_: Any) -> str:
    """Return a type as a reader writes it."""
    text = str(type_) if not isinstance(type_, type) or str(type_).startswith(("tuple", "list")) else type_.__name__
    text = re.sub(r"(?<!['\w])(?:\w+\.)+(\w+)", r"\1", text).replace("Money | str | int | Decimal", "Amount")
    return f"`{text}`"


def default_of(field: Any) -> str:
    """Return a field's default as a reader writes it."""
    return "required" if field.default is attrs.NOTHING else f"`{field.default!r}`"
