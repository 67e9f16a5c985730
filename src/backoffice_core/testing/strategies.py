"""
Hypothesis strategies: amounts, baskets, and commands on an order.

Amounts are drawn near the edges where rules change their mind, not evenly.
"""

from collections.abc import Sequence

from hypothesis import strategies as st

from backoffice_core.money import Money, digits
from backoffice_core.orders.actions import (
    Action,
    AddCustomItem,
    AddDiscount,
    AddShipping,
    ChangeShipping,
    RemoveDiscount,
    RemoveShipping,
    SetQuantity,
)
from backoffice_core.orders.announce import AnnounceDue
from backoffice_core.orders.archive import Archive, Unarchive
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.assess import Assess, EndAssessing, Reassess
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Authorize, Capture, MarkAsPaid, Void
from backoffice_core.orders.people import UpdateCustomer
from backoffice_core.orders.place import Place
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.returns import (
    ApproveReturn,
    CancelReturn,
    CloseReturn,
    DeclineReturn,
    ReceiveReturn,
    ReopenReturn,
    RequestReturn,
)
from backoffice_core.orders.risk import Assessment, RiskLevel
from backoffice_core.orders.settle import ExpireAuthorizations, Settle
from backoffice_core.orders.tags import AddTags, RemoveTags

#: Tax rates that people pay, and two that round badly.
RATES = ("0", "0.055", "0.10", "0.20", "0.077", "0.3333")


def minors(most: int = 100_000) -> st.SearchStrategy[int]:
    """Return amounts in minor units, 0 to *most*, with the awkward ones often."""
    return st.one_of(st.sampled_from([n for n in (0, 1, 2, 3, 99, 100, 999, 1999) if n <= most]), st.integers(0, most))


def amounts(currency: str = "EUR", *, least: int = 0, most: int = 100_000) -> st.SearchStrategy[Money]:
    """Return amounts of a currency."""
    digits(currency)
    return minors(most).map(lambda minor: Money(max(minor, least), currency))


def taxes() -> st.SearchStrategy[tuple[Tax, ...]]:
    """Return no tax, one or two."""
    one = st.builds(Tax, st.sampled_from(("TVA", "GST", "PST")), st.sampled_from(RATES))
    return st.lists(one, max_size=2, unique_by=lambda tax: tax.title).map(tuple)


def discounts(currency: str = "EUR", on: Sequence[str] = ("order",)) -> st.SearchStrategy[Discount]:
    """Return a fixed discount or a percentage, on one of some targets."""
    target = st.sampled_from(tuple(on))
    return st.one_of(
        st.builds(Discount, st.just("Off"), amount=amounts(currency, most=3000), on=target),
        st.builds(Discount, st.just("Off"), percent=st.sampled_from(("1", "10", "12.5", "33.33", "100")), on=target),
    )


@st.composite
def lines(draw: st.DrawFn, sku: str | None = None, currency: str = "EUR") -> Line:
    """Return a line of a host's own goods."""
    kind = draw(st.sampled_from((LineKind.PRODUCT, LineKind.PRODUCT, LineKind.CUSTOM, LineKind.GIFT_CARD)))
    return Line(
        "Goods",
        sku=sku,
        quantity=draw(st.integers(1, 4)),
        price=draw(amounts(currency, most=9_999)),
        taxes=draw(taxes()),
        kind=kind,
    )


@st.composite
def baskets(draw: st.DrawFn, currency: str = "EUR") -> Place:
    """Return a command that places an order of one to three lines, perhaps discounted, shipped, tipped and paid."""
    count = draw(st.integers(1, 3))
    sold = [draw(lines(f"SKU-{at}", currency)) for at in range(count)]
    if draw(st.booleans()):
        sold.append(Line("Tip", price=draw(amounts(currency, most=500)), kind=LineKind.TIP))
    payment = st.sampled_from((Sale, Authorization))
    paid = draw(st.lists(st.builds(lambda kind, money: kind(money), payment, amounts(currency, least=1)), max_size=2))
    return Place(
        lines=tuple(sold),
        shipping=draw(st.one_of(st.none(), st.builds(Shipping, st.just("Post"), amounts(currency, most=999), taxes()))),
        discounts=tuple(draw(st.lists(discounts(currency, ("order", "SKU-0", "shipping")), max_size=2))),
        payments=tuple(paid),
        currency=currency,
        taxes_included=draw(st.booleans()),
    )


