"""The part of `backoffice_core.testing.StorageContract` about figures: sums of sales and of money by day."""

from collections.abc import Sequence
from typing import Any, Final

import pytest

from backoffice_core.orders.asked import Discount, Line, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command
from backoffice_core.orders.order import CustomerRef
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.rules import decide
from backoffice_core.reports.conversion import Earlier
from backoffice_core.reports.measures import MEASURES, Part
from backoffice_core.search.customers import persons
from backoffice_core.search.findable import account
from backoffice_core.storage.base import Storage
from backoffice_core.testing.builders import a_record, a_shop, placed, some_facts
from backoffice_core.testing.clock import START
from backoffice_core.testing.contract_base import Contract, put, read, write

VAT = [Tax("VAT", "0.20")]


def _a_month(shop: Storage) -> None:
    """Save orders of two people and of nobody known, two currencies and channels; one is refunded, one cancelled."""
    ada, bob = CustomerRef(id="c-ada"), CustomerRef(email="Bob@example.com")
    asked: list[dict[str, Any]] = [
        {"customer": ada, "channel": "web", "paid": "29.00", "discounts": [Discount("d", amount="1.00", code="ONE")]},
        {"customer": bob, "channel": "web", "paid": "30.00"},
        {"customer": ada, "channel": "pos"},
        {"channel": "pos", "paid": "30.00"},
        {"customer": bob, "currency": "USD", "paid": "30.00"},
        {"customer": ada, "test": True, "paid": "30.00"},
    ]
    for at, fields in enumerate(asked):
        lines = (Line("Tea", sku="TEA", price="10.00", taxes=VAT), Line("Cup", price="20.00"))
        change = placed(*lines, id=f"order-{at}", at=START.add(days=at), number=at + 1, **fields)
        order = put(shop, a_record(change))
        then: list[Command] = [RefundOrder(lines={order.lines[0].id: 1})] if at == 1 else [Cancel()] if at == 2 else []
        for command in then:
            after = decide(order, command, some_facts(now=START.add(days=9)))
            put(shop, a_record(after, before=order))


def _told(shop: Storage, *by: Part, since: str | None = None, until: str | None = None) -> dict[Any, dict[str, int]]:
    """Return the figures that are not 0 by currency and key."""
    found = read(shop, lambda unit: unit.sales(since, until, by))
    names = [one.name for one in MEASURES]
    assert [(one.currency, one.key) for one in found] == sorted((one.currency, one.key) for one in found)
    return {
        (one.currency, *one.key): {name: each for name, each in zip(names, one.figures, strict=True) if each}
        for one in found
    }


def _pick(told: dict[Any, dict[str, int]], name: str) -> dict[Any, int]:
    return {key: figures[name] for key, figures in told.items() if name in figures}


#: Ways to tell sales apart.
_WAYS: Final[tuple[tuple[Part, ...], ...]] = (
    *(("day",), ("channel",), ("item",), ("codes",), ("buyer",)),
    *(("day", "buyer"), ("codes", "item", "channel")),
)


