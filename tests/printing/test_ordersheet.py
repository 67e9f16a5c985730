"""What stands on an order page: the rules that `printing/ordersheet.py` numbers, and what templates may see of it."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from backoffice_core.channels import Channel
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization, Line, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import CommentAdded
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.status import FinancialStatus, FulfillmentState, ReturnState
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.printing.figures import MINUS
from backoffice_core.printing.ordersheet import OrderSheet, order_sheet
from backoffice_core.printing.sheet import Fact, Mark, Party, Reader, safe_link
from backoffice_core.printing.slipsheet import slip_sheets
from backoffice_core.printing.words import TEXTS
from backoffice_core.testing.lives import a_deletion
from backoffice_core.testing.wholelife import a_whole_life
from tests.orders.helpers import NOW, SHOP, after, an_order, goods
from tests.orders.test_story import Row
from tests.printing.helpers import ENGLISH, FRENCH, SENDER

ADA = Address(name="Ada Lovelace", address1="8 rue de la Paix", zip="69002", city="Lyon", country="FR", phone="+33 6")
SELLER = attrs.evolve(SHOP, sender=SENDER)


def sheet(order: Order, reader: Reader = ENGLISH, **shown: Any) -> OrderSheet:
    """Return the page of an order."""
    return order_sheet(order, SELLER, reader, **shown)


class TestRule1_Lines:
    def test_a_line(self) -> None:
        """What a unit costs before discounts, times the units; properties for people, not those for machines."""
        line = goods(
            quantity=3, price="10.00", variant_title="Green", properties={"Text": "A.L.", "_id": "7", "No": ""}
        )
        (seen,) = sheet(an_order(line, discounts=[])).lines
        assert ("Tea", "Green", "TEA", "3", "€10.00", "€30.00") == (
            seen.title,
            seen.variant,
            seen.sku,
            seen.quantity,
            seen.price,
            seen.amount,
        )
        assert ((Fact("Text", "A.L."),), (), False) == (seen.details, seen.fate, seen.gone)

    def test_what_became_of_its_units(self) -> None:
        """Only of what happened; one that is all gone is struck out."""
        order = an_order(goods(quantity=4), goods("CUP"), paid="50.00")
        order = after(order, Fulfill(lines={"TEA": 2}), HoldOrder(lines={"TEA": 1}))
        order = after(order, RefundOrder(lines={"TEA": 1}, restock="return"), RefundOrder(lines={"CUP": 1}))
        tea, cup = sheet(order).lines
        assert ("2 shipped", "1 on hold", "1 returned", "1 refunded") == tea.fate
        assert (("1 refunded",), True, False) == (cup.fate, cup.gone, tea.gone)
        assert "expédié\u00a0: 2" == sheet(order, FRENCH).lines[0].fate[0]

    def test_kinds_of_lines(self) -> None:
        """A tip stands among the sums; what was typed in and a gift card are lines like others."""
        order = an_order(
            Line("Tip", price="2.00", kind="tip"),
            Line("Engraving", price="5.00", kind="custom"),
            Line("Card", price="10.00", kind="gift_card"),
        )
        assert [("Engraving", ""), ("Card", "Gift card")] == [(one.title, one.variant) for one in sheet(order).lines]
        assert "€2.00" == next(row.amount for row in sheet(order).sums if row.label == "Tip")


class TestHead:
    def test_who_sends_it(self) -> None:
        seen = sheet(an_order()).sender
        assert ("Maison Camélia", ("12 rue des Lilas", "75020 Paris")) == (seen.name, seen.address)
        assert (("bonjour@example.com", "+33 1 84"), "SIRET 812 345 678") == (seen.contact, seen.legal)

    def test_a_shop_that_did_not_say(self) -> None:
        assert ("", (), (), "") == attrs.astuple(order_sheet(an_order(), SHOP, ENGLISH).sender)

    def test_when(self) -> None:
        """In the zone of the reader."""
        assert "Passée le 17 mai 2024 à 11:30" == sheet(an_order(), FRENCH).placed

    @pytest.mark.parametrize(
        ("commands", "text", "tone"),
        [
            ([], None, None),
            ([Archive()], "Archived on May 17, 2024", "plain"),
            ([Cancel(reason="inventory")], "Cancelled on May 17, 2024 (out of stock)", "bad"),
            ([Cancel(reason="other")], "Cancelled on May 17, 2024", "bad"),
        ],
    )
    def test_what_is_over(self, commands: list[Any], text: str | None, tone: str | None) -> None:
        """It stands across the head; a cancelled order, which is archived too, is cancelled."""
        seen = sheet(after(an_order(), *commands)).banner
        assert (text and Mark(text, str(tone))) == seen

    def test_a_deleted_order(self) -> None:
        """Nothing is left of it but its name, and that is said."""
        seen = sheet(a_deletion().order)
        assert seen.banner is not None
        assert ("bad", True) == (seen.banner.tone, seen.banner.text.startswith("Deleted on "))
        assert ("#1004", (), (), ()) == (seen.name, seen.marks, seen.parties, seen.lines)

    def test_how_it_stands(self) -> None:
        """Money, goods, returns where there are any; a trial says so first."""
        order = an_order(payments=[Authorization("10.00")], test=True)
        assert (Mark("Test order", "bad"), Mark("Authorized", "wait"), Mark("Not shipped", "plain")) == sheet(
            order
        ).marks
        paid = after(an_order(paid="10.00"), Fulfill())
        assert [("Payée", "good"), ("Expédiée", "good")] == [attrs.astuple(one) for one in sheet(paid, FRENCH).marks]

    def test_every_status_has_a_word(self) -> None:
        """In every language."""
        for texts in TEXTS.values():
            assert all(texts[f"financial_{one}"] for one in FinancialStatus)
            assert all(texts[f"fulfillment_{one}"] for one in FulfillmentState)
            assert all(texts[f"return_{one}"] for one in ReturnState if one is not ReturnState.NO_RETURN)


class TestPeople:
    def test_customer_and_addresses(self) -> None:
        """An address that is both is written once."""
        who = CustomerRef(id="c-1", name="Ada Lovelace", email="ada@example.com", phone="+33 6")
        order = an_order(customer=who, shipping_address=ADA, billing_address=ADA)
        lines = ("Ada Lovelace", "8 rue de la Paix", "69002 Lyon", "FRANCE")
        assert (
            Party("Customer", ("Ada Lovelace",), ("ada@example.com", "+33 6")),
            Party("Ship to", lines, ("+33 6",)),
            Party("Bill to", ("Same as the shipping address",)),
        ) == sheet(order).parties
        other = an_order(customer=who, billing_address=ADA)
        assert ("Facturer à", lines) == (sheet(other, FRENCH).parties[1].label, sheet(other, FRENCH).parties[1].lines)

    @pytest.mark.parametrize(
        ("asked", "party"),
        [
            ({}, Party("Customer", ("Guest",))),
            ({"email": "ada@example.com"}, Party("Customer", ("Guest",), ("ada@example.com",))),
            ({"customer": CustomerRef(id="c-1", email="a@b.c")}, Party("Customer", (), ("a@b.c",))),
        ],
    )
    def test_a_guest(self, asked: dict[str, Any], party: Party) -> None:
        """Whoever has neither a name nor an id."""
        assert (party,) == sheet(an_order(**asked)).parties


class TestRule3_WhatIsForStaff:
    def test_only_when_it_is_asked_for(self) -> None:
        """Comments and tags by one switch, the history by another."""
        order = after(an_order(tags="vip, rich", note="Ring twice"), AddComment(text="a nuisance"))
        plain = sheet(order)
        assert ((), (), ()) == (plain.comments, plain.history, plain.facts)
        assert "nuisance" not in str(plain)
        seen = sheet(order, comments=True)
        assert Fact("Tags", "rich, vip") in seen.facts
        assert [("May 17, 2024, 9:30\u00a0am", "a nuisance", "marie")] == [
            (one.at, one.what, one.more) for one in seen.comments
        ]
        assert ((), "Ring twice") == (seen.history, seen.note)

    def test_comments(self) -> None:
        """As they are now: what was edited says so, what was deleted is gone."""
        order = after(an_order(), AddComment(text="one"), AddComment(text="two"))
        one, two = (said.id for said in order.comments)
        order = after(order, EditComment(comment_id=one, text="uno"), DeleteComment(comment_id=two))
        assert [("uno", "marie · edited")] == [(said.what, said.more) for said in sheet(order, comments=True).comments]

    def test_history(self) -> None:
        """Its amounts are written as on the rest of the page; a comment is told of, not told."""
        change = a_whole_life()[0]
        order = after(an_order(), AddComment(text="secret"))
        rows = [Row(event) for event in change.events[:1]]
        rows.append(Row(CommentAdded(order.comments[0].id)))
        told = sheet(order, FRENCH, history=rows).history
        assert told[0].what.endswith("\u00a0€ a été passée par marie.")
        assert "Un commentaire a été laissé par marie." == told[1].what
        assert "secret" not in str(told)
        assert "EUR" not in str(told)


class TestSections:
    def test_payments(self) -> None:
        """With what followed on each; an attempt that failed is left out, what has no outcome says so."""
        order = an_order(
            payments=[
                Sale("7.00", gateway="stripe", reference="pi_1"),
                Sale("2.00", gateway="bank", status="pending"),
                Sale("1.00", gateway="paypal", status="failure"),
            ]
        )
        order = after(order, RefundOrder(amount="1.00"))
        assert [
            ("Payment", "stripe · pi_1", "€7.00"),
            ("Refund", "stripe", f"{MINUS}€1.00"),
            ("Payment", "bank · pending", "€2.00"),
        ] == [(one.what, one.more, one.amount) for one in sheet(order).payments]

    def test_a_payment_by_hand(self) -> None:
        """The name of no gateway is told; what the payment was called is."""
        order = an_order(payments=[Sale("4.00"), Sale("6.00", reference="wire 7")])
        assert [("Payment", ""), ("Payment", "wire 7")] == [(one.what, one.more) for one in sheet(order).payments]

    def test_parcels(self) -> None:
        """What is in them and how they are followed; one that was undone is left out."""
        order = an_order(goods(quantity=3))
        order = after(
            order,
            Fulfill(lines={"TEA": 2}, tracking="LX1", carrier="Post", tracking_url="https://t.example/LX1"),
            Fulfill(lines={"TEA": 1}),
        )
        order = after(order, CancelFulfillment(fulfillment="#1001-F2"))
        assert [("#1001-F1", "2 × Tea · Post LX1", "https://t.example/LX1")] == [
            (one.what, one.more, one.link) for one in sheet(order).parcels
        ]

    def test_facts(self) -> None:
        order = an_order(
            shipping=[Shipping("Post", "5.00"), Shipping("Ice", "1.00")],
            source=("web", "1"),
            attributes={"gift": "yes"},
        )
        assert (Fact("Delivery", "Post, Ice"), Fact("Sold through", "web")) == sheet(order).facts
        assert (Fact("gift", "yes"),) == sheet(order).details

    def test_a_channel_is_called_as_staff_call_it(self) -> None:
        shop = attrs.evolve(SHOP, channels=(Channel(handle="web", name="Online store"),))
        for carried, called in (("WEB", "Online store"), ("pos", "pos"), ("draft_order", "Draft orders")):
            order = attrs.evolve(an_order(), channel=carried)
            assert Fact("Sold through", called) in order_sheet(order, shop, ENGLISH).facts
        order = attrs.evolve(an_order(), channel="draft_order")
        assert Fact("Canal de vente", "Brouillons") in order_sheet(order, shop, FRENCH).facts

    def test_when_it_is_to_be_paid(self) -> None:
        order = attrs.evolve(an_order(), terms=PaymentTerms("net", days=30))
        assert Fact("Échéance", "16 juin 2024") in sheet(order, FRENCH).facts

    @pytest.mark.parametrize(
        ("url", "link"),
        [
            ("https://t.example/1", "https://t.example/1"),
            ("HTTP://t.example/1", "HTTP://t.example/1"),
            ("javascript:alert(1)", ""),
            (" https://t.example", ""),
            ("data:text/html,x", ""),
            ("//t.example", ""),
            ("", ""),
            (None, ""),
        ],
    )
    def test_links(self, url: str | None, link: str) -> None:
        """A browser is sent nowhere but to a page."""
        assert link == safe_link(url)


def leaves(value: Any) -> Iterator[Any]:
    """Yield the plain values within a sheet."""
    if attrs.has(type(value)):
        assert type(value).__module__.startswith("backoffice_core.printing."), type(value)
        for field in attrs.fields(type(value)):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


@pytest.mark.parametrize("reader", [ENGLISH, FRENCH])
def test_templates_see_plain_values(reader: Reader) -> None:
    """No order, no money, no moment: nothing that leads further."""
    changes = a_whole_life()
    order = changes[-1].order
    rows = [Row(event) for change in changes for event in change.events]
    seen = [sheet(order, reader, comments=True, history=rows), *slip_sheets(changes[0].order, SELLER, reader)]
    found = {type(leaf) for one in seen for leaf in leaves(one)}
    assert found <= {str, int, bool, type(None)}


def test_both_languages_say_the_same() -> None:
    """Every text is there in both, with the same places to fill in."""
    english, french = TEXTS["en"], TEXTS["fr"]
    assert english.keys() == french.keys()
    for name, text in english.items():
        assert text.strip()
        assert {part.partition("}")[0] for part in text.split("{")[1:]} == {
            part.partition("}")[0] for part in french[name].split("{")[1:]
        }, name


def test_taxes_are_told_in_the_readers_language() -> None:
    order = an_order(goods(price="12.00", taxes=[Tax("TVA", "0.20")]))
    assert ("Dont TVA 20\u202f%", "2,00\u00a0€") in [(row.label, row.amount) for row in sheet(order, FRENCH).sums]
    assert NOW == order.created_at
