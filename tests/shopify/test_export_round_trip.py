"""
Our own orders exported, imported into a new shop and exported again give the same file.

What differs on purpose is named in `LOST`, with its reason; everything else is compared cell by cell.
"""

import csv
import io
from collections.abc import Callable

import attrs
import pendulum
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice_core import Address, BackOffice, CustomerRef, Discount, Line, Sale, Shipping, Tax, errors
from backoffice_core.orders.order import Order
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.runner import Runner
from backoffice_core.shopify.columns import NAMES
from backoffice_core.shopify.orders_out import order_rows
from backoffice_core.shopify.written import csv_text
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.builders import an_order
from backoffice_core.testing.strategies import baskets, commands

Row = dict[str, str]
TAXES = tuple(f"Tax {number} {what}" for number in range(1, 6) for what in ("Name", "Value"))


def shop(clock: FrozenClock | None = None) -> BackOffice:
    return BackOffice.open(
        "memory:",
        currency="EUR",
        timezone="America/St_Johns",
        taxes_included=True,
        auto_archive=False,
        clock=clock or FrozenClock(),
        new_id=CountingIds(),
    )


def exported(office: BackOffice) -> str:
    file = io.StringIO()
    office.orders.export().to_file(file)
    return file.getvalue()


def imported(text: str) -> tuple[BackOffice, set[str]]:
    """Return a new shop that a file was imported into, and the names of the orders that were left out."""
    office = shop()
    report = office.orders.import_csv(io.StringIO(text, newline=""))
    return office, {one.order for one in report.refused}


def rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def differing(before: str, after: str, refused: set[str]) -> set[tuple[str, str, str, str]]:
    """Return order, column and both cells, wherever two files differ."""
    one, other = [row for row in rows(before) if row["Name"] not in refused], rows(after)
    assert [row["Name"] for row in one] == [row["Name"] for row in other]
    return {
        (row["Name"], name, row[name], twin[name])
        for row, twin in zip(one, other, strict=True)
        for name in NAMES
        if row[name] != twin[name]
    }


