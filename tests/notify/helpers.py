"""Shops with links, orders with all that there can be and with nothing, and their letters."""

from typing import Any

import attrs

from backoffice_core import (
    AddCustomItem,
    Address,
    Authorization,
    BackOffice,
    CustomerRef,
    Discount,
    Line,
    PaymentTerms,
    Sale,
    SetQuantity,
    Tax,
)
from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.letters import Letter, Letters
from backoffice_core.notify.matter import Export, Matter, reader_for
from backoffice_core.notify.memory import MemoryNotifier
from backoffice_core.settings import Sender, Settings
from backoffice_core.storage.rows import CheckoutRecord
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.builders import a_checkout

TVA = Tax("TVA", "0.20")
SENDER = Sender(
    name="Maison Camélia",
    address=("12 rue des Lilas", "75020 Paris"),
    email="bonjour@example.com",
    phone="+33 1 84 00 00 00",
    website="https://camelia.example",
    legal="SIRET 812 345 678 00012",
)
#: The kinds that are about an export; the others are previewed by the desk.
EXPORTS = tuple(name for name, kind in KINDS.items() if kind.about == "export")
OFFICE_KINDS = tuple(name for name in KINDS if name not in EXPORTS)


class Pages:
    """Links to pages of a shop."""

    def order(self, order_id: str) -> str | None:
        return f"https://camelia.example/orders/{order_id}"

    def pay(self, order_id: str) -> str | None:
        return f"https://camelia.example/pay/{order_id}"

    def admin(self, order_id: str) -> str | None:
        return f"https://camelia.example/admin/{order_id}"

    def draft(self, draft_id: str) -> str | None:
        return f"https://camelia.example/drafts/{draft_id}"

    def recover(self, checkout_id: str, token: str) -> str | None:
        return f"https://camelia.example/carts/{checkout_id}?token={token}"

    def unsubscribe(self, token: str) -> str | None:
        return f"https://camelia.example/stop?token={token}"


def a_shop(**opened: Any) -> BackOffice:
    """Return a shop with a sender, links and staff that is written to; *opened* is given to `BackOffice.open`."""
    plain: dict[str, Any] = {
        "currency": "EUR",
        "taxes_included": True,
        "auto_archive": False,
        "timezone": "Europe/Paris",
        "notifier": MemoryNotifier(),
        "clock": FrozenClock(),
        "new_id": CountingIds(),
        "links": Pages(),
    }
    office = BackOffice.open("memory:", **{**plain, **opened})
    office.change_settings(sender=SENDER, owner_email="owner@example.com", staff_emails=["marie@example.com"])
    return office


def bare_shop(**opened: Any) -> BackOffice:
    """Return a shop without sender and links."""
    plain = {"currency": "EUR", "taxes_included": True, "auto_archive": False, "clock": FrozenClock()}
    return BackOffice.open("memory:", **{**plain, "new_id": CountingIds(), "notifier": MemoryNotifier(), **opened})


