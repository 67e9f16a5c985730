"""What letters say: pinned texts, sums that are the order's, languages, and previews."""

import asyncio
import re
from decimal import Decimal

import pytest

from backoffice_core import AsyncBackOffice, BackOffice, CustomerRef, Discount, Line, Sale, Shipping, errors
from backoffice_core.notify.letters import beside, wrap
from backoffice_core.notify.memory import MemoryNotifier
from tests.notify.helpers import SENDER, Pages, a_shop, bare_shop, export_letter, letter_of, poor, rich
from tests.printing.helpers import text_of

ENGLISH = """Thank you for your order

We have received your order #1001 of May 17, 2024.

€22.30 is left to pay.

Pay €22.30:
https://camelia.example/pay/{id}

2 × Teapot ...................................................... €40.00
    Black
    TEA-1

Subtotal ........................................................ €40.00
Welcome (HELLO) ................................................. −€4.00
Post ............................................................. €6.30
Total ........................................................... €42.30
Paid ........................................................... −€20.00
Balance due ..................................................... €22.30

Delivery: Post

--\x20
A question? Answer this message or write to bonjour@example.com.
Maison Camélia
12 rue des Lilas
75020 Paris
+33 1 84 00 00 00
https://camelia.example
SIRET 812 345 678 00012
"""
FRENCH = """Votre commande est en route

Nous avons expédié votre commande #1001.

Voir votre commande :
https://camelia.example/orders/{id}

Numéro de suivi : LX1

Dans ce colis
2 × Teapot
    Black
    TEA-1

--\x20
Une question ? Répondez à ce message ou écrivez à bonjour@example.com.
Maison Camélia
12 rue des Lilas
75020 Paris
+33 1 84 00 00 00
https://camelia.example
SIRET 812 345 678 00012
"""


def an_order(office: BackOffice, **more: object) -> str:
    """Return the id of an order of two teapots, paid in part."""
    asked = {
        "lines": [Line("Teapot", variant_title="Black", sku="TEA-1", quantity=2, price="20.00")],
        "shipping": [Shipping("Post", "6.30")],
        "discounts": [Discount("Welcome", percent="10", code="HELLO")],
        "email": "ada@example.com",
        "payments": [Sale("20.00")],
    }
    return office.orders.place(**{**asked, **more}).order.id  # type: ignore[arg-type]