def partly_authorized(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PARTIALLY_PAID and order.sums.outstanding <= 0


def untaxed_at_a_rate(order: Order) -> bool:
    return order.sums.tax == 0


def costs_nothing(order: Order) -> bool:
    return order.sums.total == 0


#: Columns that differ when an order is like this, and why.
LOST: tuple[tuple[tuple[str, ...], Callable[[Order], bool], str], ...] = (
    (
        ("Financial Status", "Paid at"),
        partly_authorized,
        "partly paid, and all the rest is authorized or on its way: the file has no figure for either part",
    ),
    (
        TAXES,
        untaxed_at_a_rate,
        "the taxes came to 0.00: only those at 0 % are kept, since the others would tax what is added later",
    ),
    (
        ("Financial Status", "Paid at", "Payment Method", "Payment Reference", "Payment ID", "Payment References"),
        costs_nothing,
        "it costs nothing, and yet something was paid or set aside: the file has no figure for how much",
    ),
)


def given_back_more_than_it_cost(order: Order) -> bool:
    """Whether a file tells of a refund above the total, which the import takes for a mistake: it was overpaid."""
    return order.sums.refunded > order.sums.total


def unexplained(office: BackOffice, before: str, after: str, refused: set[str]) -> set[tuple[str, str, str, str]]:
    """Return the differences of two files that `LOST` does not name."""
    orders = {order.name: order for order in office.orders}
    lost = {
        (name, column) for name, order in orders.items() for names, like, _ in LOST if like(order) for column in names
    }
    return {found for found in differing(before, after, refused) if found[:2] not in lost}


@st.composite
def lives(draw: st.DrawFn) -> BackOffice:
    """Return a shop of one or two orders that went through up to six commands each."""
    clock = FrozenClock()
    office = shop(clock)
    runner = Runner(office._context)
    for _ in range(draw(st.integers(1, 2))):
        clock.tick(microseconds=draw(st.sampled_from((0, 400_000, 3_600_000_000))))
        try:
            order = runner.run(draw(baskets())).order
        except errors.Refused:
            continue
        for _ in range(draw(st.integers(0, 6))):
            clock.tick(minutes=7)
            try:
                runner.run(draw(commands(order)), order.id)
            except (errors.Refused, errors.NotFound, errors.InvalidInput):
                continue
            order = office.orders.get(order.id)
    return office


@settings(max_examples=60, deadline=None)
@given(lives())
def test_whatever_became_of_orders_the_file_is_the_same_again(office: BackOffice) -> None:
    before = exported(office)
    words = {"partially_fulfilled": "partial", "on_hold": "unfulfilled"}
    told = {row["Name"]: row["Fulfillment Status"] for row in reversed(rows(before)) if row["Fulfillment Status"]}
    assert {one.name: words.get(one.fulfillment_status, one.fulfillment_status.value) for one in office.orders} == told
    again, refused = imported(before)
    assert {order.name for order in office.orders if given_back_more_than_it_cost(order)} == refused
    assert set() == unexplained(office, before, exported(again), refused)


#: Text that is hard on files: quotes, ends of lines, formulas, what guards them, and other scripts.
PARTS = (
    "=1",
    "+",
    "-",
    "@",
    "'",
    '"',
    ",",
    "\n",
    "\r",
    "\t",
    " ",
    ": ",
    "a",
    "é",
    "日本",
    "\u2028",
    "0",
    "#",
    "%",
    ";",
)
texts = st.lists(st.sampled_from(PARTS), max_size=5).map("".join).map(lambda text: text if text.strip() else "")
maybe = st.none() | texts
#: Two of them stand in one cell, so spaces around one of them are within it.
lines = texts.map(str.strip)
addresses = st.none() | st.builds(
    Address,
    **dict.fromkeys(("address1", "address2"), st.none() | lines),
    **dict.fromkeys(("name", "company", "city", "zip"), maybe),
    **dict.fromkeys(("province", "province_name", "country", "phone"), maybe),
)


@settings(max_examples=150, deadline=None)
@given(
    billing=addresses,
    shipping=addresses,
    customer=st.none() | st.builds(CustomerRef, email=maybe, phone=maybe, accepts_marketing=st.booleans()),
    note=maybe,
    attributes=st.lists(st.tuples(texts.filter(lambda key: "\n" not in key), texts), max_size=2),
    channel=maybe,
    titles=st.lists(texts.filter(str.strip), min_size=1, max_size=2),
    gateway=texts.filter(str.strip),
    reference=maybe,
    code=maybe,
)
def test_whatever_texts_say_they_come_back(
    billing: Address | None,
    shipping: Address | None,
    customer: CustomerRef | None,
    note: str | None,
    attributes: list[tuple[str, str]],
    channel: str | None,
    titles: list[str],
    gateway: str,
    reference: str | None,
    code: str | None,
) -> None:
    """Every cell is the same but for spaces around it, which the import leaves out."""
    order = an_order(
        *(Line(title, sku=title, vendor=title, price="10.00", taxes=[Tax(title.strip(), "0.2")]) for title in titles),
        shipping=Shipping(titles[0], "1.00"),
        discounts=[Discount(titles[-1], amount="1.00", code=code)],
        payments=[Sale("5.00", gateway=gateway, reference=reference)],
    )
    order = attrs.evolve(
        order,
        billing_address=billing,
        shipping_address=shipping,
        customer=customer,
        note=note,
        attributes=tuple(attributes),
        channel=channel,
    )
    before = csv_text([NAMES, *order_rows(order, pendulum.UTC)])
    office, _ = imported(before)
    (found,) = office.orders
    after = csv_text([NAMES, *order_rows(found, pendulum.UTC)])
    for row, twin in zip(rows(before), rows(after), strict=True):
        assert [] == [(name, row[name], twin[name]) for name in NAMES if row[name].strip() != twin[name].strip()]
