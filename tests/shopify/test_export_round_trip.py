"""
Our own orders exported, imported into a new shop and exported again give the same file.

What differs on purpose is named in `lost.LOST`, with its reason; everything else is compared cell by cell.
"""

import csv
import io

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice_core import Authorization, BackOffice, Line, Sale, Shipping, errors
from backoffice_core.orders.actions import SetQuantity
from backoffice_core.orders.order import Order
from backoffice_core.orders.terms import PaymentTerms
from backoffice_core.runner import Runner
from backoffice_core.shopify.columns import NAMES
from backoffice_core.shopify.orders_out import order_rows
from backoffice_core.shopify.written import csv_text
from backoffice_core.testing import CountingIds, FrozenClock
from backoffice_core.testing.strategies import amounts, baskets, commands, taxes
from tests.shopify.lost import LOST

Row = dict[str, str]


def shop(clock: FrozenClock | None = None, series: int = 0) -> BackOffice:
    return BackOffice.open(
        "memory:",
        currency="EUR",
        timezone="America/St_Johns",
        taxes_included=True,
        auto_archive=False,
        clock=clock or FrozenClock(),
        new_id=CountingIds(series=series),
    )


def exported(office: BackOffice) -> str:
    file = io.StringIO()
    office.orders.export().to_file(file)
    return file.getvalue()


def imported(text: str) -> tuple[BackOffice, set[str]]:
    """Return a new shop that a file was imported into, and the names of the orders that were left out."""
    office = shop(series=1)  # no id of one shop is one of another
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


def unexplained(office: BackOffice, before: str, after: str, refused: set[str]) -> set[tuple[str, str, str, str]]:
    """Return the differences of two files that `LOST` does not name."""
    orders = {order.name: order for order in office.orders}
    lost = {
        (name, column) for name, order in orders.items() for names, like, _ in LOST if like(order) for column in names
    }
    return {found for found in differing(before, after, refused) if found[:2] not in lost}


#: Terms of payment, and none.
TERMS = (
    None,
    PaymentTerms("net", days=30),
    PaymentTerms("receipt"),
    PaymentTerms("fulfillment"),
    PaymentTerms("fixed", due_at=pendulum.datetime(2030, 1, 1)),
)


def placed(draw: st.DrawFn, office: BackOffice, runner: Runner) -> Order:
    """Return an order in one of three currencies, perhaps with duties, and perhaps of a draft on terms."""
    currency = draw(st.sampled_from(("EUR", "JPY", "KWD")))
    basket = draw(baskets(currency))
    shipping = basket.shipping
    if draw(st.integers(0, 3)) == 0:
        shipping += (Shipping("Duties", draw(amounts(currency, most=999)), draw(taxes())),)
    if draw(st.integers(0, 3)):
        return runner.run(attrs.evolve(basket, shipping=shipping)).order
    terms = draw(st.sampled_from(TERMS))
    draft = office.drafts.create(lines=basket.lines, shipping=shipping, currency=currency, terms=terms).draft
    order = office.drafts.complete(draft.id, payment=draw(st.sampled_from(("paid", "pending")))).order
    assert order is not None
    return order


@st.composite
def lives(draw: st.DrawFn) -> BackOffice:
    """Return a shop of one or two orders that went through up to six commands each."""
    clock = FrozenClock()
    office = shop(clock)
    runner = Runner(office._context)
    for _ in range(draw(st.integers(1, 2))):
        clock.tick(microseconds=draw(st.sampled_from((0, 400_000, 3_600_000_000))))
        try:
            order = placed(draw, office, runner)
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
    assert set() == refused
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


