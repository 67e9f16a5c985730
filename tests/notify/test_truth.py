"""Which messages a change calls for, and which are not true any more when they are about to be sent."""

import re
from pathlib import Path
from typing import Any

import pytest

import backoffice_core.orders
from backoffice_core import Assessment, Authorization, BackOffice, Line, Sale, SetQuantity, errors
from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.truth import REASONS
from tests.notify.helpers import a_shop, bare_shop

ALL = tuple(KINDS)
ORDERS = Path(backoffice_core.orders.__path__[0])
TEA = Line("Tea", sku="TEA", quantity=3, price="10.00")


@pytest.fixture
def office() -> BackOffice:
    """A shop that sends whatever there is to send."""
    office = a_shop()
    office.change_settings(notifications=ALL)
    return office


def placed(office: BackOffice, **asked: Any) -> str:
    """Return the id of an order whose confirmation and the like were sent."""
    plain: dict[str, Any] = {"lines": [TEA], "email": "ada@example.com", "payments": [Sale("30.00")]}
    id = office.orders.place(**{**plain, **asked}).order.id
    office.outbox.deliver()
    return id


def waiting(office: BackOffice) -> list[str]:
    """Return the kinds that wait."""
    return [row.kind for row in office.outbox.list("waiting")]


def became(office: BackOffice) -> dict[str, str | None]:
    """Deliver what waits, and return why each was skipped; ``sent`` for what was not."""
    ids = {row.id for row in office.outbox.list("waiting")}
    office.outbox.deliver()
    return {row.kind: row.error or row.state for row in office.outbox.list() if row.id in ids}


