"""
The parts of a letter under its first sentences: goods, sums, facts, addresses and what somebody wrote.

There are five shapes, so that a template for any kind of message needs five macros. A part that would be empty is
left out.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from backoffice_core.notify.views import Plain
from backoffice_core.printing.sheet import Reader

#: The shapes, with the names that a part of each has beside ``shape``.
SHAPES: Final[dict[str, tuple[str, ...]]] = {
    "goods": ("title", "rows"),
    "sums": ("rows",),
    "facts": ("rows",),
    "parties": ("rows",),
    "quote": ("label", "text"),
}


def goods(title: str, lines: Iterable[Plain]) -> list[Plain]:
    """Return the part with lines of an order, or units of them."""
    rows = [{"fate": [], "gone": False, **line, "amount": _text(line.get("amount"))} for line in lines]
    return [{"shape": "goods", "title": title, "rows": rows}] if rows else []


def sums(rows: Iterable[Plain]) -> list[Plain]:
    """Return the part with a column of figures."""
    told = [{"label": row["label"], "amount": _text(row["amount"]), "kind": row["kind"]} for row in rows]
    return [{"shape": "sums", "rows": told}] if told else []


def facts(*rows: tuple[str, str] | tuple[str, str, str]) -> list[Plain]:
    """Return the part with things that have a name: name, what it is, and where that leads."""
    told = [{"label": label, "text": text, "link": link[0] if link else ""} for label, text, *link in rows if text]
    return [{"shape": "facts", "rows": told}] if told else []


def parties(*rows: tuple[str, Sequence[str]]) -> list[Plain]:
    """Return the part with people and where they are: what they are to the order, and lines."""
    told = [{"label": label, "lines": list(lines)} for label, lines in rows if lines]
    return [{"shape": "parties", "rows": told}] if told else []


def quote(label: str, text: str) -> list[Plain]:
    """Return the part with what somebody wrote."""
    return [{"shape": "quote", "label": label, "text": text, "lines": text.split("\n")}] if text else []


def refund_sums(refund: Plain, reader: Reader) -> list[Plain]:
    """Return the part that leads from what came back to what is given back, where the one sums to the other."""
    rows = []
    if refund["adds_up"]:
        rows = [
            {"label": one["title"] or reader.say["delivery"], "amount": one["amount"]} for one in refund["shipping"]
        ]
    if refund["adds_up"] and refund["adjustment"]:
        kept = refund["adjustment"]["sign"] < 0
        rows.append({"label": reader.say["fee" if kept else "goodwill"], "amount": refund["adjustment"]})
    total = {"label": reader.say["refunds_sent"], "amount": refund["amount"], "kind": "total"}
    return sums([*({**row, "kind": "part"} for row in rows), total])


def _text(money: Any) -> str:
    return money["text"] if money else ""
