"""Accounts whose ids differ in case or spaces alone are several people, whatever is done with what is theirs."""

import pytest

from backoffice_core import CustomerRef, Line, Sale, errors

#: Pairs of ids that were one when they were compared without case and surplus spaces, and what queries are made of.
PAIRS = (
    ("ua1", "uA1"),
    ("uA1", "ua1"),
    ("ua1", "ua1 "),
    ("ua 1", "ua  1"),
    ('say "A"', 'say "a"'),
    ("a\\B", "a\\b"),
    ("(A) OR b:c*", "(a) OR b:c*"),
    ("a,B", "a,b"),
    (" ", "  "),
)


def buys(office, id, **more):
    """Place an order of somebody's; return its id."""
    customer = CustomerRef(id=id, email=f"{len(id)}{ord(id[-1])}@example.com")
    return office.orders.place(lines=[Line("Tea", price="9.00")], customer=customer, **more).order.id


@pytest.fixture(params=PAIRS, ids=range(len(PAIRS)))
def pair(request, office):
    """Two people of whom there are records, and an order of each."""
    one, other = request.param
    for id in (one, other):
        office.customers.create(id=id, name="Ada")
    return one, other, buys(office, one), buys(office, other)


def test_commands_on_the_orders_of_one(office, pair):
    """All of theirs are cancelled, and none of the other's."""
    one, _, mine, other = pair
    report = office.orders.bulk(office.customers.orders_of(one)).cancel()
    assert (1, 0) == (report.done, report.refused)
    assert office.orders.get(mine).cancelled_at is not None
    assert office.orders.get(other).cancelled_at is None
    assert [other] == [order.id for order in office.orders if order.cancelled_at is None]


def test_what_one_of_them_bought(office, pair):
    """Counts, sums and the record alike; who never bought can be deleted, whoever else did."""
    one, other, mine, _ = pair
    office.orders.record_payment(mine, "9.00", gateway="cash")
    bought, others = office.customers.bought(one), office.customers.bought(other)
    assert [(1, 1), (1, 0)] == [(each.orders, len([sum for sum in each.spent if sum])) for each in (bought, others)]
    buys(office, f"{one}X")
    office.customers.create(id=f"{one}x")
    office.customers.delete(f"{one}x")
    with pytest.raises(errors.CustomerHasOrders):
        office.customers.delete(one)


def test_saved_views_and_exports(office, pair):
    """What carries a query carries the id as it is."""
    one, _, mine, _ = pair
    query = office.customers.orders_of(one)
    office.orders.views.save("Theirs", query)
    assert [mine] == [order.id for order in office.orders.search(office.orders.views.get("Theirs").query)]
    assert [office.orders.get(mine).name] == [row["Name"] for row in office.orders.export(query).dicts()]


def test_a_guest_is_nobody_with_an_account(office):
    """Orders of an account of one space are not those of a guest with its address."""
    office.customers.create(id="ada", email="ada@example.com")
    theirs = office.orders.place(lines=[Line("Tea", price="9.00")], customer=CustomerRef(email="ada@example.com")).order
    blank = CustomerRef(id=" ", email="ada@example.com")
    office.orders.place(lines=[Line("Tea", price="9.00")], customer=blank)
    assert [theirs.id] == [order.id for order in office.orders.search(office.customers.orders_of("ada"))]


def test_who_is_new(office):
    """A second account is a new customer, and its order the first one of its customer."""
    for id in ("uA1", "ua1", "UA1"):
        buys(office, id, payments=[Sale("9.00", gateway="cash")])
        office._context.clock.tick(hours=1)
    last = buys(office, "ua1", channel="web")
    assert {"new": 3, "returning": 1} == {row.key[0]: row.orders for row in office.reports.sales(by=("customer",))}
    assert 2 == office.orders.conversion(last).order_index


def test_carts(office):
    """Carts of one are found by the id as it is spelled, and by its beginning in any case."""
    for id in ("uA1", "ua1", "UA1 "):
        office.checkouts.start(lines=[Line("Tea", price="9.00")], customer=CustomerRef(id=id))
    found = {query: office.checkouts.count(f"customer_id:{query}") for query in ("uA1", '"UA1 "', "UA1", "UA*", "*")}
    assert {"uA1": 1, '"UA1 "': 1, "UA1": 0, "UA*": 3, "*": 3} == found


def test_an_erased_person_is_two_where_they_had_two_accounts(office):
    """By an address alone, orders of whatever account are theirs; who was one goes on being one."""
    for id in ("uA1", "ua1", "uA1"):
        customer = CustomerRef(id=id, email="ada@example.com")
        office.orders.place(lines=[Line("Tea", price="9.00")], customer=customer)
    before = office.reports.sales(by=("customer",))
    office.customers.erase("ada@example.com")
    ids = [order.customer.id for order in office.orders]
    assert [1, 2] == sorted(ids.count(id) for id in set(ids))
    assert before == office.reports.sales(by=("customer",))
