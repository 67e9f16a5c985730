"""
Documents and events as text: nothing is lost, nothing is guessed, older forms are read, newer ones are not touched.

``tests/fixtures/golden`` holds documents of form 1 as they were first written. They are never
written again: when the form changes, an upcaster is added and this file reads them through it.
"""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.catalog.products import InventoryPolicy, Location, Product, Variant
from backoffice_core.money import Money
from backoffice_core.orders import events
from backoffice_core.orders.events import UnknownEvent
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.settings import Settings
from backoffice_core.storage import codec
from backoffice_core.storage.codec import decode, decode_event, encode, encode_event
from backoffice_core.storage.trouble import DocumentTooNew, StorageBroken
from backoffice_core.testing import a_product, a_shop, an_order
from backoffice_core.testing.carts import a_checkout_life, a_lived_checkout
from backoffice_core.testing.clock import START
from backoffice_core.testing.lives import (
    a_cancelled_order,
    a_deletion,
    a_draft_life,
    a_draft_with_words,
    a_risky_life,
    a_whole_checkout,
    an_open_order,
    what_is_due,
)
from backoffice_core.testing.personal import a_customer, a_person_going, an_errand
from backoffice_core.testing.strategies import baskets
from backoffice_core.testing.wholelife import a_whole_life

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden"

PRODUCT = attrs.evolve(
    a_product(vendor="Clay", archived_at=START),
    variants=(
        Variant(id="v-1", title="Blue", sku="B", barcode="4006381333931", price=Money(1999, "EUR"), taxable=False),
        Variant(
            id="v-2", price=Money(0, "EUR"), tracked=False, policy=InventoryPolicy.CONTINUE, requires_shipping=False
        ),
    ),
)
PLACE = Location(id="paris", name="Paris", position=3, active=False, restocks=False)
SHOP = a_shop(
    timezone="Europe/Paris",
    locale="fr",
    tax_rounding="order",
    capture_mode="on_fulfillment",
    auto_fulfill=True,
    name_prefix="EN",
    name_suffix="/24",
    first_number=7,
    notifications=("order_shipped",),
    key_days=9,
)
ORDERS = {
    "order": a_whole_life()[-1].order,
    "order-cancelled": a_cancelled_order(),
    "order-open": an_open_order(),
    "order-deleted": a_deletion().order,
    "order-due": what_is_due()[-1].order,
    "order-risky": a_risky_life()[-1].order,
}
DRAFTS = {
    "draft": a_draft_life()[0].draft,
    "draft-completed": a_draft_life()[4].draft,
    "draft-deleted": a_draft_life()[5].draft,
    "draft-invoiced": a_draft_with_words().draft,
}
CHECKOUT = a_whole_checkout()
LIVE = a_lived_checkout()
DOCUMENTS = {
    **ORDERS,
    **DRAFTS,
    "checkout": CHECKOUT,
    "checkout-live": LIVE,
    "product": PRODUCT,
    "location": PLACE,
    "settings": SHOP,
    "customer": a_customer(),
    "errand": an_errand(),
}


def golden(name: str) -> str:
    return (GOLDEN / f"{name}-1.json").read_text(encoding="utf-8").rstrip("\n")


def told() -> list[tuple[str, str]]:
    lives: list[Any] = [*a_whole_life(), a_deletion(), *a_draft_life(), *what_is_due(), a_draft_with_words()]
    lives += [*a_checkout_life(), *a_person_going(), *a_risky_life()]
    return [encode_event(event) for change in lives for event in change.events]


