"""One order that lives through everything, stage by stage: for tests that want a fact of every kind."""

import attrs

from backoffice_core.orders.actions import AddCustomItem, AddDiscount, AddShipping, RemoveDiscount, SetQuantity
from backoffice_core.orders.archive import Archive, Unarchive
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.edit import EditOrder
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, UpdateTracking
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.invoice import SendInvoice
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.people import UpdateAddress, UpdateCustomer
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
from backoffice_core.orders.rules import decide
from backoffice_core.orders.settle import ExpireAuthorizations, Settle
from backoffice_core.orders.shipment import UpdateShipment
from backoffice_core.orders.stock import Level
from backoffice_core.orders.tags import AddTags, RemoveTags
from backoffice_core.testing.builders import a_shop, placed, stocked
from backoffice_core.testing.clock import START, FrozenClock
from backoffice_core.testing.ids import CountingIds


class _Life:
    """An order and what commands made of it, five hours after one another."""

    def __init__(self, placing: Change, known: Facts, clock: FrozenClock) -> None:
        self.changes = [placing]
        self.clock = clock
        self._known = known
        self.cup, self.tea = (line.id for line in placing.order.lines[:2])

    @property
    def order(self) -> Order:
        """The order as it is now."""
        return self.changes[-1].order

    def do(self, *commands: Command) -> None:
        """Run commands on the order, one after the other."""
        for command in commands:
            self.clock.tick(hours=5)
            change = decide(self.order, command, attrs.evolve(self._known, now=self.clock()))
            assert change, command
            self.changes.append(change)


def _placed_whole(id: str, known: Facts) -> Change:
    """Return the placing of an order in which no field is left out."""
    address = Address(name="Ada Lovelace", company="Engines", address1="1 Row", address2="Attic", city="London")
    return placed(
        Line(variant="CUP", quantity=4, taxes=[Tax("TVA", "0.20"), Tax("Eco", "0.01", amount="0.07")]),
        Line("Tea", sku="TEA", quantity=3, price="9.99", variant_title="Green", vendor="Leaves"),
        Line("Engraving", price="5.00", kind=LineKind.CUSTOM, properties={"text": "A.L."}, requires_shipping=False),
        Line("Tip", price="2.00", kind=LineKind.TIP),
        Line("Card", price="10.00", kind=LineKind.GIFT_CARD),
        id=id,
        facts=known,
        shipping=[Shipping("Post", "5.90", [Tax("TVA", "0.20")])],
        discounts=[
            Discount("Spring", percent="12.5", code="SPRING"),
            Discount("Post", amount="1.00", on="shipping"),
        ],
        customer=CustomerRef(
            id="c-1",
            name="Ada Lovelace",
            email="ada@example.com",
            phone="+4420",
            locale="fr",
            accepts_marketing=True,
        ),
        shipping_address=attrs.evolve(address, zip="W1", province="LND", province_name="London", country="GB"),
        billing_address=attrs.evolve(address, phone="+4421"),
        note="Ring twice",
        attributes={"gift": "yes"},
        channel="web",
        source=("web", f"checkout-{id}"),
        tags="vip, early",
        payments=[
            Authorization("40.00", gateway="stripe", reference="pi_1", expires_at=START.add(days=7)),
            Authorization("9.00", gateway="stripe", reference="pi_2", expires_at=START.add(days=1)),
            Authorization("6.00", gateway="stripe", reference="pi_3"),
            Sale("20.00", gateway="bank", reference="wire-1", status="pending"),
            Sale("3.00", gateway="paypal", status="failure"),
        ],
    )


def _pay(life: _Life) -> None:
    """Its payments come, in part and not at all."""
    wire = life.order.transactions[3].id
    life.do(
        Settle(transaction=wire, outcome="unknown"),
        Settle(transaction=wire, outcome="success", amount="18.00", reference="wire-1b"),
        Capture(amount="25.00", final=True),
        RecordPayment(amount="1.50", gateway="cash", reference="till-7", status="pending"),
    )


def _ship(life: _Life) -> None:
    """It is held, and leaves in parcels."""
    till = life.order.transactions[-1].id
    life.do(
        Settle(transaction=till, outcome="failure", error="drawer_closed"),
        HoldOrder(reason="high_risk_of_fraud", lines={life.cup: 1}, note="call her"),
        ReleaseHold(reason="called"),
        Fulfill(lines={life.cup: 2, life.tea: 1}, tracking="LX1", tracking_url="https://t.example/LX1", carrier="Post"),
        Fulfill(lines={life.cup: 1}, location="there"),
    )


