"""Cases on draft orders."""

from typing import Any

import pytest

from backoffice_core import Discount, Line, Money, PaymentTerms, errors
from tests.cases.helpers import figures, goods, office, refusal, several


def test_c077_a_percentage_of_two_digits() -> None:
    shop = office()
    draft = shop.drafts.create(lines=[goods("10.00")], discounts=[Discount("Odd", percent="12.34")]).draft
    assert ("1.23", "8.77") == (draft.total_discounts.amount, draft.total.amount)
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert {"total_discounts": "1.23", "total": "8.77"} == figures(order, ["total_discounts", "total"])


def test_c080_without_lines() -> None:
    shop = office()
    with pytest.raises(errors.NoLines):
        shop.drafts.create(lines=[])
    assert () == shop.drafts.page().drafts


def test_c082_a_negative_price() -> None:
    shop = office()
    facts = refusal(errors.NegativeAmount, lambda: shop.drafts.create(lines=[Line("Item", price="-1.00")]))
    assert {"field": "lines[0].price", "amount": -100} == facts
    assert () == shop.drafts.page().drafts


def test_c084_completed_and_paid() -> None:
    shop = office()
    draft = shop.drafts.create(lines=[goods("20.00", 2), goods("15.00", sku="B")], tags=["a", "b", "c"], note="n").draft
    change = shop.drafts.complete(draft.id)
    order = change.order
    assert order is not None
    expected: dict[str, Any] = {
        "subtotal": "55.00",
        "total_tax": "0.00",
        "total": "55.00",
        "received": "55.00",
        "financial_status": "paid",
        "fulfillment_status": "unfulfilled",
        "tags": ("a", "b", "c"),
        "note": "n",
    }
    assert expected == figures(order, expected)
    assert "completed" == change.draft.status
    assert ["manual"] == [one.gateway for one in order.transactions]


def test_c085_completed_on_terms() -> None:
    shop = office()
    draft = shop.drafts.create(lines=several("42.00"), terms=PaymentTerms("net", days=30)).draft
    change = shop.drafts.complete(draft.id, payment="pending")
    order = change.order
    assert order is not None
    assert ("completed", "pending") == (change.draft.status, order.financial_status)
    assert [("sale", "pending", Money.of("42.00", "CAD"))] == [
        (one.kind, one.status, one.amount) for one in order.transactions
    ]
