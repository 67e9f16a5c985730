"""Shopify's history of transactions: what goes out, and what comes in."""

import datetime as dt
import io

import pytest
from hypothesis import given, settings

from backoffice_core import Authorization, BackOffice, Line, Sale, errors
from backoffice_core.clock import zone
from backoffice_core.shopify.transactions_csv import NAMES, TransactionRow, read_transactions, transaction_totals
from backoffice_core.testing import CountingIds, FrozenClock
from tests.shopify.test_export_round_trip import lives

PARIS = zone("Europe/Paris")


def history(office: BackOffice) -> list[TransactionRow]:
    file = io.StringIO()
    office.orders.export_transactions().to_file(file)
    return list(read_transactions(io.StringIO(file.getvalue(), newline="")))


def test_money_that_moved_and_nothing_else() -> None:
    """An authorization is left out, and so is what a gateway took back; an order's rows are oldest first."""
    clock = FrozenClock()
    office = BackOffice.open(
        "memory:", currency="EUR", timezone="Europe/Paris", taxes_included=True, clock=clock, new_id=CountingIds()
    )
    goods = [Line("Tea", sku="TEA", quantity=3, price="10.00")]
    order = office.orders.place(lines=goods, payments=[Authorization("30.00", gateway="stripe")]).order
    clock.tick(hours=1)
    office.orders.capture(order.id, amount="20.00")
    clock.tick(hours=1)
    office.orders.refund(order.id, lines={"TEA": 1}, amount="10.00")
    undone = office.orders.place(lines=goods, payments=[Sale("30.00", gateway="=paypal")]).order
    office.orders.settle(undone.id, undone.transactions[0].id, "reversed", amount="5.00", reference="rv-1")
    rows = list(office.orders.export_transactions().rows())
    assert [
        ["#1002", "sale", "'=paypal", "success", "25.00"],
        ["#1001", "capture", "stripe", "success", "20.00"],
        ["#1001", "refund", "stripe", "success", "10.00"],
    ] == [[row[NAMES.index(name)] for name in ("Name", "Kind", "Gateway", "Status", "Amount")] for row in rows]
    assert [order.id, "2024-05-17 12:30:00 +0200", "EUR", "", ""] == [
        rows[1][NAMES.index(name)] for name in ("Order", "Created At", "Currency", "Payment Method", "Card Type")
    ]


@settings(max_examples=40, deadline=None)
@given(lives())
def test_the_rows_sum_to_what_the_orders_received_and_gave_back(office: BackOffice) -> None:
    moved = {
        one: (sums.captured.minor, sums.refunded.minor) for one, sums in transaction_totals(history(office)).items()
    }
    sums = {order.currency: (0, 0) for order in office.orders}
    for order in office.orders:
        received, refunded = sums[order.currency]
        sums[order.currency] = received + order.sums.received, refunded + order.sums.refunded
    assert sums == dict.fromkeys(sums, (0, 0)) | moved


def text_of(*rows: str, header: str = ",".join(NAMES)) -> io.StringIO:
    return io.StringIO("\n".join([header, *rows]) + "\n", newline="")


def test_only_what_happened_and_moved_money_counts_and_currencies_stay_apart() -> None:
    rows = read_transactions(
        text_of(
            "1,#1,card,Sale,stripe,2026-09-01 10:00:00 +0200,SUCCESS,10.00,EUR,Visa",
            "1,#1,card,authorization,stripe,2026-09-01,success,99.00,EUR,Visa",
            "1,#1,card,void,stripe,2026-09-01,success,99.00,EUR,Visa",
            "1,#1,card,refund,stripe,2026-09-01,pending,1.00,EUR,Visa",
            "2,#2,,capture,,,success,500,JPY,",
            "3,#3,,sale,,,failure,7.00,USD,",
        )
    )
    sums = transaction_totals(rows)
    assert {"EUR": (1, "10.00", "0.00"), "JPY": (1, "500", "0"), "USD": (0, "0.00", "0.00")} == {
        currency: (one.rows, one.captured.amount, one.refunded.amount) for currency, one in sums.items()
    }


def test_a_day_is_one_of_the_shops() -> None:
    rows = "1,#1,,sale,,2026-09-01,success,1.00,EUR,", "1,#1,,sale,,2026-09-01 10:00:00 +0200,success,1.00,EUR,"
    row, other = read_transactions(text_of(*rows), PARIS)
    assert dt.datetime(2026, 8, 31, 22, tzinfo=dt.UTC) == row.at
    assert dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC) == other.at
    (none,) = read_transactions(text_of("1,#1,,sale,,,success,1.00,EUR,"))
    assert none.at is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,,,sale,,2026-09-01,success,1.00,EUR,", "Name"),
        ("1,#1,,sale,,2026-09-01,success,much,EUR,", "Amount"),
        ("1,#1,,sale,,2026-09-01,success,1.00,Euro,", "Currency"),
        ("1,#1,,sale,,2026-09-41,success,1.00,EUR,", "Created At"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(row: str, column: str) -> None:
    with pytest.raises(errors.BadCell) as caught:
        list(read_transactions(text_of(row)))
    assert (2, column) == (caught.value.line, caught.value.column)


def test_another_file_is_none() -> None:
    with pytest.raises(errors.MissingColumns, match="lacks Kind, Status, Amount; a history of transactions with"):
        list(read_transactions(text_of(header="Name,Currency")))
