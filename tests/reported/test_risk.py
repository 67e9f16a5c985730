"""Report 136: a risk holds what is left to ship, and touches no payment."""

import pytest

from backoffice_core import Assessment, Authorization, RiskPolicy, Sale, errors
from tests.cases.helpers import goods, office, placed, refusal


@pytest.mark.parametrize("payment", [Sale("20.00"), Authorization("20.00")])
def test_report_136_a_hold_stops_goods_and_not_money(payment: Sale) -> None:
    shop = office("EUR", risk=RiskPolicy(hold_at="high")).acting_as("marie")
    order = placed(shop, goods("10.00", quantity=2), payments=[payment])
    held = shop.orders.assess(order.id, Assessment("high", provider="kount")).order
    assert (2, order.transactions, order.financial_status) == (held.held, held.transactions, held.financial_status)
    assert [2, "high_risk_of_fraud"] == [held.held, held.holds[0].reason]
    refusal(errors.NothingToFulfill, shop.orders.fulfill, order.id)
    if isinstance(payment, Authorization):
        assert "paid" == shop.orders.capture(order.id).order.financial_status
    assert "refunded" != shop.orders.get(order.id).financial_status

    no = refusal(errors.ReleaseUnexplained, shop.orders.release_hold, order.id)
    assert "reason" == no["missing"]
    shop.orders.release_hold(order.id, reason="she called us back")
    (hold,) = shop.orders.get(order.id).holds
    assert ("marie", "she called us back") == (hold.released_by, hold.release_reason)
    assert 0 == shop.orders.fulfill(order.id).order.to_fulfill
