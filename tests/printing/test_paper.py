"""How it looks on paper: printed by Chromium on A4 and Letter, and read back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backoffice_core import Address, BackOffice, CustomerRef, Discount, Line, Sale, Tax
from backoffice_core.orders.order import Order
from backoffice_core.printing.asked import Paper
from tests.printing.browser import MM, Page, pages_of, pictures_of, print_pdf
from tests.printing.helpers import a_shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

TVA = Tax("TVA", "0.20")
#: The margins that the pages keep, in points; what is printed at the foot stands within the lower one.
SIDE, HEAD = 15 * MM, 13 * MM
SIZES = {"a4": (595, 842), "letter": (612, 792)}

Printed = Callable[..., list[Page]]


@pytest.fixture
def printed(tmp_path: Path) -> Printed:
    """Print orders, and return the pages."""

    def work(office: BackOffice, *orders: Order, **asked: Any) -> list[Page]:
        job = office.orders.print([order.id for order in orders], **{"paper": "a4", **asked})
        pages = pages_of(print_pdf(job.html, tmp_path))
        check_pages(pages)
        return pages

    return work


def check_pages(pages: list[Page]) -> None:
    """Check that no page is empty, and that no word reaches into a margin, where a printer would cut it off."""
    for page in pages:
        assert len(page.words) > 5, "an empty page"
        for word in page.words:
            assert SIDE - 2 <= word.left < word.right <= page.width - SIDE + 2, word
            assert HEAD - 4 <= word.top < word.bottom <= page.height - 4 * MM, word


def teas(office: BackOffice, **more: Any) -> Order:
    """Return an order of three teas and a cup, sent to Lyon."""
    asked = {
        "lines": [
            Line("Théière", variant_title="Noir", sku="TEA-1", quantity=3, price="40.00", taxes=[TVA]),
            Line("Tasse", sku="CUP-1", quantity=12, price="4.50", taxes=[TVA]),
        ],
        "shipping": "5.90",
        "discounts": [Discount("Bienvenue", percent="10", code="HELLO")],
        "customer": CustomerRef(id="c-1", name="Ada Lovelace", email="ada@example.com", locale="fr"),
        "shipping_address": Address(
            name="Ada Lovelace", address1="8 rue de la Paix", zip="69002", city="Lyon", country="FR"
        ),
        "note": "Sonnez deux fois.",
        "payments": [Sale("162.50")],
    }
    return office.orders.place(**{**asked, **more}).order


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_an_order_fits_on_one_page(printed: Printed, paper: Paper) -> None:
    """Of either size, with all that belongs there; amounts as the language writes them, one under the other."""
    office = a_shop(locale="fr")
    (page,) = printed(office, teas(office), paper=paper)
    assert SIZES[paper] == (round(page.width), round(page.height))
    for words in (
        "Maison Camélia",
        "#1001",
        "Ada Lovelace",
        "69002 Lyon",
        "FRANCE",
        "Théière",
        "TEA-1",
        "HELLO",
        "162,50",
    ):
        assert words in page.text, words
    # Of each amount the last word is the sign of its currency, and all of them end at the same place.
    column = max(word.right for word in page.words)
    amounts = [word for word in page.boxes("(.*,\\d\\d)?.?€") if word.right > column - 2]
    assert len(amounts) >= 9
    assert max(abs(word.right - column) for word in amounts) < 0.6


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_packing_slip(printed: Printed, paper: Paper) -> None:
    """On one page, and no price on it."""
    office = a_shop()
    (page,) = printed(office, teas(office), kind="packing_slip", paper=paper)
    for words in (
        "Bon de livraison",
        "3 sur 3",
        "12 sur 12",
        "15 articles dans ce colis",
        "Sonnez deux fois.",
        "Merci",
    ):
        assert words in page.text, words
    assert not [word for word in page.words if "€" in word.text or "162" in word.text]


def test_each_order_begins_on_a_page(printed: Printed) -> None:
    """Its name stands at the head and at the foot of it; no page between is empty."""
    office = a_shop()
    orders = [teas(office) for _ in range(3)]
    pages = printed(office, *orders, locale="en")
    assert [2, 2, 2] == [page.text.count(order.name) for page, order in zip(pages, orders, strict=True)]
    for page, order in zip(pages, orders, strict=True):
        (foot,) = [word for word in page.boxes(order.name) if word.top > page.height - 16 * MM]
        assert foot.left < page.width / 2


@pytest.mark.parametrize(("kind", "head"), [("order", "Amount"), ("packing_slip", "Qty")])
def test_a_long_order(printed: Printed, kind: Any, head: str) -> None:
    """The head of the table stands on each page; each line is there once, and none is cut in two."""
    office = a_shop(currency="USD")
    lines = [
        Line(f"Cup-{at}", sku=f"SKU-{at}", quantity=1, price="1234.56", properties={f"No-{at}": f"Text-{at}"})
        for at in range(70)
    ]
    order = teas(office, lines=lines, payments=[], customer=None, discounts=[])
    pages = printed(office, order, kind=kind, paper="letter")
    assert len(pages) >= 4
    found = []
    for number, page in enumerate(pages, 1):
        here = [word.text for word in page.boxes(r"Cup-\d+")]
        assert bool(here) == bool(page.boxes(head))
        for title in here:
            at = title.removeprefix("Cup-")
            assert page.boxes(f"SKU-{at}")
            assert page.boxes(f"Text-{at}"), "a line that is cut in two"
        found += here
        assert f"{number} / {len(pages)}" in page.text
        assert order.name in page.text
    assert [f"Cup-{at}" for at in range(70)] == found


def test_long_words(printed: Printed) -> None:
    """What has no place to break is broken all the same, and all of it is there."""
    office = a_shop()
    title, sku, mail = "T" * 200, "S" * 60, "m" * 90 + "@example.com"
    order = teas(
        office,
        lines=[Line(title, sku=sku, quantity=9_999, price="99999999.99", properties={"P" * 70: "V" * 150})],
        customer=CustomerRef(name="N" * 120, email=mail),
        shipping_address=Address(name="A" * 120, address1="B" * 130, city="C" * 90, zip="Z" * 40, country="FR"),
        note="W" * 300,
        source=("Q" * 60, "1"),
        attributes={"K" * 90: "X" * 160},
        payments=[],
        discounts=[],
    )
    text = "".join(word.text for page in printed(office, order) for word in page.words)
    for letter, count in {"T": 200, "V": 150, "N": 120, "A": 120, "B": 130, "W": 300, "X": 160, "K": 90}.items():
        assert text.count(letter) >= count, letter
    assert mail in text
    assert "€999,899,999,900.01" in text


def test_other_scripts(printed: Printed) -> None:
    """Names that are written from right to left stand among others, and turn nothing around."""
    office = a_shop(currency="KWD")
    order = teas(
        office,
        lines=[Line("שלום", sku="A-1", quantity=2, price="1.250"), Line("قهوة", sku="B-2", price="3.005")],
        customer=CustomerRef(name="محمد"),
        shipping_address=None,
        payments=[],
        discounts=[],
        shipping=None,
    )
    (page,) = printed(office, order, locale="en")
    assert "1.250" in page.text
    assert "5.505" in page.text
    for name, sku in (("שלום", "A-1"), ("قهوة", "B-2")):
        (word,), (beside,) = (page.boxes(f"{name}|{name[::-1]}"), page.boxes(sku))
        assert SIDE - 1 <= word.left < SIDE + 3 * MM
        assert abs(word.top - beside.top) < 3
        assert word.right < beside.left


@pytest.mark.parametrize("kind", ["order", "packing_slip"])
def test_as_a_picture(tmp_path: Path, kind: Any) -> None:
    """There is ink on each page, and none in its margins."""
    office = a_shop()
    order = teas(office)
    office.orders.comment(order.id, "Ada will call back")
    staff = {"comments": True, "history": True} if kind == "order" else {}
    pdf = print_pdf(office.orders.print(order.id, kind=kind, paper="a4", **staff).html, tmp_path)
    pictures = pictures_of(pdf, tmp_path)
    assert pictures
    for seen in pictures:
        side = seen.width * 14 // 210
        assert seen.ink(0, 0, seen.width, seen.height) > 1000
        assert 0 == seen.ink(0, 0, side, seen.height)
        assert 0 == seen.ink(seen.width - side, 0, seen.width, seen.height)
