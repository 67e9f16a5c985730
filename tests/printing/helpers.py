"""Readers, and what a printed sheet says as plain text."""

import re
from html.parser import HTMLParser
from typing import Any

from backoffice_core import BackOffice
from backoffice_core.printing.sheet import Reader, reader_of
from backoffice_core.settings import Sender
from backoffice_core.testing import CountingIds, FrozenClock

ENGLISH: Reader = reader_of("en", "UTC")
FRENCH: Reader = reader_of("fr", "Europe/Paris")
SENDER = Sender(
    name="Maison Camélia",
    address=("12 rue des Lilas", "75020 Paris"),
    email="bonjour@example.com",
    phone="+33 1 84",
    legal="SIRET 812 345 678",
)


def a_shop(url: Any = "memory:", **settings: Any) -> BackOffice:
    """Return a shop in which Marie acts, and nothing is archived by itself."""
    plain = {"currency": "EUR", "taxes_included": True, "auto_archive": False, "timezone": "Europe/Paris"}
    office = BackOffice.open(url, **{**plain, **settings}, clock=FrozenClock(), new_id=CountingIds())
    office.change_settings(sender=SENDER)
    return office.acting_as("marie")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.hidden += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def parsed(html: str) -> _Text:
    """Return the tags and the words of some HTML."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return reader


def text_of(html: str) -> str:
    """Return what some HTML says, a space between any two words; those that do not break do so here."""
    return re.sub(r"\s+", " ", " ".join(parsed(html).words)).strip()
