"""What is printed is safe to open: whatever was typed in is text, and nothing is fetched."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from backoffice_core import Address, BackOffice, CustomerRef, Line, Sale, Shipping, Tax
from backoffice_core.orders.order import Order
from backoffice_core.printing.press import css_text
from backoffice_core.settings import Sender
from tests.printing.helpers import a_shop, parsed, text_of

EVIL = "<script>alert('x')</script>"


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> BackOffice:
    """A shop on each storage."""
    return a_shop("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db")


def placed(office: BackOffice, *lines: Line, **asked: Any) -> Order:
    """Return a new order."""
    return office.orders.place(lines=lines or (Line("Tea", price="10.00"),), **asked).order


class TestSafe:
    def evil_order(self, office: BackOffice) -> Order:
        """Return an order in which everything that can be typed in is hostile."""
        office.change_settings(
            sender=Sender(name=EVIL, address=(EVIL,), email=EVIL, phone=EVIL, website=EVIL, legal=EVIL)
        )
        nobody = Address(
            **{field.name: EVIL for field in attrs.fields(Address) if field.name != "country"}, country=EVIL
        )
        order = placed(
            office,
            Line(
                EVIL,
                sku=EVIL,
                quantity=2,
                price="1.00",
                variant_title=EVIL,
                properties={EVIL: EVIL},
                taxes=[Tax(EVIL, "0.2")],
            ),
            customer=CustomerRef(name=EVIL, email=EVIL, phone=EVIL),
            shipping_address=nobody,
            billing_address=attrs.evolve(nobody, city="x"),
            note=EVIL,
            attributes={EVIL: EVIL},
            tags=[EVIL[:40]],
            source=(EVIL, "1"),
            shipping=[Shipping(EVIL, "5.00")],
            payments=[Sale("2.00", gateway=EVIL, reference=EVIL)],
        )
        office.orders.fulfill(
            order.id, lines={EVIL: 1}, tracking=EVIL, carrier=EVIL, tracking_url="javascript:alert(1)"
        )
        office.acting_as(EVIL).orders.comment(order.id, EVIL)
        return office.orders.get(order.id)

    @pytest.mark.parametrize("kind", ["order", "packing_slip"])
    def test_everything_is_escaped(self, office: BackOffice, kind: Any) -> None:
        """What was typed in is read as it was typed, and nothing of it is a tag."""
        order = self.evil_order(office)
        staff = {"comments": True, "history": True} if kind == "order" else {}
        job = office.orders.print(order.id, kind=kind, **staff)
        seen = parsed(job.html)
        assert "script" not in {tag for tag, _ in seen.tags}
        assert "javascript:" not in job.html
        assert not [name for _, given in seen.tags for name in given if name.startswith("on")]
        assert text_of(job.html).count(EVIL) >= 10

    def test_a_hostile_name_of_an_order(self) -> None:
        """It stands in the style sheet, where it is nothing but numbers."""
        office = a_shop(name_prefix='</style><script>"', name_suffix="}")
        job = office.orders.print(placed(office).id)
        assert "script" not in {tag for tag, _ in parsed(job.html).tags}
        assert '</style><script>"1001}' in text_of(job.html)
        assert "\\3c \\22 \\5c \\e9 " == css_text('<"\\é')

    @pytest.mark.parametrize("kind", ["order", "packing_slip"])
    def test_nothing_is_fetched(self, office: BackOffice, kind: Any) -> None:
        """Neither by a tag nor by a style, and the document forbids it."""
        id = placed(office).id
        html = office.orders.print(id, kind=kind).html
        seen = parsed(html)
        assert not {"link", "img", "script", "iframe", "object", "embed", "base"} & {tag for tag, _ in seen.tags}
        assert not [given for _, given in seen.tags if {"src", "srcset", "background"} & given.keys()]
        assert "url(" not in html
        assert "@import" not in html
        policy = next(given["content"] for tag, given in seen.tags if given.get("http-equiv"))
        assert policy is not None
        assert policy.startswith("default-src 'none';")
