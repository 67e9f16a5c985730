"""Checkouts as a host reports them, through the door, in memory and on SQLite."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice, CustomerRef, Discount, Line, Sale, Shipping, Tax, errors
from backoffice_core.orders.reminder import CheckoutStep
from backoffice_core.testing.contract_base import everything
from tests.orders.carts import ADA, a_shop_with_carts, begun, clock, happened, left

VAT = Tax("VAT", "0.20")


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    office = a_shop_with_carts("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db")
    yield office
    office.close()


class TestRule1_PricedAsAnOrder:
    def test_it_is_priced_as_an_order_is(self, office: BackOffice) -> None:
        """The same lines, discounts, taxes and shipping come to the same; its figures are those it is shown with."""
        wanted: dict[str, Any] = {
            "lines": [
                Line(variant="CUP", quantity=3, price="4.99", taxes=[VAT], discounts=[Discount("Off", amount="1.00")]),
                Line("Tea", sku="TEA", quantity=2, price="3.33", taxes=[VAT]),
            ],
            "discounts": [Discount("Spring", percent="10", code="SPRING")],
            "shipping": Shipping("Post", "4.90", taxes=[VAT]),
        }
        checkout = office.checkouts.start(**wanted).checkout
        order = office.orders.place(**wanted).order
        assert (order.total, order.total_tax, order.subtotal) == (checkout.total, checkout.total_tax, checkout.subtotal)
        assert (order.total_discounts, order.total_shipping) == (checkout.total_discounts, checkout.total_shipping)
        assert checkout.as_order.total == checkout.total
        assert [("SPRING", "percentage", "2.06")] == [(one.code, one.kind, one.amount.amount) for one in checkout.codes]

    def test_lines_change(self, office: BackOffice) -> None:
        """What is left out stays, discounts of all lines too; the figures follow."""
        checkout = begun(office, discounts=[Discount("Spring", percent="10")], shipping="4.90")
        assert "13.90" == checkout.total.amount
        change = office.checkouts.update(checkout.id, lines=[Line(variant="CUP", quantity=1), Line("Tea", price="2")])
        assert ("11.20", 2) == (change.checkout.total.amount, change.checkout.version)
        assert "6.30" == office.checkouts.update(checkout.id, shipping="0.00").checkout.total.amount
        assert not office.checkouts.update(checkout.id, step="contact")
        assert ["CheckoutStarted", "CheckoutUpdated", "CheckoutUpdated"] == happened(office, checkout)

    @pytest.mark.parametrize(
        ("lines", "error"), [([], errors.NoLines), ([Line("Tea", price="1")] * 500, errors.TooManyLines)]
    )
    def test_1_to_499_lines(self, office: BackOffice, lines: list[Line], error: type[Exception]) -> None:
        """Neither at the start nor later."""
        checkout = begun(office)
        with pytest.raises(error):
            office.checkouts.start(lines=lines)
        with pytest.raises(error):
            office.checkouts.update(checkout.id, lines=lines)
        assert checkout == office.checkouts.get(checkout.id)


class TestRule2_NothingIsBilled:
    def test_nothing_is_taken(self, office: BackOffice) -> None:
        """No number, no stock, no payment; a preview saves nothing."""
        before = everything(office._context.storage)
        assert office.checkouts.preview.start(lines=[Line(variant="CUP")]).checkout.version == 0
        assert before == everything(office._context.storage)
        begun(office, Line(variant="CUP", quantity=99))
        assert 10 == sum(level.available for level in office.catalog.levels("CUP"))
        assert "#1001" == office.orders.place(lines=[Line("Tea", price="1.00")]).order.name

    def test_what_was_tried_is_told(self, office: BackOffice) -> None:
        """A payment that failed stands in the checkout and on its timeline, without the customer's data."""
        checkout = begun(office)
        office.checkouts.try_payment(checkout.id, gateway="card", error="declined", reference="pi_1")
        (tried,) = office.checkouts.get(checkout.id).attempts
        assert ("card", "failure", "10.00", "declined") == (
            tried.gateway,
            tried.status,
            tried.amount.amount,
            tried.error,
        )
        assert CheckoutStep.PAYMENT is office.checkouts.get(checkout.id).step
        told = office.checkouts.story(checkout.id)
        assert "A payment of 10.00 EUR through card was tried (failure)." == told[-1].text
        assert ADA not in repr(office.checkouts.timeline(checkout.id)) + repr(checkout)


