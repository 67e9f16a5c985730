"""Free text: each word at the beginning of one of the order's, without case and accents, wherever it stands."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.orders.asked import Line, Sale
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.search.findable import findable
from backoffice_core.search.text import fold, line, plain, words
from backoffice_core.testing.builders import an_order
from tests.search.helpers import found, texts, unclear

#: An order with a word of its own at every place that free text looks at.
FULL = attrs.evolve(
    an_order(
        Line("Kettle", variant_title="Copper", sku="KTL-9", price="10.00"),
        payments=[Sale("10.00", gateway="stripe", reference="pi_3Nf")],
    ),
    name="#1042",
    customer=CustomerRef(id="c-1", name="Ada Lovelace", email="ada.l@example.com", phone="+33 6 12 34 56 78"),
    shipping_address=Address(
        name="Charles Babbage",
        company="Engines Ltd",
        address1="12 Dorset Street",
        address2="Attic",
        city="London",
        zip="W1U 6QS",
        province="LND",
        province_name="Greater London",
        country="GB",
        phone="(020) 7946-0018",
    ),
    billing_address=Address(name="Mary Somerville", city="Jedburgh"),
    channel="zebra",
    tags=("giraffe",),
    note="elephant",
)


def titled(*titles: str) -> list[Order]:
    """Return orders that sell something of that title, named by it."""
    return [attrs.evolve(an_order(Line(title, price="1.00")), name=title) for title in titles]


@pytest.mark.parametrize(
    "text",
    [
        *("#1042", "1042", "10", "Ada", "Lovelace", "ada lovelace", "love ad", '"Ada Lovelace"', "ada.l@example.com"),
        *("ADA.L@", "ada.l@example", "example.com", "'ada.l@example.com'", "+33612345678", "6 12 34"),
        *(
            "+33",
            "babbage",
            "engines",
            "dorset",
            '"12 Dorset"',
            "attic",
            "london",
            "W1U",
            "w1u\\ 6qs",
            "lnd",
            "greater",
        ),
        *("gb", "7946-0018", "02079460018", "somerville", "jedburgh", "kettle", "copper", "ktl-9", "KTL", "ktl*"),
        *("pi_3nf", "PI_", "kettle 1042 london ada", "ktl-9 OR nothing", "-nothing"),
    ],
)
def test_every_place(text: str) -> None:
    """Name, customer, mail, phone, addresses, titles, SKU, reference of a payment."""
    assert ["#1042"] == found(text, FULL)


@pytest.mark.parametrize(
    "text",
    [
        *("zebra", "giraffe", "elephant", "stripe", "c-1", "ttle", "042", "lovelac3", '"Ada Love"', '"Lovelace Ada"'),
        *("-kettle", "da.l@example.com", "ada.l@example.com.au", "'l@example co'", "12 nothing", "dorset12"),
    ],
)
def test_what_is_not_found(text: str) -> None:
    """Tags, channel, gateway and note have fields of their own or none; the middle of a word is not its beginning."""
    assert [] == found(text, FULL)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Théière", "theiere"),
        ("Theiere", "THÉIÈRE"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Œuvre", "oeuv"),
        ("Ærø", "aero"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("ﬁne", "fine"),
        ("Ｔｅａ", "tea"),
        ("e\u0301te\u0301", "été"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("日本語の本", "日本"),
        ("Чай", "чай"),
        ("C++ book", "c++"),
        ("O'Brien", "o'brien"),
        ("Anne-Marie", "anne-marie"),
        ("Anne-Marie", "marie"),
        ("tea-cup", "tea\\ cup"),
        ("tea  cup", '"tea cup"'),
        ("under_score", "under_"),
    ],
)
def test_case_and_accents(title: str, text: str) -> None:
    """They do not count, and a mark between two words is a space."""
    assert [title] == found(text, *titled(title, "Other"))


class TestPhrases:
    def test_words_stand_side_by_side(self) -> None:
        """In their order, whole, within one text."""
        some = titled("Green tea cup", "Tea green cup", "Green teapot", "Green-tea")
        assert ["Green tea cup", "Green-tea"] == found('"green tea"', *some)
        assert ["Green tea cup", "Tea green cup", "Green teapot", "Green-tea"] == found("green tea", *some)

    def test_a_star_behind_it(self) -> None:
        """The last word is the beginning of one; a star within a phrase says nothing."""
        some = titled("Green tea cup", "Green teapot", "Green cup")
        assert ["Green tea cup", "Green teapot"] == found('"green tea"*', *some)
        assert ["Green tea cup"] == found('"green tea*"', *some)

    def test_not_across_texts(self) -> None:
        """The end of one text and the beginning of another are no phrase."""
        order = attrs.evolve(an_order(Line("Green", price="1.00"), Line("Tea", price="1.00")), name="two")
        assert [] == found('"green tea"', order)
        assert ["two"] == found("green tea", order)

    def test_words_with_marks_between_are_one_phrase(self) -> None:
        """What is written in one stands in one: ``AB-1`` is no order with an AB and a 1."""
        some = titled("AB-1 x", "AB x 1", "AB-12")
        assert ["AB-1 x", "AB-12"] == found("ab-1", *some)
        assert ["AB-1 x", "AB x 1", "AB-12"] == found("ab 1", *some)


class TestAddresses:
    def test_a_whole_address(self) -> None:
        """Marks of an address for mail count, so that two are not taken for one."""
        some = [
            attrs.evolve(an_order(email=email), name=email)
            for email in ("ada@example.com", "ada@example.org", "ada-b@example.com", "Ada@Example.com.au")
        ]
        assert ["ada@example.com", "Ada@Example.com.au"] == found("ADA@example.com", *some)
        assert ["ada@example.com"] == found("email:ada@example.com", *some)
        assert ["ada@example.com", "ada@example.org", "Ada@Example.com.au"] == found("ada@ex", *some)
        assert ["ada@example.com", "ada@example.org", "ada-b@example.com", "Ada@Example.com.au"] == found("ada", *some)

    def test_words_are_no_address(self) -> None:
        """Whoever asks for an address is not shown what only sounds like it."""
        some = [*titled("Ada example com"), attrs.evolve(an_order(email="ada.example@com"), name="dotted")]
        assert [] == found("ada@example.com", *some)
        assert ["Ada example com", "dotted"] == found("'ada@example.com'", *some), "as a phrase it is words"

    def test_marks_around_it(self) -> None:
        """As it is copied from a mail."""
        order = attrs.evolve(an_order(email="ada@example.com"), name="one")
        assert ["one"] == found("'<ada@example.com>' OR <ada@example.com>,", order)
        assert ["one"] == found("<ada@example.com>", order)


def test_without_a_word() -> None:
    """What has neither letter nor digit is left out with a warning; the rest is looked for."""
    for text in ("!!!", "-", "$ %", "\ud800", "''", "🎁", "tea AND '…'"):
        assert "no_words" in unclear(text)
    assert [] == unclear("*")
    assert ["#1042"] == found("*", FULL)


def test_long_words() -> None:
    """They are compared by their beginning, the same one on both sides."""
    some = titled("x" * 100 + "a", "x" * 50)
    assert [some[0].name] == found("x" * 101, *some)
    assert [some[0].name, some[1].name] == found("x" * 50, *some)


@given(texts, texts)
def test_an_order_is_found_by_the_words_of_its_texts(title: str, other: str) -> None:
    """Each word, and all of a text as a phrase, whatever else there is."""
    order = attrs.evolve(an_order(Line(title, price="1.00"), Line(other, price="1.00")), name="one")
    for word in words(title):
        assert ["one"] == found(f'"{word}"', order)
        assert ["one"] == found(f'"{word[:3]}"*', order)
    if words(title):
        phrase = title.replace("\\", "\\\\").replace('"', '\\"')
        assert ["one"] == found(f'"{phrase}"', order)


@given(st.text() | texts)
def test_folding(text: str) -> None:
    """Folding what is folded changes nothing, and nothing is left that a database could not keep."""
    for folded in (fold(text), plain(text)):
        assert folded == folded.strip()
        folded.encode()
        assert not any(ord(char) < 32 for char in folded)
    assert fold(text) == fold(fold(text))
    assert words(text) == words(fold(text))
    assert all(row.startswith(" ") and row.endswith(" ") for row in line(text).split("\n") if row)


def test_words_are_said_once() -> None:
    """The same title on many lines is one line of words."""
    order = an_order(*[Line("Tea cup", price="1.00") for _ in range(5)])
    assert 1 == findable(order).words.count("tea cup")
