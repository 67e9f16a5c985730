"""Every kind of message in both languages, of orders with all that there can be and of such with next to nothing."""

import json
import re

import pytest

from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.plans import PLANS
from backoffice_core.notify.views import NAMES
from tests.notify.helpers import a_shop, bare_shop, letter_of, poor, rich
from tests.printing.helpers import parsed, text_of

FORGOTTEN = re.compile(r"\{\w*\}|None|<built-in|object at|\bUndefined\b")


def test_each_kind_has_a_plan() -> None:
    assert set(KINDS) == set(PLANS)


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_of_a_rich_order(self, kind: str, locale: str) -> None:
        """It says something in each of its three forms, and leaves no place unfilled."""
        office = a_shop()
        letter = letter_of(office, kind, rich(office), locale)
        assert letter.subject
        assert "\n" not in letter.subject
        assert letter.html.startswith(f'<!DOCTYPE html>\n<html lang="{locale}">')
        for text in (letter.subject, letter.text, text_of(letter.html)):
            assert not FORGOTTEN.search(text), FORGOTTEN.search(text)

    def test_of_a_poor_order(self, kind: str, locale: str) -> None:
        """A guest without addresses, a shop without a sender and without links: nothing is missed."""
        office = bare_shop()
        order = poor(office)
        if kind == "order_cancelled":
            office.orders.cancel(order)
        letter = letter_of(office, kind, order, locale)
        for text in (letter.subject, letter.text, text_of(letter.html)):
            assert text.strip()
            assert not FORGOTTEN.search(text), FORGOTTEN.search(text)
        assert "href" not in letter.html

    def test_the_view_is_plain(self, kind: str, locale: str) -> None:
        """JSON has a word for all of it, so that a webhook can send it."""
        office = a_shop()
        letter = letter_of(office, kind, rich(office), locale)
        assert json.loads(json.dumps(letter.view)) == letter.view
        assert (kind, locale) == (letter.view["kind"], letter.view["language"])
        assert list(NAMES) == list(letter.view)

    def test_the_html_is_closed(self, kind: str, locale: str) -> None:
        """Every table, row, cell and paragraph that is opened is closed, and nothing is fetched."""
        office = a_shop()
        html = letter_of(office, kind, rich(office), locale).html
        for tag in ("table", "tr", "td", "p", "bdi", "span", "a", "h1", "h2", "html", "body", "head", "style"):
            assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>"), tag
        fetching = {"img", "script", "link", "iframe", "video", "audio", "object", "embed", "form", "source"}
        assert not fetching & {tag for tag, _ in parsed(html).tags}
        assert "url(" not in html
        assert "@import" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_lines_of_text_are_short(kind: str) -> None:
    """72 columns at most, but for addresses, which nobody may break."""
    office = a_shop()
    for locale in ("en", "fr"):
        for line in letter_of(office, kind, rich(office), locale).text.split("\n"):
            assert len(line) <= 72 or "https://" in line, line
