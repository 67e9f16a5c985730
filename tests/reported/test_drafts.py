"""Reports on drafts: they cost something else than their order, hold stock twice, or never become one."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from backoffice_core import BackOffice, Discount, Line, Money, Sale, Tax, errors
from backoffice_core.testing import FrozenClock
from backoffice_core.testing.clock import START
from tests.cases.helpers import figures, goods, office, placed, refusal, shares

TOTALS = ("subtotal", "total_discounts", "total_shipping", "total_tax", "total")


def stocked(on_hand: int, *, policy: str = "deny") -> BackOffice:
    """Return a shop that counts one variant, A, on a clock that stands."""
    shop = office("EUR", clock=FrozenClock())
    shop.catalog.add_location("here")
    shop.catalog.add_product("Item A", sku="A", price="10.00", policy=policy)
    shop.catalog.set_stock("A", on_hand)
    return shop


def level(shop: BackOffice) -> tuple[int, int, int]:
    """Return on hand, committed and reserved."""
    (row,) = shop.catalog.levels("A")
    return row.on_hand, row.committed, row.reserved


@pytest.mark.parametrize("taxes_included", [True, False])
def test_report_66_the_back_office_prices_as_the_storefront_does(taxes_included: bool) -> None:
    shop = office("EUR", taxes_included=taxes_included)
    lines = [goods("129.00", taxes=[Tax("VAT", "0.08")])]
    coupon = [Discount("Coupon", amount="10.00", code="TEN")]
    sold = placed(shop, *lines, discounts=coupon)
    draft = shop.drafts.create(lines=lines, discounts=coupon).draft
    assert ("119.00" if taxes_included else "128.52") == sold.total.amount
    assert figures(sold, TOTALS) == figures(draft.as_order, TOTALS)


def test_report_70_what_was_priced_in_the_draft_is_what_the_order_costs() -> None:
    shop = office("EUR")
    draft = shop.drafts.create(
        lines=[goods("19.99", 3, sku="A"), goods("7.77", sku="B")],
        discounts=[Discount("Voucher", percent="15", code="V"), Discount("Line", amount="1.00", on="B")],
        shipping="4.90",
    ).draft
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert figures(draft.as_order, TOTALS) == figures(order, TOTALS)
    assert shares(draft.as_order) == shares(order)
    assert [(one.title, one.code, one.minor) for one in draft.discounts] == [
        (one.title, one.code, one.minor) for one in order.discounts
    ]
    assert order.total == order.received == order.original_total


@pytest.mark.parametrize(("included", "total", "tax"), [(True, "69.00", "11.50"), (False, "82.80", "13.80")])
def test_report_72_a_price_says_whether_its_tax_is_in_it(included: bool, total: str, tax: str) -> None:
    shop = office("EUR", taxes_included=not included)
    line = goods("69.00", taxes=[Tax("VAT", "0.20")])
    draft = shop.drafts.create(lines=[line], taxes_included=included).draft
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert ("69.00", total, tax) == (order.lines[0].price.amount, order.total.amount, order.total_tax.amount)


def test_report_108_all_lines_are_set_aside_or_none() -> None:
    shop = stocked(5)
    until = START.add(days=1)
    draft = shop.drafts.create(lines=[Line(variant="A", quantity=2)], reserve_until=until).draft
    assert (5, 0, 2) == level(shop)
    edited = [Line(variant="A", quantity=3), Line("Engraving", price="4.00")]
    shop.drafts.update(draft.id, lines=edited)
    assert (5, 0, 3) == level(shop)
    facts = refusal(errors.OutOfStock, shop.drafts.update, draft.id, lines=[*edited, Line(variant="A", quantity=9)])
    assert ("A", 9) == (facts["sku"], facts["requested"])
    assert (5, 0, 3) == level(shop)


def test_report_109_completing_takes_over_what_was_set_aside() -> None:
    shop = stocked(5)
    draft = shop.drafts.create(lines=[Line(variant="A", quantity=3)], reserve_until=START.add(days=1)).draft
    shop.drafts.complete(draft.id)
    assert (5, 3, 0) == level(shop)
    shop.drafts.complete(draft.id)
    assert (5, 3, 0) == level(shop)


def test_report_110_a_draft_with_a_custom_item_becomes_an_order() -> None:
    shop = stocked(5)
    draft = shop.drafts.create(lines=[Line("Engraving", price="4.00"), Line(variant="A")]).draft
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert [("Engraving", "4.00"), ("Item A", "10.00")] == [(line.title, line.price.amount) for line in order.lines]
    shop.orders.fulfill(order.id)
    shop.orders.refund(order.id, lines={order.lines[0].id: 1})
    assert "10.00" == shop.orders.get(order.id).current_total.amount


def test_report_111_what_is_out_of_stock_can_be_put_in_a_draft() -> None:
    shop = stocked(0)
    change = shop.drafts.create(lines=[Line(variant="A", quantity=2)])
    assert "A" in "".join(change.warnings)
    assert {"sku": "A", "requested": 2, "available": 0, "location": None} == refusal(
        errors.OutOfStock, shop.drafts.complete, change.draft.id
    )
    shop.catalog.set_stock("A", 2)
    assert shop.drafts.complete(change.draft.id).order is not None


def test_report_112_order_and_draft_name_each_other_and_both_open() -> None:
    shop = office("EUR")
    draft = shop.drafts.create(lines=[goods("10.00")]).draft
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert order == shop.orders.get(order.id)
    assert draft.id == shop.orders.get(order.id).draft_id
    assert order.id == shop.drafts.get(draft.id).order_id
    assert shop.orders.detail(order.id).draft_id == draft.id


def test_report_113_an_order_by_telephone_needs_no_storefront() -> None:
    shop = office("EUR")
    draft = shop.drafts.create(lines=[goods("10.00", 2)], email="ada@example.com", note="by telephone").draft
    assert 0 == shop.orders.count()
    shop.drafts.update(draft.id, shipping="5.00")
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert ("#1001", "25.00", "paid") == (order.name, order.total.amount, order.financial_status)


def test_report_134_a_duplicate_has_all_lines_and_nothing_that_happened() -> None:
    shop = stocked(9)
    lines = [Line(variant="A", quantity=2, properties={"engraving": "Ada"}), Line("Wrapping", price="3.00")]
    order = placed(shop, *lines, shipping="5.00", payments=[Sale("28.00")], tags="vip")
    shop.orders.fulfill(order.id)
    shop.orders.archive(order.id)
    before = shop.orders.get(order.id)
    copy = shop.orders.duplicate(order.id).draft
    assert [("Item A", 2, (("engraving", "Ada"),)), ("Wrapping", 1, ())] == [
        (line.title, line.quantity, line.properties) for line in copy.lines
    ]
    assert ("open", None, "#D1") == (copy.status, copy.order_id, copy.name)
    made = copy.as_order
    assert ((), (), ()) == (made.transactions, made.fulfillments, made.refunds)
    assert before == shop.orders.get(order.id)
    assert 1 == shop.orders.count()


def test_vector_t19_a_coupon_that_is_changed_later_leaves_placed_orders_alone() -> None:
    shop = office("EUR")
    order = placed(shop, goods("100.00", 2), discounts=[Discount("Coupon", amount="50.00", code="C")])
    placed(shop, goods("100.00"), discounts=[Discount("Coupon", amount="10.00", code="C")])
    shop.orders.mark_as_paid(order.id)
    shop.orders.fulfill(order.id)
    shop.orders.archive(order.id)
    after = shop.orders.unarchive(order.id).order
    assert {"total_discounts": "50.00", "total": "150.00"} == figures(after, ["total_discounts", "total"])
    assert ["50.00"] == shares(after)


def test_vector_t23_one_reservation_and_none_unless_asked() -> None:
    shop = stocked(5)
    lines = [Line(variant="A", quantity=2), Line("Engraving", price="4.00")]
    draft = shop.drafts.create(lines=lines).draft
    shop.drafts.update(draft.id, lines=[attrs.evolve(lines[0], quantity=3), lines[1]])
    assert (5, 0, 0) == level(shop)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: shop.drafts.complete(draft.id), range(4)))
    assert 1 == len({one.order.id for one in done if one.order is not None})
    assert (5, 3, 0) == level(shop)
    order = shop.drafts.complete(draft.id).order
    assert order is not None
    assert Money.of("34.00", "EUR") == order.total
