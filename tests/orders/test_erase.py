"""A person taken out of what they bought, and a guest made an account's."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.orders.assess import Assess, assess
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.erase import ALSO, erased, is_erased, merged_into
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.risk import Assessment, RiskFact
from backoffice_core.storage.codec import dumps, encode
from backoffice_core.storage.converter import CONVERTER
from backoffice_core.testing.builders import some_facts
from backoffice_core.testing.carts import a_checkout_life, a_lived_checkout
from backoffice_core.testing.lives import a_draft_life, a_draft_with_words, a_risky_life, a_whole_checkout
from backoffice_core.testing.wholelife import a_whole_life
from tests.orders.helpers import an_order
from tests.orders.test_properties import some
from tests.orders.walks import Basket, Step, World, baskets, steps, walk

GONE = "erased-1"
WHOLE = [change.order for change in a_whole_life()]
RISKY = [change.order for change in a_risky_life()]
DRAFTS = [*[change.draft for change in a_draft_life()], a_draft_with_words().draft]
CARTS = [a_whole_checkout(), a_lived_checkout(), *[change.checkout for change in a_checkout_life()]]
ADA = CustomerRef(
    id="c-1", name="Ada Lovelace", email="ada@example.com", phone="+33 1", locale="fr", accepts_marketing=True
)


def gone(document):
    """Return a document without its person."""
    return erased(document, lambda _: GONE)


def personal(value, found=None):
    """Return class, field and text of all that is kept out of `repr` in a value, however deep."""
    found = [] if found is None else found
    if isinstance(value, tuple):
        for one in value:
            personal(one, found)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            held = getattr(value, field.name)
            if not field.repr and held not in (None, "", ()) and not holds_values(held):
                found.append((type(value).__name__, field.name, held))
            personal(held, found)
    return found


def holds_values(held):
    return attrs.has(type(held)) or (isinstance(held, tuple) and any(attrs.has(type(one)) for one in held))


class TestRule1_WhatIsPersonalGoes:
    def test_all_that_repr_does_not_tell(self):
        """Of orders, drafts and checkouts in which every field is filled somewhere; before there is a lot of it."""
        for documents in (WHOLE, RISKY, DRAFTS, CARTS):
            assert len({row[:2] for one in documents for row in personal(one)}) > 6
            assert [] == [row for one in documents for row in personal(gone(one))]

    def test_what_staff_said_elsewhere(self):
        """The reason why a hold ended is free text that logs may show; it goes too."""
        assert {("Hold", "release_reason")} == ALSO
        held = [one for order in WHOLE for one in order.holds if one.release_reason]
        assert held
        assert not [one for order in WHOLE for one in gone(order).holds if one.release_reason]


class TestRule2_CountryAndRegionStay:
    def test_of_an_address(self):
        address = Address(
            **{name: name for name in attrs.fields_dict(Address)},
        )
        order = an_order(customer=ADA, shipping_address=address, billing_address=address)
        left = Address(country="country", province="province", province_name="province_name")
        assert (left, left) == (gone(order).shipping_address, gone(order).billing_address)


class TestRule3_AnIdThatTellsNothing:
    def test_in_the_place_of_whoever_bought(self):
        """Of an account and of a guest with an address; who was known by a name alone is nobody."""
        for known in (ADA, attrs.evolve(ADA, id=None), CustomerRef(email="ada@example.com")):
            assert CustomerRef(id=GONE) == gone(an_order(customer=known)).customer
        assert gone(an_order(customer=CustomerRef(name="Ada"))).customer is None
        assert gone(an_order()).customer is None

    def test_who_it_was_says_which_id(self):
        seen = []
        erased(an_order(customer=ADA), lambda known: seen.append(known) or "x")
        assert [ADA] == seen


class TestRule4_TheBooksStay:
    def test_of_a_whole_life(self):
        """All figures and states, and every field that is not personal, to the letter."""
        for order in WHOLE:
            after = gone(order)
            assert (order.sums, order.counters, order.tags) == (after.sums, after.counters, after.tags)
            assert kept(order) == kept(after)

    @some(30)
    @given(baskets(), st.lists(steps(), min_size=3, max_size=8))
    def test_after_any_walk(self, basket: Basket, path: list[Step]):
        """Whatever was done with an order: its figures, its lines and what it lived through are the same."""
        world = World(basket.settings)
        world.do(basket.command)
        for step in path:
            walk(world, step)
        order = world.order
        assert order is not None
        for after in (gone(order), merged_into(attrs.evolve(order, customer=CustomerRef(email="a@b.example")), "c-9")):
            assert (order.sums, order.counters, order.financial_status) == (
                after.sums,
                after.counters,
                after.financial_status,
            )
            assert order.fulfillment_status is after.fulfillment_status
        assert [] == personal(gone(order))
        assert kept(order) == kept(gone(order))


class TestRule5_NobodyIsAskedBack:
    def test_an_open_checkout_has_nothing_due(self):
        for cart in CARTS:
            after = gone(cart)
            assert isinstance(after, Checkout)
            if not cart.is_over:
                assert (None, None) == (after.due_at, after.contact_at)
            else:
                assert (cart.due_at, cart.contact_at) == (after.due_at, after.contact_at)
            assert after.email is None


class TestRule6_Again:
    def test_changes_nothing(self):
        """The same value comes back, so nothing is saved."""
        for document in (*WHOLE, *DRAFTS, *CARTS):
            once = gone(document)
            assert once is gone(once)


class TestRule7_SaidAfterwards:
    def test_without_words(self):
        """By somebody who was asked before; the level, and what speaks for or against, stay."""
        said = Assessment("high", [RiskFact("Ada Lovelace", "negative", values=("Ada",))], provider="kount")
        for order, words in ((WHOLE[0], "Ada Lovelace"), (gone(WHOLE[0]), "")):
            assert is_erased(order) is not bool(words)
            after = assess(order, Assess(assessment=said), some_facts()).order
            (fact,) = after.assessments[-1].facts
            assert ("high", "negative", words) == (after.risk_level, fact.sentiment, fact.description)
            assert bool(words) is bool(fact.values)

    def test_who_is_not_erased(self):
        """Nobody, somebody of an account alone, and whoever has a name."""
        for known in (None, CustomerRef(id="c-1"), CustomerRef(id=GONE, name="Ada")):
            assert not is_erased(an_order(customer=known))


class TestMerging:
    def test_only_the_account_is_another(self):
        guest = attrs.evolve(ADA, id=None)
        order = an_order(customer=guest, note="soon")
        after = merged_into(order, "c-9")
        assert attrs.evolve(guest, id="c-9") == after.customer
        assert order == attrs.evolve(after, customer=guest)

    def test_what_is_theirs_already(self):
        """Nor anything of nobody."""
        for order in (an_order(customer=ADA), an_order()):
            assert order is merged_into(order, "c-1")


def kept(order: Order) -> str:
    """Return an order as text, without what is personal."""
    raw = CONVERTER.unstructure(attrs.evolve(order, customer=None, shipping_address=None, billing_address=None))
    return dumps(without(raw))


NAMES = {
    *(
        "note",
        "attributes",
        "properties",
        "release_reason",
        "invoice_subject",
        "invoice_message",
        "text",
        "decline_note",
    ),
}


def without(raw):
    if isinstance(raw, dict):
        return {name: without(value) for name, value in raw.items() if name not in NAMES}
    return [without(one) for one in raw] if isinstance(raw, list) else raw


def test_what_is_left_can_be_written():
    for document in (*WHOLE, *DRAFTS, *CARTS):
        assert encode(gone(document))