class TestGolden:
    @pytest.mark.parametrize("kind", sorted(DOCUMENTS))
    def test_form_1_is_read_and_written_as_it_was(self, kind):
        """Decoded it is the document, and encoded again it is the text, byte for byte."""
        text, document = golden(kind), DOCUMENTS[kind]
        version = getattr(document, "version", None)
        assert document == decode(type(document), text, version)
        assert text == encode(document)

    def test_events_of_form_1(self):
        """Every class of event, read and written as it was."""
        rows = [(row["type"], json.dumps(row["data"], separators=(",", ":"))) for row in json.loads(golden("events"))]
        assert told() == rows
        assert set(events.TYPES) == {name for name, _ in rows}
        assert rows == [encode_event(decode_event(*row)) for row in rows]

    def test_the_golden_orders_have_every_field(self):
        """Each field of each kind of fact is filled somewhere in them, so none can be forgotten."""
        seen: dict[type, set[str]] = {}
        placed = (a_draft_life()[4].order, a_checkout_life()[-2].order)
        walk((*ORDERS.values(), *DRAFTS.values(), CHECKOUT, LIVE, *placed), seen)
        left = {
            f"{kind.__name__}.{field.name}"
            for kind, names in seen.items()
            for field in attrs.fields(kind)
            if field.name not in names
        }
        # The version is not in the text; a price to compare with comes from files only; the others are plain.
        assert {
            "Order.version",
            "LineItem.compare_at_minor",
            "Movement.reserved",
            "Draft.copied_from",
            "Draft.source",
            "Checkout.due_at",
            "PaymentTerms.due_at",
        } == left


def walk(value: Any, seen: dict[type, set[str]]) -> None:
    """Note the fields that differ from their default, by class."""
    if isinstance(value, tuple):
        for one in value:
            walk(one, seen)
    elif attrs.has(type(value)):
        names = seen.setdefault(type(value), set())
        for field in attrs.fields(type(value)):
            found = getattr(value, field.name)
            if field.default is attrs.NOTHING or found != field.default:
                names.add(field.name)
            walk(found, seen)


class TestForms:
    def test_older_forms_pass_through_every_upcaster(self, monkeypatch):
        """A document of form 1 read by a library that writes form 3 is changed twice, in turn."""
        monkeypatch.setitem(codec.FORMS, Location, ("location", 3))
        monkeypatch.setitem(codec.UPCASTERS, ("location", 1), lambda raw: {**raw, "name": raw["name"] + " one"})
        monkeypatch.setitem(codec.UPCASTERS, ("location", 2), lambda raw: {**raw, "name": raw["name"] + " two"})
        assert "Paris one two" == decode(Location, golden("location")).name
        assert "Lyon two" == decode(Location, '{"v":2,"id":"lyon","name":"Lyon"}').name
        assert "Brest" == decode(Location, '{"v":3,"id":"brest","name":"Brest"}').name
        assert '{"id":"brest","name":"Brest","v":3}' == encode(Location(id="brest", name="Brest"))

    def test_a_field_that_was_renamed(self, monkeypatch):
        """An upcaster may move a field; the document is written in the new form then."""

        def renamed(raw):
            raw["name"] = raw.pop("label")
            return raw

        monkeypatch.setitem(codec.FORMS, Location, ("location", 2))
        monkeypatch.setitem(codec.UPCASTERS, ("location", 1), renamed)
        read = decode(Location, '{"v":1,"id":"lyon","label":"Lyon"}')
        assert '{"id":"lyon","name":"Lyon","v":2}' == encode(read)

    @pytest.mark.parametrize("kind", sorted(DOCUMENTS))
    def test_a_newer_form_is_not_read(self, kind):
        """It says what it is, its form, and what is known."""
        raw = json.loads(golden(kind)) | {"v": 2}
        with pytest.raises(DocumentTooNew) as caught:
            decode(type(DOCUMENTS[kind]), json.dumps(raw), 1)
        assert {"kind": kind.split("-")[0], "version": 2, "known": 1} == caught.value.facts
        assert "update the library" in str(caught.value)

    def test_a_form_that_no_upcaster_knows(self, monkeypatch):
        """It is a broken storage, not a crash."""
        monkeypatch.setitem(codec.FORMS, Location, ("location", 2))
        with pytest.raises(StorageBroken):
            decode(Location, golden("location"))