def rich(office: BackOffice, **more: Any) -> str:
    """Return the id of an order in which all has happened that letters tell of."""
    asked: dict[str, Any] = {
        "lines": [
            Line("Théière en fonte", variant_title="Noir", sku="TEA-1", quantity=4, price="40.00", taxes=[TVA]),
            Line("Tasse", sku="CUP-1", quantity=6, price="4.50", taxes=[TVA], properties={"Gravure": "A. L."}),
            Line("Merci", kind="tip", price="2.00"),
        ],
        "shipping": "5.90",
        "discounts": [Discount("Bienvenue", percent="10", code="HELLO")],
        "customer": CustomerRef(id="c-1", name="Ada Lovelace", email="ada@example.com", phone="+33 6 00", locale="fr"),
        "shipping_address": Address(
            name="Ada Lovelace", address1="8 rue de la Paix", zip="69002", city="Lyon", country="FR"
        ),
        "billing_address": Address(
            name="Ada Lovelace", address1="8 rue de la Paix", zip="69002", city="Lyon", country="FR"
        ),
        "note": "Sonnez deux fois.",
        "payments": [
            Authorization("50.00", gateway="stripe", expires_at=office._context.now().add(days=2)),
            Sale("20.00", gateway="stripe", status="failure"),
            Sale("140.00", gateway="stripe", reference="pi_1"),
        ],
    }
    desk = office.orders
    order = desk.place(**{**asked, **more}).order
    desk.fulfill(
        order.id,
        lines={"TEA-1": 3, "CUP-1": 2},
        tracking="LX123456789FR",
        carrier="La Poste",
        tracking_url="https://www.laposte.fr/outils/suivre-vos-envois?code=LX123456789FR",
    )
    desk.refund(order.id, lines={"TEA-1": 1}, restock="return", amount="30.00")
    tea, cup = desk.get(order.id).lines[:2]
    desk.edit(order.id, SetQuantity(cup.id, 5), AddCustomItem("Boîte", "3.00"))
    first = desk.request_return(order.id, lines={tea.id: 1}, reason="other", note="Le bec est fendu.").order.returns[0]
    desk.decline_return(order.id, first.id, reason="final_sale", note="Écrivez-nous, nous trouverons.")
    sale = next(one for one in order.transactions if one.reference == "pi_1")
    desk.settle(order.id, sale.id, "reversed", amount="10.00", reference="re_1")
    desk.cancel(order.id, reason="inventory", refund=False)
    return order.id


def poor(office: BackOffice, **more: Any) -> str:
    """Return the id of an order of a guest with neither address nor tax, and as little of everything as will do."""
    asked: dict[str, Any] = {"lines": [Line("Tea", sku="TEA", quantity=4, price="0.00")], **more}
    desk = office.orders
    order = desk.place(**asked).order
    parcel = desk.fulfill(order.id, lines={order.lines[0].id: 2}).fulfillment
    assert parcel is not None
    desk.request_return(order.id, lines={order.lines[0].id: 1})
    desk.decline_return(order.id, desk.get(order.id).returns[0].id)
    desk.refund(order.id, lines={order.lines[0].id: 1})
    failed = desk.record_payment(order.id, "1.00", status="pending").order.transactions[-1]
    desk.settle(order.id, failed.id, "failure")
    desk.record_payment(order.id, "1.00", kind="authorization", expires_at=office._context.now().add(days=2))
    paid = desk.record_payment(order.id, "1.00").order.transactions[-1]
    desk.settle(order.id, paid.id, "reversed")
    return order.id


def subject_of(office: BackOffice, kind: str, order_id: str) -> str:
    """Return the id of what a kind is about: the order, or a draft or a checkout with the same goods."""
    about, order = KINDS[kind].about, office.orders.get(order_id)
    if about == "order":
        return order_id
    if about == "draft":
        return office.orders.duplicate(order_id).draft.id
    checkout = a_checkout(office._context.new_id())
    fields = ("lines", "customer", "shipping_address", "billing_address", "shipping_lines", "discounts", "currency")
    taken = {name: getattr(order, name) for name in fields}
    made = attrs.evolve(checkout, **taken, total_minor=sum(x.unit_minor * x.quantity for x in order.lines))
    with office._context.storage.write(office.shop) as unit:
        return unit.put_checkout(CheckoutRecord(checkout=made)).id


def letter_of(office: BackOffice, kind: str, order_id: str, locale: str | None = None) -> Letter:
    """Return the letter of a kind about an order, about a draft or a checkout like it, or about an export."""
    if kind in EXPORTS:
        return export_letter(office.settings, kind, locale)
    return office.outbox.preview(kind, subject_of(office, kind, order_id), locale=locale)


def export_letter(settings: Settings, kind: str, locale: str | None = None, **fields: Any) -> Letter:
    """Return the letter about an export."""
    plain: dict[str, Any] = {"id": "e-1", "name": "orders.csv", "rows": 1234}
    if kind == "export_failed":
        plain["error"] = "the disk is full"
    spoken, reader = reader_for(locale, settings)
    made = Export(**{**plain, **fields})
    matter = Matter(name=kind, fact="e-1", settings=settings, links=Pages(), reader=reader, locale=spoken, export=made)
    return Letters().letter(matter)


TERMS = PaymentTerms("net", days=14)