def _refund(life: _Life) -> None:
    """Its parcels are on their way, and units come back for money."""
    parcels = life.order.fulfillments
    life.do(
        UpdateTracking(fulfillment=parcels[0].id, tracking="LX2", notify=True),
        UpdateShipment(fulfillment=parcels[0].id, status="out_for_delivery", notify=True),
        UpdateShipment(fulfillment=parcels[0].id, status="in_transit", at=life.clock().subtract(hours=7)),
        UpdateShipment(fulfillment=parcels[0].id, status="delivered", notify=True),
        CancelFulfillment(fulfillment=parcels[1].id),
        RefundOrder(
            lines={life.cup: 1}, restock="return", location="there", amount="8.00", note="chipped", notify=True
        ),
        RefundOrder(lines={life.tea: 1}, restock="no_restock", amount="12.00"),
    )


def _return(life: _Life) -> None:
    """Units are asked back, and some of them come."""
    life.do(
        RequestReturn(lines={life.cup: 1}, reason="unwanted", note="too blue"),
        DeclineReturn(return_id="#1001-R1", reason="final_sale", note="sold as it is", notify=True),
        RequestReturn(lines={life.cup: 1, life.tea: 1}, reason={life.cup: "defective", life.tea: "style"}),
        ApproveReturn(return_id="#1001-R2", notify=True),
        ReceiveReturn(return_id="#1001-R2", lines={life.tea: 1}),
        CloseReturn(return_id="#1001-R2"),
        ReopenReturn(return_id="#1001-R2"),
        CloseReturn(return_id="#1001-R2"),
        RequestReturn(lines={life.cup: 1}, approve=True),
        CancelReturn(return_id="#1001-R3"),
    )


def _write_on(life: _Life, sent: str) -> None:
    """Money goes back once more, and much is written on it."""
    bill_to = life.order.billing_address
    assert bill_to is not None
    life.do(
        RefundOrder(amounts={life.tea: "1.00"}, shipping="2.00", pay_later=True),
        RestockUnits(lines={life.tea: 1}),
        Settle(transaction=sent, outcome="reversed", amount="0.50", reference="dp_1"),
        AddTags(tags=("Late",)),
        RemoveTags(tags=("early",)),
        SetNote(note="Ring once"),
        AddComment(text="she is kind"),
        UpdateCustomer(phone="+4422"),
        UpdateAddress(billing=attrs.evolve(bill_to, city="Bath")),
        AddComment(text="call her again"),
    )


def _end(life: _Life) -> None:
    """It is filed, edited and cancelled."""
    kind, again = (one.id for one in life.order.comments)
    life.do(
        EditComment(comment_id=kind, text="she is very kind"),
        DeleteComment(comment_id=again),
        Archive(),
        Unarchive(),
        ExpireAuthorizations(),
        EditOrder(
            actions=[
                SetQuantity(life.tea, 3),
                AddCustomItem("Ribbon", "0.80", 2, taxes=[Tax("TVA", "0.20")]),
                RemoveDiscount("SPRING"),
                AddDiscount(Discount("Sorry", amount="1.50")),
                AddShipping("Express", "3.00"),
            ],
            note="as agreed by telephone",
            notify=True,
        ),
        SendInvoice(),
        HoldOrder(reason="other"),
        Cancel(reason="customer", note="no longer wanted", restock=False, refund=True, notify=True),
    )


def a_whole_life(id: str = "order-1") -> list[Change]:
    """
    Return the changes of one order, from placing to cancelling.

    Its document ends with a fact of every kind, each optional field filled somewhere; its events
    are of nearly every class.
    """
    clock, ids = FrozenClock(START), CountingIds(series=42)
    shop = a_shop(notifications=("order_placed",), taxes_included=False)
    known = attrs.evolve(stocked({"here": 9, "there": 9}, "CUP", now=START, actor="marie"), new_id=ids, settings=shop)
    levels = {("v-CUP", "here"): Level(9, 4), ("v-CUP", "there"): Level(9)}
    life = _Life(_placed_whole(id, known), attrs.evolve(known, levels=levels), clock)
    _pay(life)
    _ship(life)
    _refund(life)
    sent = life.order.transactions[-1].id
    _return(life)
    _write_on(life, sent)
    _end(life)
    final = life.order
    for facts in (final.refunds, final.removals, final.restockings, final.holds, final.comments, final.fulfillments):
        assert facts
    assert {line.restock for one in final.refunds for line in one.lines} >= {Restock.RETURN, Restock.NO_RESTOCK}
    return life.changes