BROKEN = {
    "no JSON": "{",
    "no object": "[1]",
    "nothing": "null",
    "no form": "{}",
    "a form that is text": '{"v":"1"}',
    "no fields": '{"v":1}',
    "an empty text": "",
}
WRONG = [
    ("number", "1001"),
    ("number", 1001.0),
    ("number", True),
    ("number", None),
    ("id", 7),
    ("name", None),
    ("created_at", "2024-05-17"),
    ("created_at", 1.5),
    ("taxes_included", 1),
    ("taxes_included", "yes"),
    ("lines", "abc"),
    ("lines", {"a": 1}),
    ("lines", [1]),
    ("tags", [1]),
    ("tags", "vip"),
    ("source", ["web"]),
    ("source", "ab"),
    ("customer", "Ada"),
    ("transactions", [{"id": "t"}]),
]


class TestStrict:
    """A stored document that says something else than it should is a broken storage; nothing is guessed."""

    @pytest.mark.parametrize("what", sorted(BROKEN))
    def test_what_is_no_document(self, what):
        """It says which kind cannot be read, and nothing of what is in it."""
        with pytest.raises(StorageBroken, match="a stored order cannot be read"):
            decode(Order, BROKEN[what], 1)

    @pytest.mark.parametrize(("field", "value"), WRONG)
    def test_a_field_of_another_type(self, field, value):
        """Text is no number, a number no text, 1 no truth, and text no list of letters."""
        raw = json.loads(encode(an_order(id="order-1"))) | {field: value}
        with pytest.raises(StorageBroken):
            decode(Order, json.dumps(raw), 1)

    @pytest.mark.parametrize("path", ["kind", "status"])
    def test_an_unknown_word(self, path):
        """A state that no table has is not taken for one."""
        raw = json.loads(golden("order"))
        raw["transactions"][0][path] = "teleported"
        with pytest.raises(StorageBroken):
            decode(Order, json.dumps(raw), 1)

    def test_amounts_of_another_type(self):
        """Neither text nor a fraction is a number of cents."""
        for value in ("1000", 10.5, None):
            raw = json.loads(golden("order"))
            raw["transactions"][0]["minor"] = value
            with pytest.raises(StorageBroken):
                decode(Order, json.dumps(raw), 1)
        for price in ([1999], ["1999", "EUR"], [19.99, "EUR"], "1999", [1, 2, 3], {"minor": 1}):
            raw = json.loads(golden("product"))
            raw["variants"][0]["price"] = price
            with pytest.raises(StorageBroken):
                decode(Product, json.dumps(raw), 1)

    def test_personal_data_is_not_in_the_error(self):
        """What was stored may be a name or an address; the error does not repeat it."""
        raw = json.loads(golden("order"))
        raw["customer"]["email"] = ["ada@example.com"]
        with pytest.raises(StorageBroken) as caught:
            decode(Order, json.dumps(raw), 1)
        assert "ada" not in "".join(traceback.format_exception(caught.value))

    def test_settings_that_cannot_be_meant(self):
        """The validators of the settings hold for stored ones too."""
        raw = json.loads(golden("settings")) | {"timezone": "Mars/Olympus"}
        with pytest.raises(StorageBroken):
            decode(Settings, json.dumps(raw))


class TestEvents:
    def test_an_unknown_type_is_written_back_unchanged(self):
        """Text in, the same text out: a newer library loses nothing to an older one."""
        text = '{"b":1,"a":[{"deep":null}],"é":"ü","n":1.5}'
        event = decode_event("OrderTeleported", text)
        assert isinstance(event, UnknownEvent)
        assert ("OrderTeleported", text) == encode_event(event)

    def test_a_known_type_with_fields_that_are_not_known(self):
        """It is kept whole as well, rather than cut down to what is known."""
        text = '{"tags":["a"],"because":"sale"}'
        event = decode_event("TagsAdded", text)
        assert UnknownEvent("TagsAdded", {"tags": ["a"], "because": "sale"}) == event
        assert ("TagsAdded", text) == encode_event(event)

    @pytest.mark.parametrize("text", ["{", "[]", '{"tags":7}', "{}", '{"tags":["a",1]}'])
    def test_an_event_that_cannot_be_read(self, text):
        """It is a broken storage, with the type's name."""
        with pytest.raises(StorageBroken, match="TagsAdded"):
            decode_event("TagsAdded", text)

    def test_no_event_carries_personal_data(self):
        """Neither name, address, number nor the text of a note is in what a whole life told."""
        text = json.dumps(told())
        for word in ("Ada", "Lovelace", "ada@", "+44", "Row", "Ring", "kind", "Engines", "chipped"):
            assert word not in text.replace('"kind', "").replace('\\"kind', "")

    def test_every_field_of_every_event_is_plain(self):
        """Ids, figures and words: what any later library can read."""
        for kind in events.TYPES.values():
            for field in attrs.fields(kind):
                plain = {int, str, bool, type(None), tuple[str, ...]}
                assert {field.type} <= plain or set(get_args(field.type)) <= plain, (kind, field.name)