def actions(order: Order) -> st.SearchStrategy[Action]:
    """Return an action of an edit of *order* that may be possible, or only just not."""
    named = st.sampled_from([line.id for line in order.lines])
    price = amounts(order.currency, most=5_000)
    kinds: list[st.SearchStrategy[Action]] = [
        st.builds(SetQuantity, named, st.integers(0, 6), restock=st.booleans()),
        st.builds(AddCustomItem, st.just("Item"), price, st.integers(1, 3), taxes=taxes()),
        st.builds(AddDiscount, discounts(order.currency, ("order", order.lines[0].id))),
        st.builds(AddShipping, st.just("Post"), price, taxes=taxes()),
    ]
    if order.discounts:
        kinds.append(st.builds(RemoveDiscount, st.sampled_from([one.id for one in order.discounts])))
    if order.shipping_lines:
        charge = st.sampled_from([one.id for one in order.shipping_lines])
        kinds += [st.builds(RemoveShipping, charge), st.builds(ChangeShipping, charge, price)]
    return st.one_of(kinds)


@st.composite
def commands(draw: st.DrawFn, order: Order) -> Command:
    """Return a command on *order* that may be possible on it, or only just not."""
    parts = st.one_of(st.none(), st.dictionaries(st.sampled_from([line.id for line in order.lines]), st.integers(1, 4)))
    edges = {1, order.sums.capturable, order.sums.refundable, abs(order.sums.outstanding)}
    near = st.sampled_from(sorted({n + by for n in edges for by in (-1, 0, 1) if n + by > 0}))
    amount = near.map(lambda minor: Money(minor, order.currency))
    maybe = st.one_of(st.none(), amount)
    ways = st.sampled_from((None, "cancel", "return", "no_restock"))
    kinds: list[st.SearchStrategy[Command]] = [
        st.builds(Authorize, amount=maybe),
        st.builds(Capture, amount=maybe, final=st.booleans(), allow_over=st.booleans()),
        st.builds(Void),
        st.builds(RecordPayment, amount=amount, reference=st.sampled_from((None, "r-1", "r-2"))),
        st.builds(MarkAsPaid),
        st.builds(Fulfill, lines=parts),
        st.builds(HoldOrder, lines=parts),
        st.builds(ReleaseHold),
        st.builds(Assess, assessment=st.builds(Assessment, st.sampled_from(RiskLevel), provider=st.just("kount"))),
        st.builds(Reassess),
        st.builds(EndAssessing, provider=st.sampled_from((None, "kount"))),
        st.builds(
            RefundOrder,
            lines=parts,
            restock=ways,
            amount=maybe,
            shipping=st.sampled_from((None, True)),
            pay_later=st.booleans(),
        ),
        st.builds(RestockUnits, lines=parts),
        st.builds(Cancel, restock=st.booleans(), refund=st.booleans()),
        st.builds(EditOrder, actions=st.lists(actions(order), min_size=1, max_size=3)),
        st.builds(Archive),
        st.builds(Unarchive),
        st.builds(AddTags, tags=st.sampled_from((("a",), ("A", "b")))),
        st.builds(RemoveTags, tags=st.sampled_from((("a",), ("c",)))),
        st.builds(SetNote, note=st.sampled_from((None, "Ring"))),
        st.builds(AddComment, text=st.just("Called")),
        st.builds(UpdateCustomer, customer_name=st.sampled_from(("Ada", "Grace")), guest=st.booleans()),
        st.builds(ExpireAuthorizations),
        st.builds(AnnounceDue),
    ]
    if order.transactions:
        which = st.sampled_from([one.id for one in order.transactions])
        outcomes = st.sampled_from(("success", "failure", "unknown", "reversed"))
        kinds.append(st.builds(Settle, transaction=which, outcome=outcomes))
    kinds.append(st.builds(RequestReturn, lines=parts, approve=st.booleans()))
    if order.returns:
        which = st.sampled_from([one.id for one in order.returns])
        kinds.append(st.builds(ReceiveReturn, return_id=which, lines=parts))
        steps = (ApproveReturn, DeclineReturn, CloseReturn, ReopenReturn, CancelReturn)
        kinds += [st.builds(kind, return_id=which) for kind in steps]
    if order.fulfillments:
        which = st.sampled_from([one.id for one in order.fulfillments])
        kinds.append(st.builds(CancelFulfillment, fulfillment=which))
    if order.comments:
        which = st.sampled_from([one.id for one in order.comments])
        kinds.append(st.builds(EditComment, comment_id=which, text=st.sampled_from(("Called", "Called twice"))))
        kinds.append(st.builds(DeleteComment, comment_id=which))
    return draw(st.one_of(kinds))
