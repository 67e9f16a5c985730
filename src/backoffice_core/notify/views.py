"""
What templates see and webhooks send: plain values, that JSON has a word for, and nothing that leads back to an order.

1. An amount is ``amount`` (decimal text), ``currency``, ``sign`` (-1, 0 or 1) and ``text``, as the reader writes it;
   a moment is ``at`` (ISO 8601, UTC), ``day`` and ``moment`` in the shop's time zone.
2. Every name is there in every letter; what a letter does not speak of is None.
3. Text that belongs on one line is on one line, without marks that turn the direction of what follows.
4. Comments and tags are in none, and the note, which staff may have written, in those to staff only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pendulum

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.notify.matter import Matter
from backoffice_core.orders.detail.goods import LineDetail
from backoffice_core.orders.detail.money import MoneySummary
from backoffice_core.orders.detail.sold import lines_of, shipping_of
from backoffice_core.orders.facts import TransactionKind, Units
from backoffice_core.orders.givenback import RefundLine, ShippingPart
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Address, Order
from backoffice_core.orders.returned import ReturnLine
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.printing.addresses import address_lines
from backoffice_core.printing.sheet import Reader, safe_link
from backoffice_core.printing.soldlines import properties, sheet_lines
from backoffice_core.printing.sums import Row, agreed_rows, rows_of
from backoffice_core.settings import Settings
from backoffice_core.typed import kind_of

Plain = dict[str, Any]

#: What a template sees, by name.
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kind": "the kind of message",
        "audience": "`customer` or `staff`",
        "language": "`en` or `fr`",
        "shop": "who sends it: name, address (lines), email, phone, website, legal; empty where the shop did not say",
        "customer": "who bought: id, name, email, phone; None where nothing is known",
        "order": "the order as it is now, or that a draft or a checkout would be: id, name, placed, currency, lines,"
        " sums, total, current_total, paid, coming, refunded, owed, overpaid, financial_status, fulfillment_status,"
        " due, cancelled, delivery, ship_to and bill_to (lines), channel, note (to staff), units, to_follow",
        "parcel": "the fulfillment: id, name, shipped, carrier, tracking, tracking_url, lines, units, travels,"
        " status (where its carrier says that it is; empty where it said nothing), delivered",
        "refund": "the refund: id, made, amount, pending, lines, shipping, adds_up, adjustment",
        "cancel": "the cancel: id, reason (where the customer is told it), lines",
        "returned": "the return: id, name, status, lines, declined, decline_note, note (to staff)",
        "payment": "the transaction: id, kind, status, amount, reversed, gateway, at, expires",
        "draft": "the draft: id, name",
        "checkout": "the checkout: id, name",
        "export": "the file: id, name, rows, count, error",
        "message": "what the merchant wrote into it; empty where nothing",
        "links": "order, pay, admin (to staff), draft, recover, unsubscribe, export: addresses; empty where none is",
    }
)

#: Control characters, and marks that turn or embed the direction of the text behind them.
_NOT_SAID: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
# Why an order was cancelled, as far as its customer is told.
_TOLD_REASONS: Final = ("customer", "inventory", "declined")


def one_line(text: str | None) -> str:
    """Return text on one line (rule 3)."""
    return " ".join(_NOT_SAID.sub(" ", text).split()) if text else ""


def some_lines(text: str | None) -> str:
    """Return text without what rule 3 forbids, its lines kept."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip() if text else ""


def view_of(matter: Matter) -> Plain:
    """Return what a letter's templates see, and webhooks send."""
    order, draft, checkout, export = matter.order, matter.draft, matter.checkout, matter.export
    fact = matter.kind.fact
    return {
        "kind": matter.name,
        "audience": matter.kind.audience,
        "language": matter.reader.language,
        "shop": _shop(matter.settings),
        "customer": _customer(order) if order is not None else None,
        "order": _order(order, matter) if order is not None else None,
        "parcel": _parcel(matter) if fact == "fulfillment" else None,
        "refund": _refund(matter) if fact == "refund" else None,
        "cancel": _cancel(matter) if fact == "cancel" else None,
        "returned": _returned(matter) if fact == "return" else None,
        "payment": _payment(matter) if fact == "transaction" else None,
        "draft": {"id": draft.id, "name": one_line(draft.name)} if draft is not None else None,
        "checkout": {"id": checkout.id, "name": one_line(checkout.name)} if checkout is not None else None,
        "export": _export(matter) if export is not None else None,
        "message": some_lines(matter.message),
        "links": _links(matter),
    }


def money_view(money: Money, reader: Reader) -> Plain:
    """Return an amount."""
    sign = (money.minor > 0) - (money.minor < 0)
    return {"amount": money.amount, "currency": money.currency, "text": reader.figures.money(money), "sign": sign}