def spaced(text: str) -> str:
    """Return text with plain spaces in place of those that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


class TestPinned:
    def test_a_confirmation_in_english(self) -> None:
        office = a_shop()
        order = an_order(office)
        letter = office.outbox.preview("order_placed", order)
        assert ("Your order #1001 is confirmed", ENGLISH.format(id=order)) == (letter.subject, letter.text)

    def test_a_parcel_in_french(self) -> None:
        office = a_shop()
        order = an_order(office)
        office.orders.fulfill(order, tracking="LX1")
        letter = office.outbox.preview("order_shipped", order, locale="fr-CA")
        assert ("Votre commande #1001 est en route", FRENCH.format(id=order)) == (letter.subject, spaced(letter.text))

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("order_cancelled", "because we do not have what you ordered. | We owe you €12.00 and will pay it back."),
            ("order_refunded", "We have refunded €30.00 for your order #1001."),
            ("return_declined", "What was sold as final cannot be returned. | Écrivez-nous, nous trouverons."),
            ("payment_failed", "The payment of €20.00 for your order #1001 did not go through."),
            ("payment_received", "We have received €140.00 for your order #1001."),
            ("staff_payment_reversed", "€10.00 of #1001 were taken back from the shop through stripe"),
            ("staff_order_placed", "Sonnez deux fois. | ada@example.com | Partially refunded"),
            ("tracking_updated", "La Poste | LX123456789FR | In this parcel"),
            ("parcel_out_for_delivery", "on the way to you with the parcel #1001-F1. | Track the parcel"),
            ("parcel_delivered", "The carrier has delivered a parcel of your order #1001. | View your order"),
            ("return_approved", "Send it to | 12 rue des Lilas | the number #1001-R1"),
            ("checkout_recovery", "We have kept what you chose. | token=preview | stop?token=preview"),
            ("draft_invoice", "This is what we have put together for you. | camelia.example/drafts/"),
        ],
    )
    def test_what_it_says(self, kind: str, said: str) -> None:
        office = a_shop()
        text = " ".join(letter_of(office, kind, rich(office), "en").text.split())
        for words in said.split(" | "):
            assert words in text

    def test_the_note_is_for_staff(self) -> None:
        """Who wrote it is not known, and staff does."""
        office = a_shop()
        order = rich(office)
        assert "Sonnez" not in letter_of(office, "order_placed", order).text
        assert "Sonnez" not in str(letter_of(office, "order_placed", order).view)

    def test_a_reason_that_is_none_of_the_customers_business(self) -> None:
        office = a_shop()
        order = an_order(office)
        office.orders.cancel(order, reason="fraud")
        letter = office.outbox.preview("order_cancelled", order)
        assert "fraud" not in letter.text + letter.html + str(letter.view)
        assert "We have refunded €20.00." in letter.text

    @pytest.mark.parametrize(("status", "told"), [("pending", False), ("failure", True), ("success", False)])
    def test_who_was_not_charged(self, status: str, told: bool) -> None:
        """A cancel says so where no money came, and none is on its way."""
        office = a_shop()
        paid = Sale("20.00", gateway="stripe", reference="pi_1", status=status)  # type: ignore[arg-type]
        order = an_order(office, payments=[paid])
        office.orders.cancel(order, refund=False)
        assert told == ("You have not been charged." in office.outbox.preview("order_cancelled", order).text)


class TestSums:
    @pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
    @pytest.mark.parametrize("kind", ["order_placed", "order_edited", "order_invoice", "staff_order_placed"])
    def test_they_are_the_orders(self, kind: str, currency: str) -> None:
        """In the letter the rows before a total sum to it, and the totals are those of the order."""
        office = a_shop(currency=currency)
        price = {"EUR": "19.99", "JPY": "1999", "KWD": "19.995"}[currency]
        order = office.orders.place(
            lines=[Line("Tea", sku="TEA", quantity=3, price=price), Line("Tip", kind="tip", price="2")],
            discounts=[Discount("Off", percent="7")],
            payments=[Sale("5")],
            email="ada@example.com",
        ).order
        office.orders.refund(order.id, lines={"TEA": 1}, amount="1")
        order = office.orders.get(order.id)
        view = letter_of(office, kind, order.id).view["order"]
        totals = [row["amount"]["amount"] for row in view["sums"] if row["kind"] == "total"]
        assert [order.total.amount, order.current_total.amount, order.outstanding.amount] == totals
        running = Decimal(0)
        for row in view["sums"]:
            if row["kind"] == "part":
                running += Decimal(row["amount"]["amount"])
            elif row["kind"] == "total":
                assert running == Decimal(row["amount"]["amount"]), row

    @pytest.mark.parametrize(
        ("currency", "english", "french"),
        [
            ("JPY", "¥1,999", "1 999 JPY"),
            ("KWD", "KWD 1,999.000", "1 999,000 KWD"),
            ("USD", "$1,999.00", "1 999,00 $US"),
        ],
    )
    def test_money_as_the_reader_writes_it(self, currency: str, english: str, french: str) -> None:
        office = a_shop(currency=currency)
        order = office.orders.place(lines=[Line("Tea", price="1999")]).order.id
        for locale, amount in (("en", english), ("fr", french)):
            letter = office.outbox.preview("order_placed", order, locale=locale)
            assert amount in spaced(letter.text)
            assert amount in spaced(letter.html)

    def test_a_refund_that_adds_up(self) -> None:
        """Worth of the goods and what was kept are the amount; where they are not, no worth is told."""
        office = a_shop()
        order = office.orders.place(
            lines=[Line("Tea", sku="T", quantity=4, price="10.00")], payments=[Sale("40.00")]
        ).order
        office.orders.refund(order.id, lines={"T": 1}, amount="8.00")
        text = office.outbox.preview("order_refunded", order.id).text
        for row in (beside("1 × Tea", "€10.00"), beside("Fee kept", "−€2.00"), beside("Refunded", "€8.00")):
            assert row in text

    def test_a_refund_without_money(self) -> None:
        office = bare_shop()
        order = office.orders.place(lines=[Line("Tea", sku="T", quantity=4, price="10.00")]).order
        office.orders.refund(order.id, lines={"T": 1})
        letter = office.outbox.preview("order_refunded", order.id)
        assert "We have taken this off your order #1001." in letter.text
        assert "refunded" not in letter.subject


class TestLanguages:
    @pytest.mark.parametrize(
        ("customer", "shop", "spoken"),
        [("fr-FR", "en", "fr"), ("en-GB", "fr", "en"), ("de", "fr", "fr"), ("de", "nl", "en"), (None, "fr-CA", "fr")],
    )
    def test_whose(self, customer: str | None, shop: str, spoken: str) -> None:
        """The customer's, else the shop's, else English; and staff reads the shop's."""
        office = a_shop(locale=shop)
        office.change_settings(notifications=("order_placed", "staff_order_placed"))
        an_order(office, email=None, customer=CustomerRef(email="ada@example.com", locale=customer))
        office.outbox.deliver()
        letters = {one.kind: one for one in office._notifier.sent}  # type: ignore[attr-defined]
        assert spoken == letters["order_placed"].view["language"]
        assert f'lang="{spoken}"' in letters["order_placed"].html
        assert ("fr" if shop.startswith("fr") else "en") == letters["staff_order_placed"].view["language"]

    def test_staff_read_the_shops_as_it_is_now(self) -> None:
        """Customers what they were promised, staff what the shop says when the letter is written."""
        office = a_shop(notifications=["order_placed", "staff_order_placed"])
        an_order(office)
        office.change_settings(locale="fr")
        office.outbox.deliver()
        subjects = {one.kind: one.subject for one in office._notifier.sent}  # type: ignore[attr-defined]
        assert subjects["staff_order_placed"].startswith("Nouvelle commande")
        assert "Your order #1001 is confirmed" == subjects["order_placed"]

    def test_days_of_the_shops_zone(self) -> None:
        """And of the reader's way to write them."""
        office = a_shop(timezone="Pacific/Auckland")
        office._context.clock.tick(hours=9)  # type: ignore[attr-defined]
        order = an_order(office)
        said = {one: office.outbox.preview("order_placed", order, locale=one).text for one in ("en", "en-GB", "fr")}
        assert "May 18, 2024" in said["en"]
        assert "18 May 2024" in said["en-GB"]
        assert "18 mai 2024" in said["fr"]


