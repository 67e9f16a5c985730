"""
A checkout of Shopify's REST API: from its JSON to a `Checkout`.

What it has in common with an order is read by the code that reads orders.

Rules:

1. The figures of the file are kept as they stand, for they are what the customer was shown. One that
   the file does not tell is what follows from lines and shipping lines; one that does not follow
   from those is a finding.
2. What was taken off a line is told by its ``discount_allocations``, or else by its
   ``applied_discounts``. The codes that were typed in are kept whether or not they took anything off.
3. ``total_duties`` are in the currency that the customer saw: they are kept where that is the
   checkout's own.
4. ``abandoned_checkout_url`` is not kept: whoever has it is let into the checkout, with all that the
   customer wrote there.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.checkout import Checkout, TypedCode
from backoffice_core.orders.place import MOST_LINES
from backoffice_core.settings import Settings
from backoffice_core.shopify.goods import DUTIES
from backoffice_core.shopify.imported import CHANNEL, LONGEST_ID
from backoffice_core.shopify.json_lines import JsonOrder
from backoffice_core.shopify.report import Finding
from backoffice_core.shopify.rest_check import Case, figures_follow
from backoffice_core.shopify.rest_discounts import Discounts, Off
from backoffice_core.shopify.rest_fields import BadField, Fields
from backoffice_core.shopify.rest_goods import RestGoods, charge_of, goods_of, line_of
from backoffice_core.shopify.rest_people import rest_people_of
from backoffice_core.shopify.rest_piece import currency_of, fields_of
from backoffice_core.shopify.rest_sold import Figures, Note, Sold, figures_of

NewId = Callable[[], str]

#: How long an address of a page, and a word of Shopify's, may be.
_LONGEST_SITE: Final = 2048
_LONGEST_WORD: Final = 64


@attrs.frozen(kw_only=True)
class CheckoutRead:
    """
    A checkout that was read.

    Attributes:
        checkout: The checkout.

        findings: What is odd about it.

        fingerprint: SHA-256 of what the file says of it.
    """

    checkout: Checkout
    findings: tuple[Finding, ...]
    fingerprint: str


def read_rest_checkout(piece: JsonOrder, settings: Settings, new_id: NewId) -> CheckoutRead:
    """
    Return the checkout that a piece of JSON tells.

    Args:
        piece: The checkout as the file has it.

        settings: The shop's: they decide whether prices contain taxes where the checkout does not
            say.

        new_id: Makes an id.

    Raises:
        BadField: A field holds what cannot be meant.
        OtherContent: It is an order or a draft order.
        FiguresDisagree: A figure does not follow from the others.
        TooManyLines: More lines than an order may have.
    """
    data = fields_of(piece, MOST_LINES)
    figures = figures_of(data, currency_of(data))
    duties, notes = _duties(data, figures.currency)
    goods = _goods(data, figures, duties, new_id, taxes_included=settings.taxes_included)
    found = _with_figures(_checkout(piece, data, goods, new_id), data, figures, duties)
    follow = figures_follow(Case(data, figures, found.as_order, None, None, 0))
    return CheckoutRead(
        checkout=found,
        findings=tuple(Finding(found.name, code, text) for code, text in (*notes, *goods.notes, *follow)),
        fingerprint=piece.fingerprint,
    )


def last_changed(piece: JsonOrder) -> pendulum.DateTime | None:
    """Return when a checkout that is not read yet was last changed, UTC; None where the file does not say."""
    if not isinstance(piece.data, Mapping):
        return None
    try:
        return _moments(Fields(piece.data, piece.line))[1]
    except BadField:
        return None  # whoever reads it tells what is wrong with it


def _moments(data: Fields) -> tuple[pendulum.DateTime, pendulum.DateTime]:
    """Return when it was begun and last changed, UTC."""
    created = data.moment("created_at")
    if created is None:
        raise data.bad("created_at", "nothing", "an instant such as 2023-05-31T23:06:04-07:00")
    ends = (data.moment("completed_at"), data.moment("closed_at"))
    last = data.moment("updated_at") or max((at for at in ends if at is not None), default=created)
    return created, max(created, last)


def _checkout(piece: JsonOrder, data: Fields, sold: RestGoods, new_id: NewId) -> Checkout:
    """Return a checkout, its figures still left out."""
    currency, goods, people = currency_of(data), sold.goods, rest_people_of(data)
    created, updated = _moments(data)
    seen_in = currency_of(data, "presentment_currency") if "presentment_currency" in data else None
    return Checkout(
        id=new_id(),
        name=piece.name,
        currency=currency,
        presentment_currency=seen_in,
        taxes_included=goods.taxes_included,
        created_at=created,
        updated_at=updated,
        completed_at=data.moment("completed_at"),
        closed_at=data.moment("closed_at"),
        customer=people.customer,
        sms_phone=data.text("sms_marketing_phone"),
        shipping_address=people.shipping,
        billing_address=people.billing,
        note=people.note,
        attributes=people.attributes,
        lines=goods.lines,
        shipping_lines=goods.shipping_lines,
        codes=tuple(_codes(data, currency)),
        discounts=goods.discounts,
        listed_minor=0,
        discounts_minor=0,
        subtotal_minor=0,
        tax_minor=0,
        total_minor=0,
        channel=people.channel,
        gateway=data.text("gateway", _LONGEST_WORD),
        landing_site=data.text("landing_site", _LONGEST_SITE),
        referring_site=data.text("referring_site", _LONGEST_SITE),
        token=data.text("token", LONGEST_ID),
        cart_token=data.text("cart_token", LONGEST_ID),
        source=(CHANNEL, piece.source_id),
    )


def _with_figures(bare: Checkout, data: Fields, figures: Figures, duties: int | None) -> Checkout:
    """Return a checkout with the figures of the file, and what follows from the lines where it tells none (rule 1)."""
    sums = bare.as_order.sums
    listed = data.amount("total_line_items_price", figures.currency)
    if listed is None:
        listed = sum(line.unit_minor * line.quantity for line in bare.lines if not line.is_tip)
    return attrs.evolve(
        bare,
        listed_minor=listed,
        discounts_minor=sums.discounts if figures.discounts is None else figures.discounts,
        subtotal_minor=sums.subtotal if figures.subtotal is None else figures.subtotal,
        tax_minor=sums.tax if figures.tax is None else figures.tax,
        duties_minor=duties,
        total_minor=sums.total if figures.total is None else figures.total,
    )


def _codes(data: Fields, currency: str) -> Iterator[TypedCode]:
    for one in data.each("discount_codes"):
        code = one.text("code", _LONGEST_WORD * 4)
        if code is not None:
            kind, minor = one.text("type", _LONGEST_WORD), one.amount("amount", currency)
            yield TypedCode(code=code, kind=kind, minor=minor or 0, currency=currency)


# --- what it sells


def _goods(data: Fields, figures: Figures, duties: int | None, new_id: NewId, *, taxes_included: bool) -> RestGoods:
    """Return lines, shipping lines and discounts that sum to the figures of the file."""
    currency = figures.currency
    discounts = _Discounts(data, currency, new_id)
    lines = [line_of(one, currency, discounts) for one in data.each("line_items")]
    charges = [charge_of(one, currency, discounts) for one in data.each("shipping_lines")]
    if duties:
        charges.append(Sold(data=None, title=DUTIES, kind=None, unit=duties, taxable=False))
    return goods_of(data, figures, lines, charges, discounts, new_id, taxes_included=taxes_included)


def _duties(data: Fields, currency: str) -> tuple[int | None, list[Note]]:
    """Return the duties in the checkout's currency, and what is to be said of others (rule 3)."""
    if "total_duties" not in data:
        return None, []
    seen_in = currency_of(data, "presentment_currency") if "presentment_currency" in data else currency
    minor = data.amount("total_duties", seen_in)
    if minor and seen_in != currency:
        text = f"total_duties of {Money(minor, seen_in)} are left out: its other amounts are in {currency}"
        return None, [("duties_left_out", text)]
    return minor if seen_in == currency else None, []


class _Discounts(Discounts):
    """The discounts of one checkout, whose lines may tell of theirs in ``applied_discounts`` (rule 2)."""

    def of_line(self, line: Fields, listed: int) -> Off:
        """Return what each discount took off a line of goods."""
        return super().of_line(line, listed) or self._applied_to(line, listed, "order")

    def of_shipping(self, line: Fields, listed: int) -> Off:
        """Return what each discount took off a shipping line."""
        return super().of_shipping(line, listed) or self._applied_to(line, listed, "shipping")

    def _applied_to(self, line: Fields, listed: int, target: str) -> Off:
        off = sum(one.amount("amount", self._currency) or 0 for one in line.each("applied_discounts"))
        if off > listed:
            given, most = (Money(minor, self._currency).amount for minor in (off, listed))
            raise line.bad("applied_discounts", given, f"at most {most}, the price,")
        return [(self.shared(target), off)] if off else []
