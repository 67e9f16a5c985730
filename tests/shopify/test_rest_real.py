"""The sample answers of Shopify's own client library: what their figures are here, and what is said of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from backoffice_core.settings import Settings
from backoffice_core.shopify.json_lines import OtherContent
from tests.shopify import restcheckouts, restdrafts
from tests.shopify.helpers import ROOT, opened, stored
from tests.shopify.rest import bring_json, figures, odd, read, statuses

SAMPLES = ROOT.parent / "shared" / "data" / "shopify_json" / "shopify_python_api"
USD = Settings(currency="USD", taxes_included=False, timezone="America/New_York")


def sample(name: str) -> Path:
    """Return a sample that the project does not keep; skip where it is not there."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"needs the sample {name}, which is not part of the project")
    return path


def data(name: str, key: str) -> Any:
    return json.loads(sample(name).read_text(encoding="utf-8"))[key]


def test_an_order() -> None:
    """Its total is that of two of its three lines: the file contradicts itself, and the report says how."""
    shop = opened(USD)
    report = bring_json(shop, sample("order.json"), USD)
    assert [
        "lines_beyond_subtotal",
        "taxes_not_on_lines",
        "fulfillment_not_shipped",
        "payments_implied",
        "total_discounts_differs",
        "total_line_items_price_differs",
    ] == [finding.code for finding in report.findings]
    (found,) = stored(shop)
    assert ("398.00", "11.94", "409.94", "0.00", "409.94", "0.00") == figures(found)
    assert ("authorized", "unfulfilled", "open") == statuses(found)
    assert ("#1001", 1001, "web", "409.94") == (found.name, found.number, found.channel, found.capturable.amount)


def test_orders_without_lines_are_refused() -> None:
    report = bring_json(opened(USD), sample("orders.json"), USD)
    assert (1, {"bad_field": 1}) == (report.read, report.reasons)
    assert "#1001: line 3, line_items: nothing was given" in str(report.refused[0])


def test_an_order_with_its_transaction() -> None:
    """The authorization of the sample is for the total of the order."""
    for transactions in (
        [data("transaction.json", "transaction")],
        json.loads(sample("transactions.json").read_text()),
    ):
        found = read(data("order.json", "order") | {"transactions": transactions}, USD)
        assert "payments_implied" not in odd(found)
        (one,) = found.order.transactions
        assert ("authorization", "bogus", 40994, "authorization-key") == (
            one.kind,
            one.gateway,
            one.minor,
            one.reference,
        )
        assert ("authorized", "409.94") == (found.order.financial_status, found.order.capturable.amount)


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [("draft_order.json", "open", []), ("draft_orders.json", "open", []),
     ("draft_order_completed.json", "completed", ["order_missing"])],
)  # fmt: skip
def test_drafts(name: str, status: str, told: list[str]) -> None:
    """Its subtotal is 143.01 less than lines and discounts come to: it counts, and the report says so."""
    shop = opened(USD)
    report = restdrafts.bring(shop, sample(name), USD)
    assert ["lines_beyond_subtotal", *told] == [finding.code for finding in report.findings]
    (found,) = restdrafts.kept(shop)
    assert ("1007.41", "179.87", "20.00", "0.00", "1027.41") == restdrafts.figures(found)
    assert ("#D1", status, "CAD", ("shopify", "517119332")) == (found.name, found.status, found.currency, found.source)
    assert (("Custom Engraving", "Happy Birthday"),) == found.lines[0].properties


def test_a_completed_draft_finds_its_order() -> None:
    shop = opened(USD)
    bring_json(shop, sample("order.json"), USD)
    restdrafts.bring(
        shop, sample("draft_order_completed.json"), USD, new_id=iter(f"d-{at}" for at in range(20)).__next__
    )
    (order,), (found,) = stored(shop), restdrafts.kept(shop)
    assert (order.id, found.id) == (found.order_id, order.draft_id)


def test_checkouts_are_told() -> None:
    for bring in (bring_json, restdrafts.bring):
        with pytest.raises(OtherContent, match=r"checkouts instead of .*orders; checkouts.import_json imports those"):
            bring(opened(USD), sample("checkouts.json"), USD)


def test_checkouts() -> None:
    """Its code of 10.00 took nothing off, and its tax stands on no line: both are kept, and the second is told."""
    shop = opened(USD)
    report = restcheckouts.bring(shop, sample("checkouts.json"), USD)
    assert (1, 1, ["taxes_not_on_lines"]) == (report.read, report.imported, [one.code for one in report.findings])
    (found,) = restcheckouts.kept(shop)
    assert ("398.00", "0.00", "398.00", "0.00", "11.94", "409.94") == restcheckouts.figures(found)
    assert found.total == found.as_order.total
    assert [("TENOFF", "10.00")] == [(one.code, one.amount.amount) for one in found.codes]
    assert ("#450789469", "open", ("shopify", "450789469"), 2) == (found.name, found.status, found.source, found.units)
    assert (("custom engraving", "Happy Birthday"), ("colour", "green")) == found.attributes
    again = restcheckouts.bring(shop, sample("checkouts.json"), USD)
    assert (0, 1) == (again.imported, again.unchanged)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("orders.json", "orders instead of checkouts; orders.import_json imports those"),
        ("draft_orders.json", "draft orders instead of checkouts; drafts.import_json imports those"),
    ],
)
def test_what_is_no_checkout_is_told(name: str, told: str) -> None:
    with pytest.raises(OtherContent, match=told):
        restcheckouts.bring(opened(USD), sample(name), USD)


def test_an_order_with_its_refund() -> None:
    """It gives back 209.00 for two units of 199.00, and no adjustment tells why: what is owed says so."""
    order = data("order.json", "order") | {
        "transactions": [data("transaction.json", "transaction") | {"kind": "sale"}],
        "refunds": [data("refund.json", "refund")],
        "financial_status": "partially_refunded",
    }
    found = read(order, USD)
    assert "refund_unexplained" in odd(found)
    (back,) = found.order.refunds
    assert (20900, [("no_restock", 1), ("no_restock", 1)], 0) == (
        back.minor,
        [(str(line.restock), line.quantity) for line in back.lines],
        back.adjustment_minor,
    )
    assert found.order.transactions[0].id == found.order.transactions[1].parent_id
    assert ("partially_refunded", "209.00") == (found.order.financial_status, found.order.refunded.amount)


def test_an_order_with_its_fulfillment() -> None:
    """The sample is still pending at its service; once it is a success, its unit was shipped."""
    parcel = data("fulfillment.json", "fulfillment")
    order = data("order.json", "order")
    waiting = read(order | {"fulfillments": [parcel]}, USD)
    assert ("fulfillment_not_shipped" in odd(waiting), "unfulfilled") == (True, waiting.order.fulfillment_status)
    sent = read(order | {"fulfillments": [parcel | {"status": "success"}], "fulfillment_status": "partial"}, USD)
    (one,) = sent.order.fulfillments
    assert ("#1001-F1", "1Z2345", "null-company", 1) == (one.name, one.tracking, one.carrier, sent.order.fulfilled)
    assert "partially_fulfilled" == sent.order.fulfillment_status
