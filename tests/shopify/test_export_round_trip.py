"""
Our own orders exported, imported into a new shop and exported again give the same file.

What differs on purpose is named in `LOST`, with its reason; everything else is compared cell by cell.
"""

import csv
import io
from collections.abc import Callable

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice_core import Address, Authorization, BackOffice, CustomerRef, Discount, Line, Sale, Shipping, Tax, errors
from backoffice_core.orders.actions import SetQuantity
from backoffice_core.orders.facts import TransactionKind
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


def partly_paid_and_cancelled(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PARTIALLY_PAID and order.cancelled_at is not None


def given_back_just_what_it_cost(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PARTIALLY_REFUNDED and order.sums.refunded == order.sums.total


def paid_before_units_left(order: Order) -> bool:
    return order.financial_status is FinancialStatus.PAID and bool(order.removals) and order.sums.outstanding < 0


def let_go_beside_a_payment(order: Order) -> bool:
    followed = {one.kind for one in order.transactions if one.kind in (TransactionKind.VOID, TransactionKind.REFUND)}
    return followed == {TransactionKind.VOID} and order.financial_status is not FinancialStatus.VOIDED


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
    (
        ("Financial Status", "Paid at"),
        partly_paid_and_cancelled,
        "partly paid, and cancelled: the balance is 0 then, and the file has no other figure for what was paid",
    ),
    (
        ("Financial Status",),
        given_back_just_what_it_cost,
        "overpaid, and given back just what it costs: the file has no figure for what was paid above that",
    ),
    (
        ("Lineitem fulfillment status",),
        paid_before_units_left,
        "paid before units left it, and nothing given back for them yet: no figure of the file says that they left",
    ),
    (
        ("Payment References",),
        let_go_beside_a_payment,
        "a part was let go of and another paid: the file has one figure, and does not say of what the rest was",
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


def referenced(order: Order) -> Order:
    """Return an order whose transactions have references, but for every fourth."""
    named = [
        attrs.evolve(one, reference=one.reference or (f"ref-{at}" if (one.minor + at) % 4 else None))
        for at, one in enumerate(order.transactions)
    ]
    return attrs.evolve(order, transactions=tuple(named))


def file_of(*orders: Order) -> str:
    return csv_text([NAMES, *(row for order in orders for row in order_rows(order, pendulum.UTC))])


@settings(max_examples=60, deadline=None)
@given(lives())
def test_whatever_became_of_orders_the_file_is_the_same_again(office: BackOffice) -> None:
    the_file_is_the_same_again(office)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(max_examples=3000, deadline=None)
@given(lives())
def test_whatever_became_of_many_orders_the_file_is_the_same_again(office: BackOffice) -> None:
    the_file_is_the_same_again(office)


def the_file_is_the_same_again(office: BackOffice) -> None:
    before = exported(office)
    words = {"partially_fulfilled": "partial", "on_hold": "unfulfilled"}
    told = {row["Name"]: row["Fulfillment Status"] for row in reversed(rows(before)) if row["Fulfillment Status"]}
    assert {one.name: words.get(one.fulfillment_status, one.fulfillment_status.value) for one in office.orders} == told
    again, refused = imported(before)
    assert {order.name for order in office.orders if given_back_more_than_it_cost(order)} == refused
    assert set() == unexplained(office, before, exported(again), refused)
    for order in office.orders:
        before = file_of(referenced(order))
        again, refused = imported(before)
        assert set() == unexplained(office, before, file_of(*again.orders), refused)


def lived(*payments: Sale | Authorization, price: str = "10.00") -> tuple[BackOffice, str, str]:
    """Return a shop with an order of three teas and a cup of some price, and the ids of the order and the cup."""
    office = shop()
    lines = [Line("Tea", quantity=3, price="10.00"), Line("Cup", price=price)]
    order = office.orders.place(lines=lines, payments=payments).order
    return office, order.id, order.lines[1].id


def both(office: BackOffice) -> tuple[Order, Order, set[tuple[str, str, str]]]:
    """Return an order, what it comes back as, and column and cells wherever its file differs then."""
    before = exported(office)
    again, refused = imported(before)
    found = differing(before, exported(again), refused)
    (order,), (twin,) = office.orders, again.orders
    return order, twin, {(column, one, other) for _, column, one, other in found}


@pytest.mark.parametrize("price", ["10.00", "0.00"])
@pytest.mark.parametrize(
    "payments",
    [
        (),
        (Sale("5.00"),),
        (Sale("20.00"),),
        (Sale("30.00"),),
        (Authorization("20.00"),),
        (Authorization("30.00"),),
        (Authorization("40.00"),),
    ],
    ids=str,
)
def test_units_that_left_before_the_rest_was_shipped_come_back_as_gone(
    payments: tuple[Sale | Authorization, ...], price: str
) -> None:
    office, id, cup = lived(*payments, price=price)
    office.orders.edit(id, SetQuantity(cup, 0))
    office.orders.fulfill(id)
    order, twin, found = both(office)
    assert set() == found
    assert (0, 3) == (twin.counters[twin.lines[1].id].fulfilled, twin.fulfilled)
    assert (order.current_total, order.outstanding, order.received) == (
        twin.current_total,
        twin.outstanding,
        twin.received,
    )


def test_units_of_an_unpaid_order_that_were_refunded_come_back_as_gone() -> None:
    office, id, cup = lived()
    office.orders.refund(id, lines={cup: 1}, restock="cancel")
    office.orders.fulfill(id)
    order, twin, found = both(office)
    assert (set(), order.outstanding) == (found, twin.outstanding)


class TestWhatIsLost:
    """Each loss that is named happens, so that the list says no more than is true."""

    def test_that_units_left_a_paid_order(self) -> None:
        office, id, cup = lived(Sale("40.00"))
        office.orders.edit(id, SetQuantity(cup, 0))
        office.orders.fulfill(id)
        order, twin, found = both(office)
        assert {("Lineitem fulfillment status", "pending", "fulfilled")} == found
        assert ("-10.00", "0.00") == (order.outstanding.amount, twin.outstanding.amount)

    def test_what_was_paid_of_a_cancelled_order(self) -> None:
        office, id, _ = lived(Sale("5.00"))
        tea = office.orders.get(id).lines[0].id
        office.orders.fulfill(id, lines={tea: 1})
        office.orders.cancel(id, refund=False)
        order, twin, found = both(office)
        assert {"Financial Status", "Paid at"} == {column for column, _, _ in found}
        assert ("partially_paid", "5.00") == (order.financial_status, order.received.amount)
        assert ("paid", "40.00") == (twin.financial_status, twin.received.amount)

    def test_that_more_was_paid_than_it_cost(self) -> None:
        office, id, _ = lived(Sale("50.00"))
        office.orders.refund(id, amount="40.00")
        assert {("Financial Status", "partially_refunded", "refunded")} == both(office)[2]

    def test_the_reference_of_a_void_beside_a_payment(self) -> None:
        office, id, _ = lived(Sale("10.00", gateway="card", reference="pi_1"), Authorization("30.00", gateway="card"))
        office.orders.void(id)
        order = office.orders.get(id)
        payment, held, void = order.transactions
        order = attrs.evolve(order, transactions=(payment, held, attrs.evolve(void, reference="vo_3")))
        before = file_of(order)
        again, refused = imported(before)
        found = differing(before, file_of(*again.orders), refused)
        assert {("#1001", "Payment References", "pi_1 + vo_3", "pi_1")} == found


def test_the_reference_of_a_void_comes_back() -> None:
    office, id, _ = lived(Authorization("40.00", gateway="card", reference="pi_1"))
    office.orders.void(id)
    order = office.orders.get(id)
    held, void = order.transactions
    order = attrs.evolve(order, transactions=(held, attrs.evolve(void, reference="vo_2")))
    again, _ = imported(file_of(order))
    (twin,) = again.orders
    assert ["pi_1", "vo_2"] == [one.reference for one in twin.transactions]


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
    before = file_of(order)
    office, _ = imported(before)
    after = file_of(*office.orders)
    for row, twin in zip(rows(before), rows(after), strict=True):
        assert [] == [(name, row[name], twin[name]) for name in NAMES if row[name].strip() != twin[name].strip()]
