"""
Any order that the rules can make, written as Shopify would write it and read again, is the same in figures.

The writer here knows nothing of the reader.
"""

from contextlib import suppress
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice_core.failures import InvalidInput
from backoffice_core.money import Money
from backoffice_core.orders.change import Facts
from backoffice_core.orders.facts import Fulfillment, Transaction
from backoffice_core.orders.givenback import Refund
from backoffice_core.orders.lines import LineItem, ShippingLine
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import value
from backoffice_core.settings import Settings
from tests.orders.walks import Basket, Step, World, baskets, steps, walk
from tests.shopify.rest import Json, odd, read

#: What REST JSON can tell; it has no amounts on lines, later restocking, holds or reversals.
TOLD = (
    *("refund units", "refund all", "refund an amount", "refund a unit for an amount", "refund shipping"),
    *("refund what is owed", "fulfill", "fulfill all", "cancel a fulfillment", "capture", "void", "record"),
    *("mark as paid", "cancel"),
)


def written(order: Order) -> Json:
    """Return an order as Shopify would write it."""

    def text(minor: int) -> str:
        return Money(minor, order.currency).amount

    places = {one.id: place for place, one in enumerate(order.discounts)}

    def taxes(rates: Any, minor: tuple[int, ...]) -> list[Json]:
        return [
            {"title": rate.title, "rate": rate.rate, "price": text(part)}
            for rate, part in zip(rates, minor, strict=True)
        ]

    def off(discounts: tuple[tuple[str, int], ...]) -> list[Json]:
        return [{"amount": text(minor), "discount_application_index": places[id]} for id, minor in discounts]

    def line(one: LineItem) -> Json:
        row = order.counters[one.id]
        return {
            "id": one.id,
            "title": one.title,
            "quantity": one.quantity,
            "current_quantity": row.current,
            "price": text(one.unit_minor),
            "product_id": None if one.is_tip else 1,
            "tax_lines": taxes(one.taxes, value(one.spans).taxes),
            "discount_allocations": off(one.spans[0].discounts),
        }

    def shipping(one: ShippingLine) -> Json:
        return {
            "title": one.title,
            "price": text(one.price_minor),
            "tax_lines": taxes(one.taxes, one.taxes_minor),
            "discount_allocations": off(one.discounts),
        }

    def transaction(one: Transaction) -> Json:
        return {
            "id": one.id,
            "kind": str(one.kind),
            "status": str(one.status),
            "amount": text(one.minor),
            "gateway": one.gateway,
            "parent_id": one.parent_id,
            "created_at": one.at.isoformat(),
        }

    def let_go(one: Transaction) -> Json:
        """Return the void of what a final capture leaves; Shopify has no mark for it."""
        return transaction(one) | {"id": f"{one.id}-rest", "kind": "void"}

    def parcel(one: Fulfillment) -> Json:
        lines = [{"id": units.line_id, "quantity": units.quantity} for units in one.lines]
        return {"name": one.name, "status": str(one.status), "created_at": one.at.isoformat(), "line_items": lines}

    def refund(one: Refund) -> Json:
        adjustments = [
            {"kind": "shipping_refund", "amount": text(-part.minor + sum(part.taxes_minor)),
             "tax_amount": text(-sum(part.taxes_minor))}
            for part in one.shipping
        ]  # fmt: skip
        if one.adjustment_minor:
            adjustments.append({"kind": "refund_discrepancy", "amount": text(-one.adjustment_minor)})
        on_top = not order.taxes_included
        return {
            "created_at": one.at.isoformat(),
            "refund_line_items": [
                {
                    "line_item_id": part.line_id,
                    "quantity": part.quantity,
                    "restock_type": str(part.restock),
                    "subtotal": text(part.minor - on_top * sum(part.taxes_minor)),
                    "total_tax": text(sum(part.taxes_minor)),
                }
                for part in one.lines
            ],
            "order_adjustments": adjustments,
            "transactions": [transaction(row) for row in order.transactions if row.id in one.transaction_ids],
        }

    sums = order.sums
    return {
        "id": order.id,
        "name": order.name,
        "currency": order.currency,
        "taxes_included": order.taxes_included,
        "created_at": order.created_at.isoformat(),
        "cancelled_at": order.cancelled_at.isoformat() if order.cancelled_at else None,
        "financial_status": str(order.financial_status),
        "fulfillment_status": str(order.fulfillment_status),
        "subtotal_price": text(sums.subtotal),
        "total_tax": text(sums.tax),
        "total_price": text(sums.total),
        "total_discounts": text(sums.discounts),
        "total_tip_received": text(sums.tips),
        "current_total_price": text(sums.current_total + sums.adjustments),
        "total_outstanding": text(sums.outstanding),
        "discount_applications": [
            {"title": one.title, "target_type": "shipping_line" if one.target == "shipping" else "line_item"}
            for one in order.discounts
        ],
        "line_items": [line(one) for one in order.lines],
        "shipping_lines": [shipping(one) for one in order.shipping_lines],
        "transactions": [
            *map(transaction, order.transactions),
            *(let_go(one) for one in order.transactions if one.final),
        ],
        "fulfillments": [parcel(one) for one in order.fulfillments],
        "refunds": [refund(one) for one in order.refunds],
    }


def units(order: Order) -> list[Any]:
    """Return how many units of each line are where."""
    return [order.counters[line.id] for line in order.lines]


class Days(World):
    """A world in which each step is of its own day."""

    day = 0

    def facts(self) -> Facts:
        """Return what a rule may know on the next day."""
        self.day += 1
        known = super().facts()
        return attrs.evolve(known, now=known.now.add(days=self.day))


def same(order: Order, own: Settings) -> None:
    """Check that an order reads back as it is."""
    found = read(written(order), settings=own)
    assert set(odd(found)) <= {"cancelled_not_refunded"}
    assert order.sums == found.order.sums
    assert order.financial_status == found.order.financial_status
    assert order.fulfillment_status == found.order.fulfillment_status
    assert units(order) == units(found.order)
    assert [one.adjustment_minor for one in order.refunds] == [one.adjustment_minor for one in found.order.refunds]


@given(basket=baskets(), path=st.lists(steps(*TOLD), max_size=6))
@settings(max_examples=200)
def test_what_was_lived_through_reads_back(basket: Basket, path: list[Step]) -> None:
    world = Days(basket.settings)
    world.do(basket.command)
    for step in path:
        with suppress(InvalidInput):  # an edge that is no amount at all, such as half of nothing
            walk(world, step)
    assert world.order is not None
    same(world.order, basket.settings)