def moment_view(at: pendulum.DateTime, reader: Reader) -> Plain:
    """Return a moment."""
    return {"at": at.to_iso8601_string(), "day": reader.figures.day(at), "moment": reader.figures.moment(at)}


def _maybe(at: pendulum.DateTime | None, reader: Reader) -> Plain | None:
    return None if at is None else moment_view(at, reader)


def _shop(settings: Settings) -> Plain:
    sender = settings.sender
    return {
        "name": one_line(sender.name if sender else settings.shop_name),
        "address": [one_line(line) for line in sender.address] if sender else [],
        "email": one_line(sender.email) if sender else "",
        "phone": one_line(sender.phone) if sender else "",
        "website": one_line((sender.website if sender else None) or settings.storefront_url),
        "legal": one_line(sender.legal) if sender else "",
    }


def _customer(order: Order) -> Plain | None:
    who = order.customer
    if who is None:
        return None
    said = {"name": who.name, "email": who.email, "phone": who.phone}
    return {"id": who.id, **{name: one_line(text) for name, text in said.items()}}


def _order(order: Order, matter: Matter) -> Plain:
    reader, lines, figures = matter.reader, lines_of(order), MoneySummary.of(order)
    none = Money.zero(order.currency)
    return {
        "id": order.id,
        "name": one_line(order.name),
        "placed": moment_view(order.created_at, reader),
        "currency": order.currency,
        "lines": _lines(lines, reader),
        "sums": [_sum(row, reader) for row in _rows(matter, lines, figures)],
        "total": money_view(matter.checkout.total if matter.checkout else figures.total, reader),
        "current_total": money_view(figures.current_total, reader),
        "paid": money_view(figures.received, reader),
        "coming": money_view(figures.coming, reader),
        "refunded": money_view(figures.refunded, reader),
        "owed": money_view(max(matter.owed, none), reader),
        "overpaid": money_view(max(-Money(order.sums.outstanding, order.currency), none), reader),
        "financial_status": order.financial_status.value,
        "fulfillment_status": order.fulfillment_status.value,
        "due": _maybe(order.payment_due_at, reader),
        "cancelled": _maybe(order.cancelled_at, reader),
        "delivery": ", ".join(one_line(line.title) for line in order.shipping_lines),
        "ship_to": _address(order.shipping_address, reader),
        "bill_to": _address(order.billing_address, reader),
        "channel": one_line(order.channel),
        "note": some_lines(order.note) if matter.kind.audience == "staff" else "",
        "units": sum(line.counters.current for line in lines if line.kind is not LineKind.TIP),
        "to_follow": order.to_fulfill,
    }


def _address(address: Address | None, reader: Reader) -> list[str]:
    return [one_line(line) for line in address_lines(address, reader.language)] if address is not None else []


def _lines(lines: Sequence[LineDetail], reader: Reader) -> list[Plain]:
    """Return the lines but for tips, which stand among the sums."""
    kept = [line for line in lines if line.kind is not LineKind.TIP]
    return [
        {
            "id": line.id,
            **_goods(line, reader),
            "units": line.quantity,
            "quantity": said.quantity,
            "price": money_view(line.price, reader),
            "amount": money_view(line.price * line.quantity, reader),
            "fate": list(said.fate),
            "gone": said.gone,
        }
        for line, said in zip(kept, sheet_lines(kept, reader), strict=True)
    ]


def _goods(line: LineDetail, reader: Reader) -> Plain:
    """Return what a line sells."""
    kind = reader.say["gift_card"] if line.kind is LineKind.GIFT_CARD else ""
    details = properties(line.properties)
    return {
        "title": one_line(line.title),
        "variant": one_line(line.variant_title) or kind,
        "sku": one_line(line.sku),
        "details": [{"label": one_line(one.label), "text": one_line(one.text)} for one in details],
    }


def _rows(matter: Matter, lines: Sequence[LineDetail], figures: MoneySummary) -> Iterable[Row]:
    """Return the column of figures; of what was not sold yet down to its total, of a checkout as it was shown."""
    order, reader, checkout = matter.sold, matter.reader, matter.checkout
    shipping = shipping_of(order)
    if checkout is not None and checkout.total != figures.total:
        return [(reader.say["total"], checkout.total, "total")]
    if checkout is not None or matter.draft is not None:
        return agreed_rows(order, lines, shipping, figures, reader)
    return rows_of(order, lines, shipping, figures, reader)


def _sum(row: Row, reader: Reader) -> Plain:
    label, amount, kind = row
    return {"label": one_line(label), "amount": money_view(amount, reader), "kind": kind}


def _units(matter: Matter, units: Iterable[Units | RefundLine | ReturnLine]) -> list[Plain]:
    """Return some units of lines."""
    known = {line.id: line for line in lines_of(matter.sold)}
    return [
        {
            "line_id": one.line_id,
            **_goods(known[one.line_id], matter.reader),
            "units": one.quantity,
            "quantity": matter.reader.figures.number(one.quantity),
            "amount": money_view(one.amount, matter.reader) if isinstance(one, RefundLine) else None,
        }
        for one in units
        if one.line_id in known
    ]


