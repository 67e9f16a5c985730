"""What a caller gives is of the type that was asked for, in every command and in every value of an order."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from backoffice_core import BackOffice, SetQuantity, errors
from backoffice_core.money import MOST, Money
from backoffice_core.orders.asked import Address, CustomerRef, Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.place import Place
from backoffice_core.orders.rules import RULES
from backoffice_core.typed import LONGEST, _plan, check_text
from tests.orders.helpers import goods, placed, refusal

#: A value of the wrong type for each kind of field.
WRONG = {str: 5, bool: "no", Mapping: ["TEA"]}
FIELDS = [
    (cls, name, kind)
    for cls in (Place, *RULES, Line, Sale, Shipping, Tax, Discount)
    for name, kind, _, _ in _plan(cls)
    if name != "rate"  # which may be a whole number
]


def made(cls: type, **given: Any) -> object:
    """Return a value of a class with the fields it requires, and some that are given."""
    needed = {
        "actions": [SetQuantity("TEA", 1)],
        "amount": "1.00",
        "comment_id": "c-1",
        "fulfillment": "#1001-F1",
        "lines": [goods()],
        "note": "n",
        "outcome": "success",
        "price": "1.00",
        "rate": "0.20",
        "return_id": "#1001-R1",
        "status": "delivered",
        "tags": ("vip",),
        "text": "t",
        "title": "T",
        "transaction": "t-1",
    }
    required = {field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING}
    amount = {"amount": "1.00"} if cls is Discount else {}
    return cls(**{name: needed[name] for name in required} | amount | given)


@pytest.mark.parametrize(("cls", "name", "kind"), FIELDS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_another_type_is_refused(cls: type, name: str, kind: type) -> None:
    """A number is no text, a word is no switch, a list is no mapping; and the error names the field."""
    with pytest.raises(errors.InvalidValue) as caught:
        made(cls, **{name: WRONG[kind]})
    assert name == caught.value.field


def test_every_command_has_fields_that_are_checked() -> None:
    """But for those that have none of these kinds."""
    without = {"MarkAsPaid", "ExpireAuthorizations", "Archive", "Unarchive", "AddTags", "RemoveTags"} | {
        "UpdateAddress",
        "AnnounceDue",
        "DeleteOrder",
        "Assess",
        "Reassess",
    }
    assert without == {cls.__name__ for cls in (Place, *RULES) if not _plan(cls)}


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "x" * (LONGEST + 1)])
def test_text_that_not_every_storage_can_keep(text: str) -> None:
    with pytest.raises(errors.InvalidValue) as caught:
        check_text("note", text)
    assert "note" == caught.value.field


def test_the_longest_text() -> None:
    check_text("note", "\N{TEACUP WITHOUT HANDLE}" * LONGEST)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"customer": 5}, "customer"),
        ({"customer": CustomerRef(name="A\0")}, "name"),
        ({"shipping_address": "here"}, "shipping_address"),
        ({"billing_address": Address(city=5)}, "city"),
        ({"attributes": 5}, "attributes"),
        ({"attributes": ["abc"]}, "attributes"),
        ({"attributes": {"gift": "a\0b"}}, "attributes"),
        ({"payments": 5}, "sale"),
        ({"tags": ["a\0b"]}, "tags"),
        ({"note": "a\0b"}, "note"),
    ],
)
def test_what_comes_with_an_order(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidValue) as caught:
        Place(lines=[goods()], **asked) if "customer" not in asked else placed(**asked)
    assert field == caught.value.field


def test_more_than_a_column_can_hold() -> None:
    """A quantity, a total and an amount have a most, the same on every storage."""
    with pytest.raises(errors.InvalidValue):
        goods(quantity=1_000_000_001)
    kind, facts = refusal(None, Place(lines=[goods(price=Money(MOST, "EUR")), goods("CUP", price="0.01")]))
    assert (errors.InvalidValue, "total") == (kind, facts["field"])
    kind, facts = refusal(None, Place(lines=[goods(price=Money(MOST + 1, "EUR"))]))
    assert (errors.InvalidValue, "lines[0].price") == (kind, facts["field"])


@pytest.mark.parametrize(
    "asked",
    [
        lambda orders, id: orders.fulfill(id, tracking=5),
        lambda orders, id: orders.record_payment(id, "1.00", reference=5),
        lambda orders, id: orders.refund(id, lines=["TEA"]),
        lambda orders, id: orders.refund(id, amount="1.00", payments=5),
        lambda orders, id: orders.cancel(id, restock="no"),
        lambda orders, id: orders.add_tags(id, 5),
    ],
)
def test_an_order_that_was_saved_can_be_read(asked: Callable[..., Any], tmp_path: Path) -> None:
    """What would be unreadable later is refused before it is saved."""
    with BackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True) as office:
        order = office.orders.place(lines=[goods()], payments=[Sale("10.00")]).order
        with pytest.raises(errors.InvalidValue):
            asked(office.orders, order.id)
        assert order == office.orders.get(order.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"auto_archive": "maybe"}, "auto_archive"),
        ({"taxes_included": "yes"}, "taxes_included"),
        ({"locale": 5}, "locale"),
        ({"name_prefix": 5}, "name_prefix"),
        ({"timezone": 5}, "timezone"),
        ({"notifications": 5}, "notifications"),
        ({"notifications": "order_placed"}, "notifications"),
        ({"notifications": [5]}, "notifications"),
        ({"first_number": 10**20}, "first_number"),
    ],
)
def test_a_setting_that_would_shut_the_shop(change: dict[str, Any], field: str, tmp_path: Path) -> None:
    """Settings that were saved can be read."""
    with BackOffice.open(tmp_path / "shop.db", currency="EUR", taxes_included=True) as office:
        before = office.settings
        with pytest.raises(errors.InvalidValue) as caught:
            office.change_settings(**change)
        assert field == caught.value.field
        assert before == office.settings


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"sku": 5}, "sku"),
        ({"sku": "S" * 256}, "sku"),
        ({"id": "p" * 37}, "id"),
        ({"barcode": 5}, "barcode"),
        ({"vendor": 5}, "vendor"),
        ({"tracked": "no"}, "tracked"),
        ({"policy": "sometimes"}, "policy"),
    ],
)
def test_a_product_that_could_not_be_read(asked: dict[str, Any], field: str) -> None:
    office = BackOffice.open("memory:", currency="EUR", taxes_included=True)
    with pytest.raises(errors.InvalidValue) as caught:
        office.catalog.add_product("Tea", price="1.00", **asked)
    assert field == caught.value.field
    assert [] == list(office.catalog.products())


def test_keys_actors_and_sources_are_text_that_can_be_kept() -> None:
    office = BackOffice.open("memory:", currency="EUR", taxes_included=True)
    for call in (
        lambda: office.orders.place(lines=[goods()], idempotency_key="a\ud800"),
        lambda: office.orders.place(lines=[goods()], source=("web", "a\0")),
        lambda: office.acting_as("a\ud800"),
    ):
        with pytest.raises(errors.InvalidValue):
            call()
    assert 0 == office.orders.count()