class TestCalls:
    def test_placing(self, office: BackOffice) -> None:
        office.orders.place(lines=[TEA], email="ada@example.com", payments=[Sale("30.00", status="failure")])
        assert ["order_placed", "staff_order_placed", "payment_failed"] == waiting(office)

    def test_what_each_command_tells_by_the_settings(self, office: BackOffice) -> None:
        """Without `notify`, and not with ``notify=False``."""
        order, second, third = placed(office), placed(office), placed(office)
        desk, line = office.orders, office.orders.get(order).lines[0].id
        parcel = desk.fulfill(order, lines={"TEA": 1}).fulfillment
        assert parcel is not None
        desk.update_tracking(order, parcel.id, tracking="LX1")
        desk.update_shipment(order, parcel.id, "out_for_delivery")
        desk.update_shipment(order, parcel.id, "delivered")
        desk.refund(order, lines={"TEA": 1})
        desk.edit(order, SetQuantity(line, 1))
        desk.request_return(order, approve=True)
        desk.cancel(second)
        told = ["order_shipped", "tracking_updated", "parcel_out_for_delivery", "parcel_delivered"]
        told += ["order_refunded", "order_edited", "return_approved"]
        assert [*told, "order_cancelled"] == waiting(office)
        office.outbox.deliver()
        desk.fulfill(third, lines={"TEA": 1}, notify=False)
        desk.edit(third, SetQuantity(desk.get(third).lines[0].id, 2), notify=False)
        desk.cancel(third, notify=False)
        assert [] == waiting(office)

    @pytest.mark.parametrize("kind", sorted(set(KINDS) - {"order_invoice", "draft_invoice"}))
    def test_each_can_be_switched_off(self, kind: str) -> None:
        """With all others on, this one is not sent by itself."""
        office = a_shop()
        office.change_settings(notifications=tuple(one for one in ALL if one != kind))
        everything(office)
        assert kind not in {row.kind for row in office.outbox.list()}

    def test_all_that_an_order_calls_for(self, office: BackOffice) -> None:
        """Every kind but those of drafts, checkouts and exports, and those that staff sends."""
        everything(office)
        about_orders = {name for name, kind in KINDS.items() if kind.about == "order"}
        assert about_orders - {"order_invoice"} == {row.kind for row in office.outbox.list()}

    def test_returns(self, office: BackOffice) -> None:
        """Asked for, the customer hears that it came and staff that it is there; approved at once, neither."""
        order = placed(office)
        office.orders.fulfill(order, notify=False)
        office.orders.request_return(order, lines={"TEA": 1})
        assert ["return_requested", "staff_return_requested"] == waiting(office)
        assert {"return_requested": "sent", "staff_return_requested": "sent"} == became(office)

    def test_money_that_comes_later(self, office: BackOffice) -> None:
        """It is told once it is there; what came with the order is not, and too much is told to staff."""
        order = placed(office, payments=[])
        office.orders.record_payment(order, "31.00", reference="wire-1")
        office.orders.record_payment(order, "31.00", reference="wire-1")
        assert ["payment_received", "staff_overpaid"] == waiting(office)
        office.orders.record_payment(order, "1.00", reference="wire-2")
        assert ["payment_received", "staff_overpaid", "payment_received"] == waiting(office)

    def test_what_is_about_to_lapse(self, office: BackOffice) -> None:
        """Two days before, once, to staff."""
        expires = office._context.now().add(days=7)
        placed(office, payments=[Authorization("30.00", expires_at=expires)])
        office._context.clock.tick(days=4)  # type: ignore[attr-defined]
        assert 0 == office.run_due().announced
        office._context.clock.tick(days=1)  # type: ignore[attr-defined]
        assert (1, 0) == (office.run_due().announced, office.run_due().announced)
        assert ["staff_authorization_expiring"] == waiting(office)
        assert {"staff_authorization_expiring": "sent"} == became(office)
        (sent,) = office._notifier.sent[-1:]  # type: ignore[attr-defined]
        assert ("staff", "owner@example.com", ("marie@example.com",)) == (sent.audience, sent.to, sent.cc)
        assert "€30.00 of #1001 are authorized until May 24, 2024, 11:30" in " ".join(sent.text.split())
        office._context.clock.tick(days=2)  # type: ignore[attr-defined]
        assert 1 == office.run_due().expired

    def test_a_payment_that_is_due(self, office: BackOffice) -> None:
        """The customer is reminded on the day, once."""
        draft = office.drafts.create(lines=[TEA], email="ada@example.com", terms=_net(14)).draft
        office.drafts.complete(draft.id)
        office.outbox.deliver()
        office._context.clock.tick(days=14)  # type: ignore[attr-defined]
        assert (1, 0) == (office.run_due().announced, office.run_due().announced)
        assert {"payment_reminder": "sent"} == became(office)
        (sent,) = office._notifier.sent[-1:]  # type: ignore[attr-defined]
        assert "The payment for your order #1001 was due on May 31, 2024." in sent.text
        assert "€30.00 is left to pay." in sent.text