class TestRule3_OneOrder:
    def test_it_becomes_an_order(self, office: BackOffice) -> None:
        """Of exactly what was priced, whatever the catalog says now; stock is promised then."""
        checkout = begun(office, discounts=[Discount("Spring", amount="1.00")], shipping="4.90")
        change = office.checkouts.complete(checkout.id, payments=Sale("13.90", gateway="card", reference="pi_1"))
        order = office.orders.get(change.order.id) if change.order else None
        assert order is not None
        assert ("#1001", "13.90", "paid", "web") == (
            order.name,
            order.total.amount,
            order.financial_status,
            order.channel,
        )
        assert (checkout.id, ADA, 8) == (order.checkout_id, order.email, office.catalog.available("CUP"))
        done = office.checkouts.get(checkout.id)
        assert ("closed", order.id, "not_recovered") == (done.status, done.order_id, done.recovery_state)
        assert ["CheckoutStarted", "CheckoutCompleted"] == happened(office, checkout)

    def test_the_same_request_again(self, office: BackOffice) -> None:
        """It is answered with the same order; another request is refused and names it."""
        checkout = begun(office)
        pay = [Sale("10.00", gateway="card", reference="pi_1")]
        first = office.checkouts.complete(checkout.id, payments=pay)
        again = office.checkouts.complete(checkout.id, payments=pay)
        assert (first.order, True) == (again.order, again.replayed)
        with pytest.raises(errors.CheckoutIsOver) as caught:
            office.checkouts.complete(checkout.id)
        assert first.order is not None
        assert (checkout.id, first.order.id) == tuple(caught.value.facts.values())
        assert 1 == office.orders.count()

    def test_many_at_once(self, office: BackOffice) -> None:
        """Whoever completes it, however often at once: one order, whose stock is promised once."""
        checkout = begun(office, source=("web", "cart-1"))

        def complete(at: int) -> str:
            try:
                if at % 2:
                    change = office.checkouts.complete(checkout.id)
                    return change.order.id if change.order else ""
                lines = [Line(variant="CUP", quantity=2)]
                return office.orders.place(lines=lines, email=ADA, checkout=checkout.id).order.id
            except (errors.CheckoutIsOver, errors.SourceTaken) as no:
                return str(no.facts["order_id"])

        with ThreadPoolExecutor(4) as pool:
            made = set(pool.map(complete, range(8)))
        assert {office.checkouts.get(checkout.id).order_id} == made
        assert (1, 8) == (office.orders.count(), office.catalog.available("CUP"))

    def test_placed_as_the_host_says(self, office: BackOffice) -> None:
        """`place` names the checkout: the order is the host's own, and both are saved in one unit of work."""
        checkout = begun(office)
        placed = office.orders.place(lines=[Line(variant="CUP", quantity=1)], checkout=checkout.id)
        assert (checkout.id, "5.00", ("checkout", checkout.id)) == (
            *(placed.order.checkout_id, placed.order.total.amount),
            placed.order.source,
        )
        assert placed.order.id == office.checkouts.get(checkout.id).order_id
        again = office.orders.place(lines=[Line(variant="CUP", quantity=1)], checkout=checkout.id)
        assert (True, placed.order.id) == (again.replayed, again.order.id)
        with pytest.raises(errors.SourceTaken):
            office.orders.place(lines=[Line(variant="CUP", quantity=2)], checkout=checkout.id)
        with pytest.raises(errors.UnknownId):
            office.orders.place(lines=[Line(variant="CUP")], checkout="nowhere")

    def test_a_refused_order_leaves_it_open(self, office: BackOffice) -> None:
        """No stock, another total: nothing is changed, no number is lost."""
        checkout = begun(office, Line(variant="CUP", quantity=11))
        before = everything(office._context.storage)
        for call in (
            lambda: office.checkouts.complete(checkout.id),
            lambda: office.checkouts.complete(checkout.id, expected_total="1.00"),
            lambda: office.orders.place(lines=[Line(variant="CUP", quantity=11)], checkout=checkout.id),
        ):
            with pytest.raises((errors.OutOfStock, errors.TotalMismatch)):
                call()
        assert before == everything(office._context.storage)
        assert "#1001" == office.orders.place(lines=[Line("Tea", price="1.00")]).order.name

    def test_an_order_of_the_same_source(self, office: BackOffice) -> None:
        """It completes the checkout, too, and recovers nothing; begun again, the source is taken."""
        checkout = begun(office, source=("web", "checkout-881"))
        order = office.orders.place(lines=[Line(variant="CUP")], source=("web", "checkout-881")).order
        done = office.checkouts.get(checkout.id)
        assert (order.id, "not_recovered", checkout.id) == (done.order_id, done.recovery_state, order.checkout_id)
        assert office.checkouts.timeline(checkout.id)[-1].event.elsewhere  # type: ignore[attr-defined]
        with pytest.raises(errors.CheckoutIsOver):
            office.checkouts.complete(checkout.id)
        assert office.checkouts.start(lines=[Line(variant="CUP", quantity=2)], email=ADA, source=done.source).replayed
        office.orders.place(lines=[Line(variant="CUP")], source=("web", "sold-before"))
        with pytest.raises(errors.SourceTaken):
            begun(office, source=("web", "sold-before"))

    def test_begun_twice(self, office: BackOffice) -> None:
        """The same source with the same content is the same checkout, by several at once too; another is refused."""

        def begin(_: int) -> str:
            return begun(office, source=("web", "cart-1")).id

        with ThreadPoolExecutor(4) as pool:
            assert 1 == len(set(pool.map(begin, range(8))))
        with pytest.raises(errors.CheckoutSourceTaken):
            begun(office, Line("Tea", price="1.00"), source=("web", "cart-1"))

    def test_over_it_does_not_change(self, office: BackOffice) -> None:
        """Closed or completed, it is what it was; closing again changes nothing."""
        for over in (office.checkouts.close, office.checkouts.complete):
            checkout = begun(office)
            over(checkout.id)
            before = everything(office._context.storage)
            for call in (
                lambda: office.checkouts.update(checkout.id, note="late"),  # noqa: B023
                lambda: office.checkouts.give_contact(checkout.id, email="b@example.com"),  # noqa: B023
                lambda: office.checkouts.reach_step(checkout.id, "review"),  # noqa: B023
                lambda: office.checkouts.try_payment(checkout.id, gateway="card"),  # noqa: B023
                lambda: office.checkouts.send_recovery(checkout.id),  # noqa: B023
                lambda: office.checkouts.link(checkout.id),  # noqa: B023
                lambda: office.checkouts.to_draft(checkout.id),  # noqa: B023
            ):
                with pytest.raises(errors.CheckoutIsOver):
                    call()
            assert not office.checkouts.close(checkout.id)
            assert before == everything(office._context.storage)

    def test_keys_and_versions(self, office: BackOffice) -> None:
        """A key answers the same request; a version that somebody else changed is a conflict."""
        lines = [Line(variant="CUP")]
        first = office.checkouts.start(lines=lines, idempotency_key="k1")
        assert office.checkouts.start(lines=lines, idempotency_key="k1").checkout.id == first.checkout.id
        with pytest.raises(errors.KeyReused):
            office.checkouts.start(lines=lines, email=ADA, idempotency_key="k1")
        office.checkouts.give_contact(first.checkout.id, email=ADA)
        with pytest.raises(errors.StaleVersion):
            office.checkouts.update(first.checkout.id, note="late", expected_version=1)
        done = office.checkouts.complete(first.checkout.id, idempotency_key="k2")
        again = office.checkouts.complete(first.checkout.id, idempotency_key="k2")
        assert (done.order, True) == (again.order, again.replayed)


