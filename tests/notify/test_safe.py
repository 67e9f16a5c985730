"""Letters are safe to open: what was typed in is text, lines are lines, and templates reach nothing but their view."""

from typing import Any

import attrs
import pytest

from backoffice_core import Address, BackOffice, CustomerRef, Line, Shipping, Tax, errors
from backoffice_core.notify.kinds import KINDS
from backoffice_core.notify.letters import Letter
from backoffice_core.notify.links import NoLinks
from backoffice_core.settings import Sender
from tests.notify.helpers import Pages, a_shop, letter_of, poor, rich
from tests.printing.helpers import parsed, text_of

EVIL = "<script>alert('x')</script>{{ 7*7 }}{% raw %}"
BREAKS = "Ada\r\nBcc: eve@example.com\n\nTotal ... €0.00"
RIGHT_TO_LEFT = "\u202egnihton\u202c \u05e7\u05d5\u05de\u05e7\u05d5\u05dd"
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
EMOJI = "\U0001f469\u200d\U0001f680 \U0001f1eb\U0001f1f7 tea"


def odd_order(office: BackOffice, odd: str) -> str:
    """Return the id of an order in which everything that can be typed in is odd."""
    nobody = Address(**{field.name: odd for field in attrs.fields(Address)})
    order = rich(
        office,
        lines=[
            Line(odd, variant_title=odd, sku="TEA-1", quantity=4, price="40.00", properties={odd: odd}),
            Line(odd, sku="CUP-1", quantity=6, price="4.50", taxes=[Tax(odd, "0.2")]),
        ],
        shipping=[Shipping(odd, "5.90")],
        customer=CustomerRef(name=odd, email="ada@example.com", phone=odd),
        shipping_address=nobody,
        billing_address=attrs.evolve(nobody, city="x"),
        note=odd,
        discounts=[],
    )
    # Where it stands in a sentence, a line may begin within it.
    email = "x@example.com" if odd == BREAKS else odd
    office.change_settings(sender=Sender(name=odd, address=(odd,), email=email, phone=odd, website=odd, legal=odd))
    return order


@pytest.mark.parametrize("kind", KINDS)
class TestOddText:
    def test_of_a_scoundrel(self, kind: str) -> None:
        """Tags and places of templates are read, not run."""
        office = a_shop()
        letter = letter_of(office, kind, odd_order(office, EVIL))
        assert not {"script", "iframe", "img"} & {tag for tag, _ in parsed(letter.html).tags}
        assert "49" not in text_of(letter.html).replace(office.orders.page().orders[0].id, "").split()
        assert "{{ 7*7 }}" in letter.text

    def test_with_line_breaks(self, kind: str) -> None:
        """Nobody writes a line of his own into a letter, or a field into its head."""
        office = a_shop()
        letter = letter_of(office, kind, odd_order(office, BREAKS))
        assert "\n" not in letter.subject
        assert not any(line.startswith(("Bcc:", "Total ... ")) for line in letter.text.split("\n"))

    def test_from_right_to_left(self, kind: str) -> None:
        """Marks that turn what follows are left out; the letters themselves stay, each text apart."""
        office = a_shop()
        letter = letter_of(office, kind, odd_order(office, RIGHT_TO_LEFT))
        for text in (letter.subject, letter.text, letter.html):
            assert "\u202e" not in text
        assert "\u05e7\u05d5\u05de\u05e7\u05d5\u05dd" in letter.text

    @pytest.mark.parametrize("odd", [LONG, EMOJI], ids=["long", "emoji"])
    def test_long_words_and_pictures(self, kind: str, odd: str) -> None:
        """They stay whole."""
        office = a_shop()
        letter = letter_of(office, kind, odd_order(office, odd[:200]))
        assert odd[:200] in letter.text
        assert odd[:200] in letter.html


class TestLinks:
    def test_a_link_that_is_no_address(self) -> None:
        """Nothing but http and https leads anywhere; of a parcel or of the host."""

        class Scripts(Pages):
            def order(self, order_id: str) -> str | None:
                return "javascript:alert(1)"

        office = a_shop(links=Scripts())
        order = poor(office)
        office.orders.update_tracking(
            order, office.orders.get(order).fulfillments[0].id, tracking_url="data:text/html,x"
        )
        html = letter_of(office, "order_shipped", order).html
        assert "javascript" not in html
        assert "data:" not in html

    @pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.about == "order"])
    def test_the_admin_is_for_staff(self, kind: str) -> None:
        """Their letters lead to it, and not to the customer's page; no other letter does."""
        office = a_shop()
        order = rich(office)
        letter = letter_of(office, kind, order)
        staff = KINDS[kind].audience == "staff"
        for text in (letter.text, letter.html):
            assert staff == (f"https://camelia.example/admin/{order}" in text)
            assert not (staff and f"https://camelia.example/orders/{order}" in text)

    def test_links_that_are_incomplete(self) -> None:
        """They are refused when the shop is opened, not when a letter needs the one that is missing."""

        class Old:
            def order(self, order_id: str) -> str | None:
                return None

        with pytest.raises(errors.InvalidValue, match="Old without pay, admin, draft, recover, unsubscribe"):
            a_shop(links=Old())

    @pytest.mark.parametrize("odd", [5, b"https://camelia.example", ["https://camelia.example"]])
    def test_a_link_that_is_no_text(self, odd: Any) -> None:
        class Odd(Pages):
            def pay(self, order_id: str) -> str | None:
                return odd  # type: ignore[no-any-return]

        office = a_shop(links=Odd())
        with pytest.raises(errors.InvalidValue, match="links: a value of type"):
            letter_of(office, "order_placed", poor(office))

    def test_an_admin_that_has_no_pages(self) -> None:
        """Then there is no button."""
        office = a_shop(links=NoLinks())
        assert "Open the order" not in letter_of(office, "staff_order_placed", rich(office)).text


class TestTheSandbox:
    @pytest.mark.parametrize(
        "text",
        [
            "{{ order.__class__.__mro__ }}",
            "{{ letter.said.append(1) }}",
            "{{ order.update({}) }}",
            "{{ ''.__class__ }}",
            "{{ say.__init__.__globals__ }}",
            "{{ 'x'.format.__globals__ }}",
        ],
    )
    def test_nothing_is_reached_or_changed(self, text: str) -> None:
        office = a_shop(templates={"order_placed.html": text})
        with pytest.raises(errors.BrokenTemplate) as no:
            letter_of(office, "order_placed", poor(office))
        assert ("order_placed.html", 1) == (no.value.template, no.value.line)

    def test_no_domain_object_is_seen(self) -> None:
        """Whatever a template can reach is text, a number, a switch, or a list or mapping of such."""
        office = a_shop()
        order = rich(office)
        for kind in KINDS:
            check_plain(letter_of(office, kind, order).view)


def check_plain(value: Any) -> None:
    """Check that a value is plain, all the way down."""
    assert type(value) in (str, int, bool, type(None), list, dict), type(value)
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        check_plain(one)


def test_no_letter_is_in_a_repr() -> None:
    """Names and addresses stay in the letter."""
    office = a_shop()
    order = rich(office)
    letter = letter_of(office, "order_placed", order)
    assert "Lyon" in letter.text
    assert repr(Letter("", "", "")) == repr(letter)
    office.outbox.deliver()
    for sent in office._notifier.sent:  # type: ignore[attr-defined]
        told = repr(attrs.evolve(sent, order=None))
        assert not any(word in told for word in ("ada@", "Lovelace", "owner@", "camelia", "Lyon"))