class FiguresContract(Contract):
    """Sums of sales and of money by day."""

    def test_sales_in_all(self, shop: Storage) -> None:
        """One sum a currency; trials are left out, what came back is apart from what was sold."""
        _a_month(shop)
        told = _told(shop)
        assert told["EUR",] == {
            "orders": 4,
            "units_sold": 8,
            "units_returned": -3,
            "gross": 11332,
            "discounts": -94,
            "returns": -3666,
            "taxes": 328,
            "total": 7900,
        }
        assert told["USD",] == {"orders": 1, "units_sold": 2, "gross": 2833, "taxes": 167, "total": 3000}

    def test_orders_before_one_of_the_same_person(self, shop: Storage) -> None:
        """How many, no further than asked for, and when the last was placed; trials and other people are left out."""
        _a_month(shop)

        def before(person: str, day: int, id: str = "", most: int = 9) -> Earlier:
            return read(shop, lambda unit: unit.orders_before(person, START.add(days=day), id, most))

        assert Earlier(0) == before("customer:c-ada", 0, "order-0")
        assert Earlier(1, False, START) == before("customer:c-ada", 0, "order-00")
        assert Earlier(1, False, START) == before("customer:c-ada", 2, "order-2")
        assert Earlier(2, False, START.add(days=2)) == before("customer:c-ada", 9)
        assert Earlier(1, True, START.add(days=2)) == before("customer:c-ada", 9, most=1)
        assert Earlier(2, False, START.add(days=4)) == before("email:bob@example.com", 9)
        assert Earlier(0) == before("email:nobody@example.com", 9)

    def test_sales_by_day(self, shop: Storage) -> None:
        """A sale counts on its day, and what came back on the day that it came back; the days asked for are whole."""
        _a_month(shop)
        days = [START.add(days=at).to_date_string() for at in range(10)]
        totals = _pick(_told(shop, "day"), "total")
        expected = {days[0]: 2900, days[1]: 3000, days[2]: 3000, days[3]: 3000, days[9]: -4000}
        assert totals == {("EUR", day): total for day, total in expected.items()} | {("USD", days[4]): 3000}
        some = _pick(_told(shop, "day", since=days[1], until=days[2]), "total")
        assert some == {("EUR", days[1]): 3000, ("EUR", days[2]): 3000}
        assert _told(shop, "day", since=days[7], until=days[8]) == {}

    def test_sales_by_who_buys(self, shop: Storage) -> None:
        """By account, else by address for mail, whatever its case; a trial is no earlier order, a cancelled one is."""
        _a_month(shop)
        assert _pick(_told(shop, "buyer"), "orders") == {
            ("EUR", "new"): 2,
            ("EUR", "returning"): 1,
            ("EUR", "unknown"): 1,
            ("USD", "returning"): 1,
        }

    def test_who_buys_in_another_shop(self, shop: Storage) -> None:
        """Neither orders of the same ids count there, nor earlier ones of the same people."""
        _a_month(shop)
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        record = a_record(placed(id="order-4", customer=CustomerRef(id="c-ada"), at=START.add(days=20)))
        write(shop, lambda unit: unit.put(record), "other")
        (one,) = read(shop, lambda unit: unit.sales(None, None, ("buyer",)), "other")
        assert one.key == ("new",)
        assert _pick(_told(shop, "buyer"), "orders")["USD", "returning"] == 1

    def test_who_buys_by_ids_as_they_are_spelled(self, shop: Storage) -> None:
        """Accounts whose ids differ in case or spaces alone are two people, in each figure of a customer."""
        ids = ("uA1", "ua1", "UA1 ", "uA1")
        for at, id in enumerate(ids):
            fields: dict[str, Any] = {"at": START.add(days=at), "number": at + 1, "paid": "9.00"}
            change = placed(Line("Tea", price="9.00"), id=f"order-{at}", customer=CustomerRef(id=id), **fields)
            put(shop, a_record(change))
        assert _pick(_told(shop, "buyer"), "orders") == {("EUR", "new"): 3, ("EUR", "returning"): 1}
        for id, orders in (("uA1", 2), ("ua1", 1), ("UA1 ", 1), ("UA1", 0)):
            bought = read(shop, lambda unit, id=id: unit.bought(persons(id, None)))  # type: ignore[misc]
            assert (bought.orders, sum(one.minor for one in bought.spent)) == (orders, 900 * orders)
            earlier = read(shop, lambda unit, id=id: unit.orders_before(account(id), START.add(days=9), "", 9))  # type: ignore[misc]
            assert earlier.count == orders

    def test_sales_by_what_was_sold_and_how(self, shop: Storage) -> None:
        """By variant, SKU or title; by channel; by the codes of the order."""
        _a_month(shop)
        assert _pick(_told(shop, "item"), "units_sold") == {
            ("EUR", "Cup"): 4,
            ("EUR", "TEA"): 4,
            ("USD", "Cup"): 1,
            ("USD", "TEA"): 1,
        }
        assert _pick(_told(shop, "channel"), "orders") == {("EUR", "pos"): 2, ("EUR", "web"): 2, ("USD", ""): 1}
        assert _pick(_told(shop, "codes"), "orders") == {("EUR", ""): 3, ("EUR", "ONE"): 1, ("USD", ""): 1}

    @pytest.mark.parametrize("by", _WAYS, ids="-".join)
    def test_parts_sum_to_the_whole(self, shop: Storage, by: Sequence[Part]) -> None:
        """However sales are told apart, each figure sums to the same."""
        _a_month(shop)
        whole = {one.currency: one.figures for one in read(shop, lambda unit: unit.sales(None, None, ()))}
        sums: dict[str, list[int]] = {currency: [0] * len(MEASURES) for currency in whole}
        for one in read(shop, lambda unit: unit.sales(None, None, by)):
            sums[one.currency] = [a + b for a, b in zip(sums[one.currency], one.figures, strict=True)]
        assert {currency: tuple(row) for currency, row in sums.items()} == whole

    def test_money_by_day(self, shop: Storage) -> None:
        """What came in and what was given back, by day and gateway; nothing of trials."""
        _a_month(shop)
        days = [START.add(days=at).to_date_string() for at in range(10)]
        moved = read(shop, lambda unit: unit.takings(None, None))
        gateway = moved[0][1]
        assert list(moved) == [
            (days[0], gateway, "EUR", 2900, 0),
            (days[1], gateway, "EUR", 3000, 0),
            (days[3], gateway, "EUR", 3000, 0),
            (days[4], gateway, "USD", 3000, 0),
            (days[9], gateway, "EUR", 0, 1000),
        ]
        assert [row[0] for row in read(shop, lambda unit: unit.takings(days[1], days[3]))] == [days[1], days[3]]

    def test_what_is_owed(self, shop: Storage) -> None:
        """By order: what it costs, less what was received and kept; to the day, currencies and shops apart."""
        _a_month(shop)
        overpaid = a_record(placed(Line("Tea", price="10.00"), id="order-7", paid="12.00", at=START.add(days=8)))
        unpaid = a_record(placed(Line("Tea", price="10.00"), id="order-8", currency="USD", at=START.add(days=8)))
        put(shop, overpaid)
        put(shop, unpaid)
        write(shop, lambda unit: unit.create_shop(a_shop()), "other")
        days = [START.add(days=at).to_date_string() for at in range(10)]
        assert list(read(shop, lambda unit: unit.owed(None))) == [("EUR", 0, 0, 1, 200), ("USD", 1, 1000, 0, 0)]
        assert list(read(shop, lambda unit: unit.owed(days[2]))) == [("EUR", 1, 3000, 0, 0)]
        assert list(read(shop, lambda unit: unit.owed(days[1]))) == []
        assert list(read(shop, lambda unit: unit.owed(None), "other")) == []

    def test_money_of_an_order(self, shop: Storage) -> None:
        """It stands under the order and the version that it came with, and sums to what was received and refunded."""
        _a_month(shop)
        order = read(shop, lambda unit: unit.order("order-1"))
        rows = read(shop, lambda unit: unit.money_entries("order-1"))
        assert [row.version for row in rows] == [1, 2]
        assert (sum(row.entry.received for row in rows), sum(row.entry.refunded for row in rows)) == (
            order.sums.received,
            order.sums.refunded,
        )
        assert len(read(shop, lambda unit: unit.money_entries())) == 5
        assert not read(shop, lambda unit: unit.money_entries("nope"))