class TestPreview:
    def test_the_last_fact_unless_one_is_given(self) -> None:
        office = a_shop()
        order = an_order(office)
        first = office.orders.fulfill(order, lines={"TEA-1": 1}, tracking="LX1").fulfillment
        office.orders.fulfill(order, tracking="LX2")
        assert first is not None
        assert "LX2" in office.outbox.preview("order_shipped", order).text
        assert "LX1" in office.outbox.preview("order_shipped", order, first.id).text

    def test_what_there_is_not(self) -> None:
        """Each is refused with what would do."""
        office = a_shop()
        order = an_order(office)
        preview = office.outbox.preview
        with pytest.raises(errors.UnknownKind, match="order_placed"):
            preview("order_lost", order)
        with pytest.raises(errors.UnknownId, match="nobody"):
            preview("order_placed", "nobody")
        with pytest.raises(errors.UnknownId):
            preview("draft_invoice", order)
        with pytest.raises(errors.UnknownId):
            preview("export_ready", "e-1")
        with pytest.raises(errors.InvalidValue, match="fulfillment"):
            preview("order_shipped", order)
        office.orders.fulfill(order)
        with pytest.raises(errors.InvalidValue, match=str(office.orders.get(order).fulfillments[0].id)):
            preview("order_shipped", order, "f-9")
        with pytest.raises(errors.InvalidValue, match="locale"):
            preview("order_placed", order, locale="de")

    def test_what_would_not_be_sent(self) -> None:
        """A preview is written for orders without an address too, and sends nothing."""
        office = a_shop()
        order = poor(office)
        assert office.outbox.preview("order_placed", order).text
        assert [] == office._notifier.sent  # type: ignore[attr-defined]

    def test_by_the_awaitable_door(self) -> None:
        async def run() -> str:
            kept = MemoryNotifier()
            async with await AsyncBackOffice.open(
                "memory:", currency="EUR", taxes_included=True, notifier=kept, links=Pages(), sender=SENDER
            ) as office:
                order = (await office.orders.place(lines=[Line("Tea", price="1.00")])).order
                return (await office.outbox.preview("order_placed", order.id, locale="fr")).subject

        assert "Votre commande #1001 est confirmée" == asyncio.run(run())