class TestRule4_Contact:
    def test_contact_is_given(self, office: BackOffice) -> None:
        """From then on it can be left behind; who it is stays when only some of it is told."""
        checkout = begun(office, email=None)
        assert (None, "cart") == (checkout.contact_at, checkout.step)
        clock(office).tick(minutes=5)
        office.checkouts.give_contact(checkout.id, customer=CustomerRef(id="c-1", name="Ada", locale="fr"))
        given = office.checkouts.give_contact(checkout.id, email=ADA, accepts_marketing=True).checkout
        assert given.customer is not None
        assert ("c-1", ADA, "fr", True) == (
            *(given.customer.id, given.email, given.customer.locale),
            given.customer.accepts_marketing,
        )
        assert (clock(office)(), "contact") == (given.contact_at, given.step)
        assert not office.checkouts.give_contact(checkout.id, email=ADA)

    def test_nobody(self, office: BackOffice) -> None:
        checkout = begun(office, email=None)
        with pytest.raises(errors.NoContact):
            office.checkouts.give_contact(checkout.id)
        with pytest.raises(errors.InvalidValue):
            office.checkouts.give_contact(checkout.id, email="nobody")


class TestRule5_WhoChangesIt:
    def test_what_staff_and_time_do(self, office: BackOffice) -> None:
        """It leaves the moment of the customer's last change alone."""
        checkout = left(office)
        assert checkout.is_abandoned
        office.checkouts.send_recovery(checkout.id, message="Still there?")
        office.checkouts.link(checkout.id)
        assert checkout.updated_at == office.checkouts.get(checkout.id).updated_at

    def test_steps(self, office: BackOffice) -> None:
        """Customers go on and back; the same step again is no change."""
        checkout = begun(office)
        assert office.checkouts.reach_step(checkout.id, "payment")
        assert office.checkouts.reach_step(checkout.id, "shipping").checkout.step is CheckoutStep.SHIPPING
        assert not office.checkouts.reach_step(checkout.id, "shipping")
        with pytest.raises(errors.InvalidValue, match="review"):
            office.checkouts.reach_step(checkout.id, "done")