def _parcel(matter: Matter) -> Plain:
    one = matter.parcel
    needs_shipping = {line.id: line.requires_shipping for line in matter.sold.lines}
    return {
        "id": one.id,
        "name": one_line(one.name),
        "shipped": moment_view(one.at, matter.reader),
        "carrier": one_line(one.carrier),
        "tracking": one_line(one.tracking),
        "tracking_url": safe_link(one.tracking_url),
        "lines": _units(matter, one.lines),
        "units": sum(part.quantity for part in one.lines),
        "status": one.shipment_status.value if one.shipment_status is not None else "",
        "delivered": _maybe(one.delivered_at, matter.reader),
        "travels": any(needs_shipping.get(part.line_id, True) for part in one.lines),
    }


def _refund(matter: Matter) -> Plain:
    one, order = matter.refund, matter.sold
    sent = [row for row in order.transactions if row.id in one.transaction_ids]
    failed = sum(row.minor for row in sent if row.status is TransactionStatus.FAILURE)
    titles = {line.id: one_line(line.title) for line in order.shipping_lines}
    shipping = [
        {"title": titles.get(part.shipping_line_id, ""), "amount": money_view(part.amount, matter.reader)}
        for part in one.shipping
    ]
    worth: list[RefundLine | ShippingPart] = [*one.lines, *one.shipping]
    return {
        "id": one.id,
        "made": moment_view(one.at, matter.reader),
        "amount": money_view(Money(one.minor - failed, one.currency), matter.reader),
        "pending": any(row.open for row in sent),
        "lines": _units(matter, one.lines),
        "shipping": shipping,
        "adds_up": sum(part.minor for part in worth) + one.adjustment_minor == one.minor - failed,
        "adjustment": money_view(one.adjustment, matter.reader) if one.adjustment_minor else None,
    }


def _cancel(matter: Matter) -> Plain:
    reason = matter.sold.cancel_reason
    return {
        "id": matter.cancel.id,
        "reason": reason if reason in _TOLD_REASONS else None,
        "lines": _units(matter, (part for part in matter.cancel.lines if part.quantity)),
    }


def _returned(matter: Matter) -> Plain:
    one = matter.returned
    return {
        "id": one.id,
        "name": one_line(one.name),
        "status": one.status.value,
        "lines": _units(matter, one.lines),
        "declined": one.decline_reason,
        "decline_note": some_lines(one.decline_note),
        "note": some_lines(one.note) if matter.kind.audience == "staff" else "",
    }


def _payment(matter: Matter) -> Plain:
    one = matter.payment
    left = matter.sold.authorizations.get(one.id, 0)
    minor = left if one.kind is TransactionKind.AUTHORIZATION and left else one.minor
    return {
        "id": one.id,
        "kind": one.kind.value,
        "status": one.status.value,
        "amount": money_view(Money(minor, one.currency), matter.reader),
        "reversed": money_view(Money(one.reversed_minor, one.currency), matter.reader),
        "gateway": one_line(one.gateway),
        "at": moment_view(one.at, matter.reader),
        "expires": _maybe(one.expires_at, matter.reader),
    }


def _export(matter: Matter) -> Plain | None:
    one = matter.export
    if one is None:
        return None
    rows = matter.reader.figures.number(one.rows)
    return {"id": one.id, "name": one_line(one.name), "rows": rows, "error": one_line(one.error), "count": one.rows}


def _led(address: object) -> str:
    """
    Return where a host's link leads; empty where it leads nowhere.

    Raises:
        InvalidValue: It is no text.
    """
    if address is not None and not isinstance(address, str):
        raise InvalidValue("links", kind_of(address), "an address as text, or None")
    return safe_link(address)


def _links(matter: Matter) -> Plain:
    """Return the addresses that the letter may lead to, each empty where there is none."""
    links, order, offer = matter.links, matter.order, matter.offer
    sold = order is not None and matter.kind.about == "order"
    # The pages of orders are the customer's, those of the admin are staff's.
    theirs, ours = sold and matter.kind.audience == "customer", sold and matter.kind.audience == "staff"
    return {
        "order": _led(links.order(matter.sold.id)) if theirs else "",
        "pay": _led(links.pay(matter.sold.id)) if theirs else "",
        "admin": _led(links.admin(matter.sold.id)) if ours else "",
        "draft": _led(links.draft(matter.draft.id)) if matter.draft else "",
        "recover": _led(links.recover(matter.checkout.id, offer.token)) if matter.checkout and offer else "",
        "unsubscribe": _led(links.unsubscribe(offer.unsubscribe)) if offer and offer.unsubscribe else "",
        "export": safe_link(matter.export.url) if matter.export else "",
    }