@given(baskets())
def test_any_basket_makes_the_round_trip(command):
    """Whatever can be placed is read as it was written."""
    from backoffice_core.orders.rules import decide
    from backoffice_core.testing.builders import some_facts

    order = decide(None, command, some_facts()).order
    assert order == decode(Order, encode(order), 0)


@given(st.text(max_size=40))
def test_any_text_makes_the_round_trip(text):
    """Letters of every script, quotes, control characters, and no surrogate breaks the whole."""
    order = attrs.evolve(an_order(id="order-1"), note=text or None, attributes=((text, text),))
    assert order == decode(Order, encode(order), 0)


def test_with_and_without_orjson_the_documents_are_equal():
    """The extra makes it faster and changes nothing: the same text is written, the same value read."""
    script = """
import sys
if sys.argv[1] == "without":
    sys.modules["orjson"] = None
from backoffice_core.storage import codec
from backoffice_core.testing.wholelife import a_whole_life
from backoffice_core.orders.order import Order
assert (codec.orjson is None) == (sys.argv[1] == "without")
changes = a_whole_life()
order = changes[-1].order
import attrs
order = attrs.evolve(order, note="é\\u2028\\x00\\"\\\\ \U0001f600")
text = codec.encode(order)
assert codec.decode(Order, text, order.version) == order
sys.stdout.buffer.write("\\n".join([text, *(codec.encode_event(e)[1] for c in changes for e in c.events)]).encode())
"""
    pytest.importorskip("orjson")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    outputs = [
        subprocess.run([sys.executable, "-c", script, way], capture_output=True, check=True, env=environment).stdout
        for way in ("with", "without")
    ]
    assert [json.loads(line) for line in outputs[0].splitlines()] == [
        json.loads(line) for line in outputs[1].splitlines()
    ]


class TestChanged:
    """What is written of an order that was changed is what is written of an order."""

    def test_after_each_step_of_a_whole_life(self):
        """Fields come, change and go; the others are taken from what was read."""
        for change in a_whole_life()[1:]:
            before, raw = codec.decode_raw(Order, encode(change.before), change.before.version)
            fields = {name: value for name, value in kept(change.order).items() if value != getattr(before, name)}
            order = evolve(before, **fields)
            assert json.loads(encode(order)) == json.loads(codec.encode_changed(order, before, raw))
            assert decode(Order, codec.encode_changed(order, before, raw), order.version) == order

    def test_a_field_that_is_as_if_never_given(self):
        """A default is left out, as it is in a whole document."""
        before, raw = codec.decode_raw(Order, encode(attrs.evolve(an_open_order(), tags=("vip",))), 1)
        text = codec.encode_changed(evolve(before, tags=()), before, raw)
        assert "tags" not in json.loads(text)
        assert json.loads(text) == json.loads(encode(evolve(before, tags=())))

    def test_what_was_read_stays_as_it_was(self):
        """The same raw document may be used again."""
        before, raw = codec.decode_raw(Order, encode(an_open_order()), 1)
        first = codec.encode_changed(evolve(before, note="x"), before, raw)
        assert codec.encode_changed(before, before, raw) != first
        assert json.loads(codec.encode_changed(before, before, raw)) == json.loads(encode(before))


def kept(order: Order) -> dict[str, object]:
    """Return the fields of an order, but for its version."""
    return {field.name: getattr(order, field.name) for field in attrs.fields(Order) if field.name != "version"}