def on_terms(terms: PaymentTerms | None) -> tuple[BackOffice, Order]:
    """Return a shop with an order of one tea, whose payment is on its way."""
    office = shop()
    draft = office.drafts.create(lines=[Line("Tea", price="10.00")], terms=terms).draft
    order = office.drafts.complete(draft.id, payment="pending").order
    assert order is not None
    return office, order


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
        office.orders.refund(id, amount="5.00")
        assert {("Financial Status", "partially_refunded", "refunded")} == both(office)[2]
        office.orders.refund(id, amount="5.00")
        order, twin, found = both(office)
        assert (set(), order.refunded, order.received) == (found, twin.refunded, twin.received)

    def test_what_a_payment_was_asked_for(self) -> None:
        office, id, _ = lived(Authorization("40.00", gateway="card", reference="pi_1", status="pending"))
        names = ("Payment Method", "Payment Reference", "Payment ID", "Payment References")
        assert {(name, "card" if name == names[0] else "pi_1", "") for name in names} == both(office)[2]
        assert "40.00" == office.orders.get(id).outstanding.amount

    def test_that_its_gateway_took_a_refunded_payment_back(self) -> None:
        office, id, cup = lived(Sale("40.00"))
        office.orders.refund(id, lines={cup: 1})
        office.orders.settle(id, office.orders.get(id).transactions[0].id, "reversed")
        assert {("Paid at", "", rows(exported(office))[0]["Created at"])} == both(office)[2]

    def test_on_which_day_something_was_due(self) -> None:
        office, order = on_terms(TERMS[-1])
        assert set() == both(office)[2]
        office.orders.mark_as_paid(order.id)
        assert {("Payment Terms Name", "Fixed", "")} == both(office)[2]

    def test_that_nothing_is_left_to_be_due(self) -> None:
        office, order = on_terms(PaymentTerms("receipt"))
        office.orders.edit(order.id, SetQuantity(order.lines[0].id, 0))
        assert {"Next Payment Due At"} == {column for column, _, _ in both(office)[2]}

    def test_when_the_rest_is_due_of_what_is_on_its_way(self) -> None:
        office, order = on_terms(PaymentTerms("receipt"))
        office.orders.record_payment(order.id, "4.00")
        assert {"Financial Status", "Paid at", "Next Payment Due At"} == {column for column, _, _ in both(office)[2]}

    def test_units_that_were_given_back_for_nothing(self) -> None:
        office, id, cup = lived()
        office.orders.refund(id, lines={cup: 1}, restock="cancel")
        office.orders.fulfill(id)
        office.orders.mark_as_paid(id)
        order, twin, found = both(office)
        assert {("Lineitem fulfillment status", "pending", "fulfilled")} == found
        assert ("30.00", "40.00") == (order.received.amount, twin.received.amount)

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


def test_a_payment_that_was_given_back_in_part_and_taken_back_by_its_gateway() -> None:
    """More is owed than the order costs; only the moment of the payment is lost."""
    office, id, cup = lived(Sale("50.00"))
    office.orders.refund(id, lines={cup: 1}, amount="20.00")
    office.orders.settle(id, office.orders.get(id).transactions[0].id, "reversed")
    order, twin, found = both(office)
    assert {"Paid at"} == {column for column, _, _ in found}
    assert ("50.00", "50.00") == (order.outstanding.amount, twin.outstanding.amount)


def test_what_an_order_is_that_has_the_same_file() -> None:
    """What was paid too much, units that left while others wait, and holds have no figure of their own."""
    office, id, cup = lived(Sale("50.00"))
    order, twin, found = both(office)
    assert (set(), "-10.00", "0.00") == (found, order.outstanding.amount, twin.outstanding.amount)

    office, id, cup = lived()
    office.orders.edit(id, SetQuantity(cup, 0))
    office.orders.record_payment(id, "20.00")
    order, twin, found = both(office)
    assert (set(), "10.00", "10.00") == (found, order.outstanding.amount, twin.outstanding.amount)
    assert ("20.00", "30.00", 0, 1) == (
        order.received.amount,
        twin.received.amount,
        order.counters[cup].to_fulfill,
        twin.counters[twin.lines[1].id].to_fulfill,
    )

    office, id, cup = lived()
    office.orders.hold(id)
    order, twin, found = both(office)
    assert (set(), "on_hold", "unfulfilled") == (found, order.fulfillment_status, twin.fulfillment_status)


def test_the_reference_of_a_refund_comes_back() -> None:
    office, id, _ = lived(Sale("40.00", gateway="card", reference="pi_1"))
    office.orders.refund(id, amount="10.00")
    order = office.orders.get(id)
    sale, back = order.transactions
    again, _ = imported(file_of(attrs.evolve(order, transactions=(sale, attrs.evolve(back, reference="re_2")))))
    (twin,) = again.orders
    assert ["pi_1", "re_2"] == [one.reference for one in twin.transactions]


def test_the_reference_of_a_void_comes_back() -> None:
    office, id, _ = lived(Authorization("40.00", gateway="card", reference="pi_1"))
    office.orders.void(id)
    order = office.orders.get(id)
    held, void = order.transactions
    order = attrs.evolve(order, transactions=(held, attrs.evolve(void, reference="vo_2")))
    again, _ = imported(file_of(order))
    (twin,) = again.orders
    assert ["pi_1", "vo_2"] == [one.reference for one in twin.transactions]
