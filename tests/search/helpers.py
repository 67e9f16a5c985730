"""Orders to be found, queries to find them by, and the shop that they are in."""

from collections.abc import Iterable, Sequence

import attrs
from hypothesis import strategies as st

from backoffice_core.orders.asked import Line
from backoffice_core.orders.facts import Fulfillment, Transaction, TransactionKind, Units
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.search.fields import FIELDS, NOT_HELD
from backoffice_core.search.findable import findable
from backoffice_core.search.predicate import predicate
from backoffice_core.search.query import Query
from backoffice_core.search.tree import Node, Term, Value, all_of, any_of, negation
from backoffice_core.search.values import Scope
from backoffice_core.storage.base import Storage
from backoffice_core.testing.builders import a_record, a_shop, an_order
from backoffice_core.testing.clock import START

SCOPE = Scope(START, "Europe/Paris")

#: Few texts, so that they meet; case, accents, spaces, marks and other scripts among them.
TEXTS = (
    *("vip", "VIP", "Gift wrap", "gift", "wrap", "été", "Ete", "Œuvre", "ß", "straße", "日本", "日本語", "a b", "a"),
    *(
        "#1001",
        "1001",
        "ada@example.com",
        "ADA@Example.com",
        "AB-1",
        "ab",
        "100%",
        "a_b",
        "\\",
        "'",
        "*",
        "%",
        "_",
        '"',
    ),
    *("a\x1fb", "x" * 70, "x" * 59, "İstanbul", "ﬁn", "O'Brien", "+33 6 12", "-", "re:mark", "tag:vip", "\U0010fffe"),
)
#: Ids of customers that differ in case and spaces only.
IDS = ("uA1", "ua1", "UA1", "ua1 ", "u a1", "u  A1")
texts = st.sampled_from(TEXTS)
maybe = st.none() | texts


prices = st.sampled_from(("0.00", "5.00"))
kinds = st.sampled_from((TransactionKind.SALE, TransactionKind.AUTHORIZATION))
outcomes = st.sampled_from((TransactionStatus.SUCCESS, TransactionStatus.EXPIRED, TransactionStatus.PENDING))
countries = st.sampled_from((None, "FR", "DE"))
places = st.none() | st.builds(Address, name=maybe, city=maybe, country=countries, phone=maybe)


@st.composite
def orders(draw: st.DrawFn, id: str = "order-1") -> Order:
    """Return an order with texts that meet, and with much missing."""
    lines = [
        Line(draw(texts), sku=draw(maybe), quantity=draw(st.integers(1, 3)), price=draw(prices))
        for _ in range(draw(st.integers(1, 2)))
    ]
    order = an_order(*lines)
    moment = START.add(microseconds=draw(st.sampled_from((0, 1, 60_000_000, 86_400_000_000, -1))))
    paid = [
        Transaction(
            id=f"t-{at}",
            kind=draw(kinds),
            status=draw(outcomes),
            minor=draw(st.sampled_from((100, 500, 1000))),
            currency=order.currency,
            gateway=draw(texts),
            at=moment,
            reference=draw(maybe),
        )
        for at in range(draw(st.integers(0, 2)))
    ]
    parcels = [
        Fulfillment(
            id="f",
            name="f",
            status=FulfillmentStatus.SUCCESS,
            lines=(Units(order.lines[0].id, 1),),
            at=moment,
            location_id=draw(maybe),
        )
        for _ in range(draw(st.integers(0, 1)))
    ]
    return attrs.evolve(
        order,
        id=id,
        name=draw(texts),
        number=draw(st.integers(0, 2)),
        created_at=moment,
        updated_at=moment,
        closed_at=draw(st.sampled_from((None, moment))),
        cancelled_at=draw(st.sampled_from((None, None, moment))),
        customer=draw(
            st.none() | st.builds(CustomerRef, id=maybe | st.sampled_from(IDS), name=maybe, email=maybe, phone=maybe)
        ),
        shipping_address=draw(places),
        billing_address=draw(places),
        channel=draw(maybe),
        test=draw(st.booleans()),
        tags=tuple(draw(st.lists(texts, max_size=2))),
        transactions=tuple(paid),
        fulfillments=tuple(parcels),
    )


WORDS = (
    *("open", "closed", "cancelled", "paid", "unpaid", "pending", "expired", "unshipped", "partial", "no_return"),
    *("5", "5.00", "0", "-1", "1e3", "5..", "..5", "1..2", "now", "today", "-1d", "2024", "2026-01", "2024-02-30"),
    *(
        "true",
        "order-1",
        "..",
        "20..5",
        "2024..2027",
        "-9999y",
        "1e30",
        "999999999999999",
        "\ud800",
        "\0",
        "2026-03-29",
    ),
)
prefixes = st.builds(Value, texts | st.just(""), prefix=st.just(True)) | st.builds(
    Value, texts, quoted=st.just(True), prefix=st.just(True)
)
values = st.builds(Value, st.sampled_from(WORDS) | texts, quoted=st.booleans()) | prefixes
fields = st.sampled_from((*FIELDS, "nothing", NOT_HELD[0]))
free = st.builds(lambda value: Term(None, "", (value,)), values)
comparators = st.sampled_from(("", "", "", "<", "<=", ">", ">="))
fielded = st.builds(Term, fields, comparators, st.lists(values, min_size=1, max_size=3).map(tuple))
whose = st.builds(Value, st.sampled_from(IDS), st.booleans(), st.booleans())
fielded |= st.builds(Term, st.just("customer_id"), st.just(""), st.lists(whose, min_size=1, max_size=2).map(tuple))


def trees() -> st.SearchStrategy[Node]:
    """Return trees as `parse` makes them."""
    return st.recursive(
        free | fielded,
        lambda parts: (
            st.lists(parts, min_size=1, max_size=3).map(all_of)
            | st.lists(parts, min_size=1, max_size=3).map(any_of)
            | parts.map(negation)
        ),
        max_leaves=6,
    )


def found(query: str, *some: Order, scope: Scope = SCOPE) -> list[str]:
    """Return the names of those orders that a query finds; nothing in it may be unclear."""
    meant = Query.read(query).strict_meaning(scope)
    return [order.name for order in some if predicate(meant.condition)(findable(order))]


def unclear(query: str, scope: Scope = SCOPE) -> list[str]:
    """Return the codes of what is unclear in a query."""
    return [warning.code for warning in Query.read(query).meaning(scope).warnings]


def stored(storage: Storage, some: Iterable[Order]) -> Sequence[Order]:
    """Put orders into the shop ``main`` of a storage; return them as they were saved."""
    with storage.write("main") as unit:
        unit.create_shop(a_shop())
        return [unit.put(a_record(order)) for order in some]