class TestInvoices:
    def test_words_of_the_merchants_own(self) -> None:
        """A subject and a message, kept with the order or the draft, and in no event."""
        office = a_shop()
        order = an_order(office)
        draft = office.drafts.create(lines=[Line("Tea", price="1.00")], email="ada@example.com").draft
        words = {"subject": "For you,\nAda", "message": "Dear Ada,\nhere it is.\n<b>Eve</b>"}
        office.orders.send_invoice(order, **words)
        office.drafts.send_invoice(draft.id, **words)
        office.outbox.deliver()
        for sent in office._notifier.sent[-2:]:  # type: ignore[attr-defined]
            assert "For you, Ada" == sent.subject
            assert "A message from Maison Camélia\n> Dear Ada,\n> here it is.\n> <b>Eve</b>\n" in sent.text
            assert "&lt;b&gt;Eve&lt;/b&gt;" in sent.html
        for told in (office.orders.timeline(order), [office.orders.get(order), office.drafts.get(draft.id)]):
            assert "Ada" not in repr(told)
        office.orders.send_invoice(order)
        assert "Payment for your order #1001" == office.outbox.preview("order_invoice", order).subject

    def test_words_that_are_too_many(self) -> None:
        office = a_shop()
        order = an_order(office)
        for words in ({"subject": "x" * 256}, {"message": "x" * 5001}, {"subject": " "}):
            with pytest.raises(errors.InvalidValue):
                office.orders.send_invoice(order, **words)


class TestExports:
    def test_a_file_that_goes_along_or_is_fetched(self) -> None:
        settings = a_shop().settings
        assert "orders.csv with 1,234 rows goes along." in export_letter(settings, "export_ready", "en").text
        linked = export_letter(settings, "export_ready", "en", url="https://camelia.example/f/1")
        assert "Download the file" in text_of(linked.html)
        assert "the disk is full" in export_letter(settings, "export_failed", "en").text


class TestText:
    def test_lines(self) -> None:
        """Amounts stand under each other; a long label is wrapped, and a long word pushes the amount down."""
        assert 72 == len(beside("Tea", "€1.00"))
        assert re.fullmatch(r"Tea \.+ €1\.00", beside("Tea", "€1.00"))
        first, second = beside("word " * 20, "€1.00").split("\n")
        assert (True, 72) == (len(first) <= 72, len(second))
        assert ["x" * 80, f"{'€1.00':>72}"] == beside("x" * 80, "€1.00").split("\n")
        assert ["> a b", "> " + "c" * 80] == wrap("a b " + "c" * 80, "> ").split("\n")