class TestSkipped:
    def test_what_was_cancelled(self, office: BackOffice) -> None:
        """Nobody hears that it is confirmed or changed; a parcel that left, and the cancel, are told."""
        office.orders.place(lines=[TEA], email="ada@example.com", payments=[Sale("30.00")])
        order = office.orders.page().orders[0].id
        office.orders.fulfill(order, lines={"TEA": 1})
        office.orders.edit(order, SetQuantity(office.orders.get(order).lines[0].id, 2))
        office.orders.cancel(order)
        told = became(office)
        assert {"order_shipped": "sent", "order_cancelled": "sent"}.items() <= told.items()
        assert ["cancelled"] * 3 == [told[name] for name in ("order_placed", "order_edited", "staff_order_placed")]

    def test_a_parcel_that_was_undone(self, office: BackOffice) -> None:
        order = placed(office)
        parcel = office.orders.fulfill(order).fulfillment
        assert parcel is not None
        office.orders.cancel_fulfillment(order, parcel.id)
        assert {"order_shipped": "undone"} == became(office)

    def test_what_was_paid_meanwhile(self, office: BackOffice) -> None:
        order = placed(office, payments=[])
        office.orders.send_invoice(order)
        office.orders.mark_as_paid(order)
        assert {"order_invoice": "nothing_owed", "payment_received": "sent"} == became(office)

    def test_a_payment_by_other_means(self, office: BackOffice) -> None:
        """One that failed is not told when another one paid."""
        failed = office.orders.place(lines=[TEA], email="ada@example.com", payments=[Sale("30.00", status="failure")])
        office.orders.record_payment(failed.order.id, "30.00")
        assert "nothing_owed" == became(office)["payment_failed"]

    def test_a_refund_that_failed(self, office: BackOffice) -> None:
        order = placed(office)
        back = office.orders.refund(order, amount="5.00").transactions[-1]
        office.orders.settle(order, back.id, "reversed")
        assert "sent" == became(office)["order_refunded"], "it went out, and came back later"

    def test_a_return_that_was_answered(self, office: BackOffice) -> None:
        order = placed(office)
        office.orders.fulfill(order, notify=False)
        one = office.orders.request_return(order, lines={"TEA": 1}).order.returns[0].id
        office.orders.approve_return(order, one)
        office.orders.cancel_return(order, one)
        assert {"return_requested": "settled", "staff_return_requested": "settled", "return_approved": "settled"} == (
            became(office)
        )

    def test_what_was_captured(self, office: BackOffice) -> None:
        order = placed(office, payments=[Authorization("30.00", expires_at=office._context.now().add(days=2))])
        office.run_due()
        office.orders.capture(order)
        assert "settled" == became(office)["staff_authorization_expiring"]

    def test_what_was_given_back(self, office: BackOffice) -> None:
        """Staff is not told of money that is not too much any more."""
        order = placed(office, payments=[])
        office.orders.record_payment(order, "31.00")
        office.orders.refund(order, amount="1.00")
        assert "nothing_owed" == became(office)["staff_overpaid"]

    def test_drafts_that_are_over(self, office: BackOffice) -> None:
        for end in ("complete", "delete"):
            draft = office.drafts.create(lines=[TEA], email="ada@example.com").draft
            office.drafts.send_invoice(draft.id)
            getattr(office.drafts, end)(draft.id)
            assert {"complete": "completed", "delete": "deleted"}[end] == became(office)["draft_invoice"]

    @pytest.mark.parametrize(
        ("told", "then", "became_of_it"),
        [
            ("out_for_delivery", "in_transit", "elsewhere"),
            ("delivered", "failure", "elsewhere"),
            ("delivered", None, "sent"),
            ("out_for_delivery", None, "sent"),
        ],
    )
    def test_a_parcel_that_is_elsewhere(
        self, office: BackOffice, told: str, then: str | None, became_of_it: str
    ) -> None:
        """Nobody hears that it is out for delivery once it is not, or that it arrived once it did not."""
        order = placed(office)
        office.orders.fulfill(order, notify=False)
        office.orders.update_shipment(order, "#1001-F1", told)
        if then is not None:
            office.orders.update_shipment(order, "#1001-F1", then)
        assert {f"parcel_{told}": became_of_it} == became(office)

    def test_a_parcel_that_arrived_and_was_undone(self, office: BackOffice) -> None:
        order = placed(office)
        office.orders.fulfill(order, notify=False)
        office.orders.update_shipment(order, "#1001-F1", "delivered")
        office.orders.cancel_fulfillment(order, "#1001-F1")
        assert {"parcel_delivered": "undone"} == became(office)

    def test_nobody_to_write_to(self) -> None:
        """A guest without an address, a shop that says nobody for its staff."""
        office = bare_shop(notifications=["order_placed", "staff_order_placed"])
        office.orders.place(lines=[TEA])
        assert {"order_placed": "no_address", "staff_order_placed": "no_address"} == became(office)

    def test_reasons_have_words(self) -> None:
        assert all(text[0].islower() for text in REASONS.values())

    def test_the_reasons_of_mails_that_ask_back_are_among_them(self) -> None:
        """All that the rules can give, as they stand in their text."""
        source = "".join((ORDERS / f"{name}.py").read_text(encoding="utf-8") for name in ("recovery", "checkouts"))
        given = set(re.findall(r'^ +\("([a-z_]+)", ', source, re.MULTILINE))
        given |= set(re.findall(r'\bended\(.*, "([a-z_]+)"\)', source))
        given |= {"opted_out", "closed", "completed", "no_address"}
        assert {"drafted", "paying", "ordered_since", "turned_off"} <= given
        assert given <= set(REASONS)


