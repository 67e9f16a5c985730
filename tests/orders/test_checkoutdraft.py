"""Drafts of checkouts, through the door, in memory and on SQLite."""

from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice, Discount, Line, errors
from tests.orders.carts import a_shop_with_carts, asked_back, happened, later, left, mails


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    office = a_shop_with_carts("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db")
    yield office
    office.close()


class TestRule1_AsItWasShown:
    def test_prices_are_those_of_the_checkout(self, office: BackOffice) -> None:
        """Whatever the catalog says now; a shortage is a warning."""
        checkout = left(
            office,
            Line(variant="CUP", quantity=11),
            discounts=[Discount("Spring", percent="10", code="SPRING")],
            shipping="4.90",
        )
        cup = office.catalog.get(office.catalog.products()[0].id)
        office.catalog.archive_product(cup.id)
        change = office.checkouts.to_draft(checkout.id, idempotency_key="d1")
        draft = change.draft
        assert (checkout.total, checkout.email, ("checkout", checkout.id)) == (
            *(draft.total, draft.email),
            draft.copied_from,
        )
        assert 1 == len(change.warnings)
        assert draft.id == office.checkouts.to_draft(checkout.id, idempotency_key="d1").draft.id
        with pytest.raises(errors.UnknownId):
            office.checkouts.to_draft("nowhere")


class TestRule2_Kept:
    def test_it_is_kept_and_nobody_is_asked_back(self, office: BackOffice) -> None:
        """Neither by itself nor purged: a draft keeps it."""
        checkout = left(office)
        draft = office.checkouts.to_draft(checkout.id).draft
        later(office, days=400)
        kept = office.checkouts.get(checkout.id)
        assert (draft.id, "suppressed", None) == (kept.draft_id, kept.email_state, kept.due_at)
        assert [] == mails(office)


class TestRule3_Completed:
    def test_the_draft_becomes_an_order(self, office: BackOffice) -> None:
        """The checkout is completed, and not recovered, even where somebody followed its link."""
        checkout, token = asked_back(office)
        office.checkouts.open_link(token)
        draft = office.checkouts.to_draft(checkout.id).draft
        order = office.drafts.complete(draft.id).order
        done = office.checkouts.get(checkout.id)
        assert order is not None
        assert (order.id, "closed", "not_recovered") == (done.order_id, done.status, done.recovery_state)
        assert "CheckoutCompleted" == happened(office, checkout)[-1]
        with pytest.raises(errors.CheckoutIsOver):
            office.orders.place(lines=[Line(variant="CUP")], checkout=checkout.id)

    def test_the_checkout_was_completed_before(self, office: BackOffice) -> None:
        """Then the draft is an order of its own; the first one stays that of the checkout."""
        checkout = left(office)
        draft = office.checkouts.to_draft(checkout.id).draft
        first = office.checkouts.complete(checkout.id).order
        assert office.drafts.complete(draft.id).order
        assert first is not None
        assert first.id == office.checkouts.get(checkout.id).order_id
