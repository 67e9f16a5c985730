"""Duplicating an order or a draft."""

import pytest

from backoffice_core import Address, BackOffice, Discount, Line, PaymentTerms, errors
from tests.orders.test_drafts import ADA, clock, made, office

__all__ = ["office"]


class TestRule1_WhatIsCopied:
    def test_an_order(self, office: BackOffice) -> None:
        """What duplicate.py lists: the catalog's prices of today, goods of one's own as they were."""
        where = Address(city="London")
        order = office.orders.place(
            lines=[
                Line(variant="CUP", quantity=3, price="1.00"),
                Line("Engraving", price="4.00", properties={"a": "b"}),
            ],
            customer=ADA,
            shipping_address=where,
            shipping="5.00",
            discounts=[Discount("Off", amount="2.00")],
            note="n",
            tags="vip",
            attributes={"gift": "yes"},
        ).order
        office.orders.cancel(order.id)
        change = office.orders.duplicate(order.id, idempotency_key="again")
        draft = change.draft
        assert ("19.00", (), (), "open") == (
            draft.total.amount,
            draft.discounts,
            draft.shipping_lines,
            draft.status,
        )
        assert (ADA, where, "n", ("vip",), (("gift", "yes"),), ("order", order.id)) == (
            draft.customer,
            draft.shipping_address,
            draft.note,
            draft.tags,
            draft.attributes,
            draft.copied_from,
        )
        assert (("a", "b"),) == draft.lines[1].properties
        assert office.orders.duplicate(order.id, idempotency_key="again").replayed
        assert 0 == draft.reserved


class TestRule2_OffSale:
    def test_what_is_not_on_sale_any_more(self, office: BackOffice) -> None:
        """It is left out with a warning; when nothing is left there is no draft."""
        order = office.orders.place(lines=[Line(variant="CUP"), Line("Tea", price="1.00")]).order
        alone = office.orders.place(lines=[Line(variant="CUP")]).order
        office.catalog.archive_product(str(order.lines[0].product_id))
        change = office.orders.duplicate(order.id)
        assert (["Tea"], 1) == ([line.title for line in change.draft.lines], len(change.warnings))
        with pytest.raises(errors.NoLines):
            office.orders.duplicate(alone.id)


class TestRule3_WhatIsNot:
    def test_a_draft(self, office: BackOffice) -> None:
        """A completed one too: open again, with a name of its own."""
        draft = made(office, customer=ADA, terms=PaymentTerms("receipt"), reserve_until=clock(office)().add(days=1))
        office.drafts.complete(draft.id)
        copy = office.drafts.duplicate(draft.id).draft
        assert ("#D2", "open", None, None, None, ("draft", draft.id)) == (
            copy.name,
            copy.status,
            copy.completed_at,
            copy.order_id,
            copy.terms,
            copy.copied_from,
        )