class TestRecipients:
    @pytest.mark.parametrize("odd", ["nobody", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>", "", 5, ["a@b"]])
    def test_addresses_that_are_none(self, office: BackOffice, odd: Any) -> None:
        """Refused, without repeating what may be somebody's."""
        for given in ({"owner_email": odd}, {"staff_emails": [odd]}):
            with pytest.raises(errors.InvalidValue) as no:
                office.change_settings(**given)
            assert "Bcc" not in str(no.value)

    def test_answers_go_to_the_shop(self, office: BackOffice) -> None:
        placed(office)
        by_kind = {one.kind: dict(one.headers) for one in office._notifier.sent}  # type: ignore[attr-defined]
        shop = {"Auto-Submitted": "auto-generated", "Reply-To": "bonjour@example.com"}
        assert shop == by_kind["order_placed"]
        assert {"Auto-Submitted": "auto-generated"} == by_kind["staff_order_placed"]


def _net(days: int) -> Any:
    from backoffice_core import PaymentTerms

    return PaymentTerms("net", days=days)


def everything(office: BackOffice) -> None:
    """Do all that calls for a message about an order."""
    desk, now = office.orders, office._context.now()
    order = desk.place(
        lines=[TEA],
        email="ada@example.com",
        payments=[Sale("5.00", status="failure"), Authorization("9.00", expires_at=now.add(days=2))],
    ).order
    parcel = desk.fulfill(order.id, lines={"TEA": 2}).fulfillment
    assert parcel is not None
    desk.update_tracking(order.id, parcel.id, tracking="LX1")
    desk.update_shipment(order.id, parcel.id, "out_for_delivery")
    desk.update_shipment(order.id, parcel.id, "delivered")
    paid = desk.record_payment(order.id, "40.00", reference="w-1").order.transactions[-1]
    desk.settle(order.id, paid.id, "reversed", amount="1.00", reference="w-2")
    desk.edit(order.id, SetQuantity(order.lines[0].id, 4))
    desk.refund(order.id, lines={"TEA": 1})
    for answer in (desk.approve_return, desk.decline_return):
        one = desk.request_return(order.id, lines={"TEA": 1}).order.returns[-1]
        answer(order.id, one.id)
    office.run_due()
    on_terms = office.drafts.create(lines=[TEA], email="ada@example.com", terms=_net(1)).draft
    office.drafts.complete(on_terms.id)
    office._context.clock.tick(days=1)  # type: ignore[attr-defined]
    office.run_due()
    desk.assess(order.id, Assessment("high", provider="kount"))
    desk.cancel(desk.place(lines=[TEA], email="ada@example.com").order.id)


class TestHighRisk:
    def test_told_once_and_only_while_it_is_true(self, office: BackOffice) -> None:
        """When the level becomes high, not again; and not at all once somebody cleared it."""
        office.change_settings(notifications=("staff_high_risk",), owner_email="owner@example.com")
        order = placed(office)
        office.orders.assess(order, Assessment("high", provider="kount"))
        office.orders.assess(order, Assessment("high", provider="sift"))
        assert ["staff_high_risk"] == waiting(office)
        office.orders.assess(order, Assessment("low", provider="kount"))
        office.orders.assess(order, Assessment("low", provider="sift"))
        office.outbox.deliver()
        assert ["cleared"] == [row.error for row in office.outbox.list("skipped")]
