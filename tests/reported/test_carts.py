"""Reports of carts that were left: who is asked back, and what counts as won back."""

from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice, Line, Recovery, errors
from tests.orders.carts import ADA, a_shop_with_carts, asked_back, begun, clock, later, left, mails

TEA = Line("Tea", price="4.00")


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    office = a_shop_with_carts("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db")
    yield office
    office.close()


@pytest.mark.parametrize("way", ["checkout", "place", "source", "draft", "other order", "by hand"])
def test_report_114_who_bought_by_any_way_is_not_asked_back(office: BackOffice, way: str) -> None:
    """mailchimp/mc-magento#403, Jaal-Yantra-Textiles/v2#443: asked once more when the mail is about to be sent."""
    checkout = left(office, source=("web", "cart-7"))
    clock(office).tick(hours=10)
    assert 1 == office.run_due().scheduled
    staff = office.acting_as("marie")
    if way == "checkout":
        office.checkouts.complete(checkout.id)
    elif way == "place":
        office.orders.place(lines=[TEA], checkout=checkout.id)
    elif way == "source":
        office.orders.place(lines=[TEA], source=("web", "cart-7"))
    elif way == "draft":
        staff.drafts.complete(staff.checkouts.to_draft(checkout.id).draft.id)
    elif way == "other order":
        office.orders.place(lines=[TEA], email=ADA)
    else:
        staff.orders.place(lines=[TEA], email=ADA.upper(), channel="phone")
    assert (0, 1) == (office.outbox.deliver().sent, office.orders.count())
    assert [] == mails(office)
    assert ("suppressed", "not_recovered") == (
        office.checkouts.get(checkout.id).email_state,
        office.checkouts.get(checkout.id).recovery_state,
    )


def test_report_115_only_the_link_of_a_message_recovers(office: BackOffice) -> None:
    """tyche woocommerce-abandoned-cart#5, #104: neither plain orders nor those of staff are wins."""
    first, _ = asked_back(office)
    office.checkouts.complete(first.id)
    second, token = asked_back(office, source=("web", "cart-8"), email="bob@example.com")
    office.checkouts.open_link(token)
    office.acting_as("marie").orders.place(lines=[TEA], email="bob@example.com", source=("web", "cart-8"))
    third, token = asked_back(office, email="eve@example.com")
    office.checkouts.open_link(token)
    office.checkouts.complete(third.id)
    states = {one.id: str(one.recovery_state) for one in office.checkouts.search()}
    assert {first.id: "not_recovered", second.id: "not_recovered", third.id: "recovered"} == states
    assert [third.id] == [one.id for one in office.checkouts.search("recovery_state:recovered")]


def test_report_116_a_win_is_told_once_and_stays(office: BackOffice) -> None:
    """tyche#163, #113, #64: attributed in the unit of work that saves the order, within a window, and never lost."""
    checkout, token = asked_back(office)
    office.checkouts.open_link(token)
    order = office.checkouts.complete(checkout.id).order
    assert order is not None
    won = office.checkouts.get(checkout.id)
    office.change_settings(recovery=Recovery(after=1, window_days=1))
    office.orders.cancel(order.id)
    for call in (
        lambda: office.checkouts.complete(checkout.id, expected_total="1.00"),
        lambda: office.checkouts.open_link(token),
    ):
        with pytest.raises(errors.CheckoutIsOver):
            call()
    later(office, days=500)
    assert won == office.checkouts.get(checkout.id)
    assert (order.id, "recovered", checkout.reminders[0].id) == (won.order_id, won.recovery_state, won.recovered_by)


def test_report_117_no_message_no_win(office: BackOffice) -> None:
    """tyche#70: a cart that nobody was written about was not won back, however long it lay."""
    checkout = left(office)
    clock(office).tick(hours=9)
    office.checkouts.complete(checkout.id)
    assert "not_recovered" == office.checkouts.get(checkout.id).recovery_state
    later(office, days=2)
    assert [] == mails(office)


def test_report_117_what_was_closed_or_cancelled_is_not_left_behind(office: BackOffice) -> None:
    """tyche PR#462: neither a checkout that was closed, nor one whose order was cancelled, is asked about."""
    closed, bought = begun(office, email="bob@example.com"), begun(office)
    office.checkouts.close(closed.id)
    order = office.checkouts.complete(bought.id).order
    assert order is not None
    office.orders.cancel(order.id)
    later(office, minutes=11)
    later(office, days=2)
    assert (0, []) == (office.checkouts.count("status:abandoned"), mails(office))


def test_vector_24_a_cart_of_two_hours_ago_an_order_of_staff_one_hour_ago(office: BackOffice) -> None:
    """No mail, and not recovered (Jaal-Yantra#443)."""
    office.change_settings(recovery=Recovery(after=1))
    checkout = begun(office)
    clock(office).tick(hours=1)
    office.acting_as("marie").orders.place(lines=[TEA], email=ADA)
    clock(office).tick(hours=1)
    report = office.run_due()
    assert (1, 1) == (report.abandoned, report.scheduled)
    assert (0, 1) == (office.outbox.deliver().sent, len(office.outbox.list("skipped")))
    found = office.checkouts.get(checkout.id)
    assert ("open", "not_recovered", "suppressed", "ordered_since") == (
        *(found.status, found.recovery_state, found.email_state),
        found.reminders[0].reason,
    )
