"""The timeline as sentences: every event class has one in every language, and they read well."""

from collections.abc import Sequence
from typing import Any, get_args

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders import events as happened
from backoffice_core.orders.change import Change, Command, snake
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.notes import AddComment, DeleteComment, EditComment, SetNote
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.story.english import English
from backoffice_core.orders.story.french import NARROW, French
from backoffice_core.orders.story.sentences import LANGUAGES, Language, Sentence, language_for, story
from backoffice_core.orders.story.words import Words
from backoffice_core.settings import Settings
from backoffice_core.testing.carts import a_checkout_life
from backoffice_core.testing.lives import a_deletion, a_draft_life, a_risky_life, what_is_due
from backoffice_core.testing.personal import a_person_going
from backoffice_core.testing.wholelife import a_whole_life
from tests.orders.helpers import NOW, after, an_order, goods
from tests.orders.test_properties import some
from tests.orders.walks import Basket, Step, World, baskets, steps, walk

WHERE = {"en": "english.py", "fr": "french.py"}


@attrs.frozen
class Row:
    """What is told of one event."""

    event: OrderEvent
    actor: str | None = "marie"
    at: pendulum.DateTime = NOW


def told(event: OrderEvent, language: Language, order: Order | None = None, actor: str | None = "marie") -> str:
    """Return the sentence of an event, with plain spaces."""
    (sentence,) = story(order or an_order(), [Row(event, actor)], language)
    return sentence.text.replace(NARROW, " ")


def whole_story(language: Language) -> Sequence[Sentence]:
    """Return the sentences of an order that lived through everything, and of drafts and checkouts that did."""
    changes, drafts, deletion, due = a_whole_life(), a_draft_life(), a_deletion(), what_is_due()
    carts, going, risky = a_checkout_life(), a_person_going(), a_risky_life()
    return (
        *story(going[-1].order, [Row(event) for change in going for event in change.events], language),
        *story(changes[-1].order, [Row(event) for change in changes for event in change.events], language),
        *story(deletion.order, [Row(event) for event in deletion.events], language),
        *story(due[-1].order, [Row(event) for change in due for event in change.events], language),
        *story(risky[-1].order, [Row(event) for change in risky for event in change.events], language),
        *story(drafts[-1].draft.as_order, [Row(event) for change in drafts for event in change.events], language),
        *story(carts[-1].checkout.as_order, [Row(event) for change in carts for event in change.events], language),
    )


def check_reads_well(sentences: Sequence[Sentence]) -> None:
    """Check what any sentence has: a capital or a number first, a full stop last, nothing left open."""
    for one in sentences:
        assert one.text[0].isupper() or one.text[0].isdigit(), one
        assert one.text.endswith("."), one
        assert [] == [odd for odd in ("None", "  ", "..", " .", "()", "{") if odd in one.text], one


class Listening(World):
    """A world that notes what happened."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.rows: list[Row] = []

    def do(self, command: Command) -> Change:
        """Decide a command, and note its events."""
        change = super().do(command)
        self.rows += [Row(event) for event in change.events]
        return change


@some(40)
@given(baskets(), st.lists(steps(), min_size=4, max_size=10))
def test_any_walk_can_be_told(basket: Basket, path: list[Step]) -> None:
    """Whatever was done with whatever order, in any currency: every event is a sentence that reads well."""
    world = Listening(basket.settings)
    world.do(basket.command)
    for step in path:
        walk(world, step)
    assert world.order is not None
    for language in LANGUAGES:
        sentences = story(world.order, world.rows, language)
        assert len(world.rows) == len(sentences)
        check_reads_well(sentences)


class TestEverySentence:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_event_has_one(self, language: Language) -> None:
        """A new event class needs a row in each language; here it says where which is missing."""
        rows = LANGUAGES[language][1]
        missing = [name for name, kind in happened.TYPES.items() if kind not in rows]
        assert not missing, f"orders/story/{WHERE[language]}: SENTENCES has no row for {', '.join(missing)}"
        gone = [kind.__name__ for kind in rows if kind not in (*happened.TYPES.values(), happened.UnknownEvent)]
        assert not gone, f"orders/story/{WHERE[language]}: SENTENCES has rows for no event: {', '.join(gone)}"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_can_be_told(self, language: Language) -> None:
        """Of a life with every event class."""
        sentences = whole_story(language)
        assert {one.kind for one in sentences} == {snake(name) for name in happened.TYPES}
        check_reads_well(sentences)

    def test_the_languages_are_those_that_can_be_asked_for(self) -> None:
        """And each has a table of its own."""
        assert set(get_args(Language)) == set(LANGUAGES) == set(WHERE)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_reasons_that_are_known_have_words(self, language: Language) -> None:
        """Both languages know the same reasons but those that are the same word in English."""
        assert set(French.reasons) - set(English.reasons) == {"fraud", "imported"}
        assert set(English.reasons) <= set(French.reasons)

    @pytest.mark.parametrize("language", ["de", "", None, 5, "EN"])
    def test_another_language(self, language: Any) -> None:
        """Refused, with those that would do."""
        with pytest.raises(InvalidValue) as error:
            story(an_order(), [], language)
        assert ("language", "en or fr") == (error.value.field, error.value.would_do)

    @pytest.mark.parametrize(
        ("locale", "language"),
        [("fr", "fr"), ("fr-CA", "fr"), ("FR_be", "fr"), ("en-GB", "en"), ("de", "en"), ("", "en")],
    )
    def test_the_language_of_a_locale(self, locale: str, language: str) -> None:
        """The part before the country; English where there are no words of its own."""
        assert language == language_for(locale)


class TestSentences:
    @pytest.mark.parametrize(
        ("event", "english", "french"),
        [
            (
                happened.OrderPlaced("#1001", 123456, "EUR"),
                "Order #1001 of 1,234.56 EUR was placed by marie.",
                "La commande #1001 de 1 234,56 EUR a été passée par marie.",
            ),
            (
                happened.OrderPlaced("#7", 100, "EUR", imported=True),
                "Order #7 of 1.00 EUR was imported by marie.",
                "La commande #7 de 1,00 EUR a été importée par marie.",
            ),
            (
                happened.PaymentRequested("t", "capture", 500, "stripe"),
                "The capture of 5.00 EUR through stripe was asked for by marie.",
                "Une demande a été faite via stripe par marie (encaissement de 5,00 EUR).",
            ),
            (
                happened.PaymentCaptured("t", 2500, "stripe", 1500),
                "25.00 EUR was captured through stripe by marie; the rest of the authorization, 15.00 EUR, was let go.",
                "Un encaissement de 25,00 EUR a été fait via stripe par marie et le reste de l’autorisation,"
                " 15,00 EUR, a été abandonné.",
            ),
            (
                happened.PaymentFailed("t", "void", 0, "card_declined"),
                "The release of an authorization failed (card_declined), recorded by marie.",
                "Un échec a été enregistré par marie (abandon d’une autorisation, card_declined).",
            ),
            (
                happened.PaymentFailed("t", "sale", 500),
                "The payment of 5.00 EUR failed, recorded by marie.",
                "Un échec a été enregistré par marie (paiement de 5,00 EUR).",
            ),
            (
                happened.OrderFulfilled("f", "#1001-F1", 1),
                "1 unit was shipped as #1001-F1 by marie.",
                "1 unité a été expédiée dans le colis #1001-F1 par marie.",
            ),
            (
                happened.OrderFulfilled("f", "#1001-F1", 1200),
                "1,200 units were shipped as #1001-F1 by marie.",
                "1 200 unités ont été expédiées dans le colis #1001-F1 par marie.",
            ),
            (
                happened.OrderRefunded("r", 800, 2, -200),
                "2 units were refunded for 8.00 EUR by marie (a fee of 2.00 EUR was kept).",
                "2 unités ont été remboursées pour 8,00 EUR par marie (frais retenus de 2,00 EUR).",
            ),
            (
                happened.OrderRefunded("r", 300, 0, 300),
                "3.00 EUR was refunded by marie (goodwill of 3.00 EUR).",
                "Un remboursement de 3,00 EUR a été accordé par marie (geste commercial de 3,00 EUR).",
            ),
            (
                happened.OrderRefunded("r", 0, 1, 0),
                "1 unit was taken back by marie, and no money was sent.",
                "1 unité a été reprise par marie, sans versement.",
            ),
            (
                happened.OrderCancelled("x", "customer", 2, True),
                "The order was cancelled by marie (the customer asked for it); 2 units were put back on sale.",
                "La commande a été annulée par marie (à la demande du client) et 2 unités ont été remises en vente.",
            ),
            (
                happened.OrderCancelled("x", "other", 1, False),
                "The order was cancelled by marie; 1 unit was written off.",
                "La commande a été annulée par marie et 1 unité a été mise au rebut.",
            ),
            (
                happened.OrderCancelled("x", "moved away", 0, True),
                "The order was cancelled by marie (moved away).",
                "La commande a été annulée par marie (moved away).",
            ),
            (
                happened.OrderArchived(),
                "The order was archived by marie.",
                "La commande a été archivée par marie.",
            ),
            (
                happened.ShipmentUpdated("f-1", "out_for_delivery", notify=True),
                "The carrier said of f-1: it is out for delivery, recorded by marie.",
                "Une nouvelle du transporteur a été enregistrée par marie (colis f-1 : en cours de livraison).",
            ),
            (
                happened.ShipmentUpdated("f-1", "beamed_up", late=True),
                "The carrier said of f-1 belatedly: beamed_up, recorded by marie.",
                "Une nouvelle tardive du transporteur a été enregistrée par marie (colis f-1 : beamed_up).",
            ),
            (
                happened.OrderArchived(automatic=True),
                "The order was archived automatically.",
                "La commande a été archivée automatiquement.",
            ),
            (
                happened.TagsAdded(("vip",)),
                "The tag vip was added by marie.",
                "L’étiquette vip a été ajoutée par marie.",
            ),
            (
                happened.TagsRemoved(("a", "b")),
                "The tags a, b were removed by marie.",
                "Les étiquettes a, b ont été retirées par marie.",
            ),
            (
                happened.UnitsRestocked("r", 0),
                "0 units were put back in stock by marie.",
                "0 unité a été remise en stock par marie.",
            ),
            (
                happened.AuthorizationExpired("t", 900),
                "An authorization expired before 9.00 EUR of it was captured.",
                "Une autorisation a expiré avant l’encaissement de 9,00 EUR.",
            ),
        ],
    )
    def test_in_both_languages(self, event: OrderEvent, english: str, french: str) -> None:
        """Figures and units as the language writes them, and who did it."""
        assert (english, french) == (told(event, "en"), told(event, "fr"))

    def test_nobody_was_named(self) -> None:
        """Then nobody is told."""
        event = happened.NoteSet()
        assert "The note was changed." == told(event, "en", actor=None)
        assert "La note a été modifiée." == told(event, "fr", actor=None)

    def test_names_from_the_order(self) -> None:
        """A parcel's name, the units of a hold and why it ended stand in the order."""
        order = after(an_order(goods(quantity=3)), Fulfill(lines={"TEA": 1}))
        order = after(order, HoldOrder(lines={"TEA": 2}, reason="awaiting_payment"), ReleaseHold(reason="paid"))
        parcel, hold = order.fulfillments[0].id, order.holds[0].id
        order = after(order, CancelFulfillment(fulfillment=parcel))
        assert "The shipment #1001-F1 of 1 unit was undone by marie." == told(
            happened.FulfillmentCancelled(parcel, 1), "en", order
        )
        assert "Le suivi du colis #1001-F1 a été modifié par marie." == told(
            happened.TrackingUpdated(parcel), "fr", order
        )
        assert "2 units were put on hold by marie (awaiting payment)." == told(
            happened.OrderHeld(hold, "awaiting_payment"), "en", order
        )
        assert "The hold was released by marie (paid)." == told(happened.HoldReleased(hold), "en", order)

    def test_what_the_order_does_not_know(self) -> None:
        """It is told as far as the event goes."""
        assert "The tracking of f-9 was changed by marie." == told(happened.TrackingUpdated("f-9"), "en")
        assert "The hold was released by marie." == told(happened.HoldReleased("h-9"), "en")
        assert "Tout ce qui reste à expédier a été mis en attente par marie." == told(
            happened.OrderHeld("h-9", "other"), "fr"
        )
        assert "0.00 EUR was credited by marie, and no money was sent." == told(
            happened.OrderRefunded("r-9", 0, 0, 0), "en"
        )

    def test_an_amount_on_a_line_that_is_paid_later(self) -> None:
        """What it was for stands in the refund."""
        order = after(an_order(paid="10.00"), RefundOrder(amounts={"TEA": "2.50"}, pay_later=True))
        event = happened.OrderRefunded(order.refunds[0].id, 0, 0, 0)
        assert "2.50 EUR was credited by marie, and no money was sent." == told(event, "en", order)

    def test_an_event_of_a_newer_version(self) -> None:
        """It is told by its name, and neutrally."""
        event = happened.UnknownEvent("GiftWrapped", {"paper": "red"})
        (sentence,) = story(an_order(), [Row(event)], "en")
        assert "gift_wrapped" == sentence.kind
        assert "Something happened that this version cannot tell (GiftWrapped), recorded by marie." == sentence.text
        assert "GiftWrapped" in told(event, "fr")

    def test_an_event_without_a_sentence(self) -> None:
        """A class of somebody's own is told neutrally too, and breaks no page."""

        @attrs.frozen
        class GiftWrapped(OrderEvent):
            """Not one of ours."""

        assert "Something happened that this version cannot tell (GiftWrapped)." == told(
            GiftWrapped(), "en", actor=None
        )


class TestAmounts:
    @pytest.mark.parametrize(
        ("money", "english", "french"),
        [
            (Money(123456, "EUR"), "1,234.56 EUR", "1 234,56 EUR"),
            (Money(-123456789, "EUR"), "-1,234,567.89 EUR", "-1 234 567,89 EUR"),
            (Money(5, "EUR"), "0.05 EUR", "0,05 EUR"),
            (Money(1234567, "JPY"), "1,234,567 JPY", "1 234 567 JPY"),
            (Money(1234567, "KWD"), "1,234.567 KWD", "1 234,567 KWD"),
        ],
    )
    def test_as_each_language_writes_them(self, money: Money, english: str, french: str) -> None:
        """With all digits of the currency; French spaces are narrow and do not break."""
        assert english == English.amount(money)
        assert french.replace(" ", NARROW) == French.amount(money)

    def test_words_are_of_one_order(self) -> None:
        """Minor units are in its currency."""
        words: Words = English(an_order(), None)
        assert "12.34 EUR" == words.money(1234)


class TestComments:
    def comments(self) -> tuple[Order, list[Row]]:
        """Return an order with a comment that was edited and one that was deleted, and what happened."""
        order = after(an_order(), AddComment(text="Ada called"), AddComment(text="Ada is cross"))
        first, second = (one.id for one in order.comments)
        order = after(order, EditComment(comment_id=first, text="Ada called twice"), DeleteComment(comment_id=second))
        return order, [
            Row(happened.CommentAdded(first)),
            Row(happened.CommentAdded(second)),
            Row(happened.CommentEdited(first)),
            Row(happened.CommentDeleted(second)),
        ]

    def test_the_text_is_the_last_one(self) -> None:
        """It comes from the order, stands where the comment was left, and is gone once it was deleted."""
        order, rows = self.comments()
        sentences = story(order, rows, "en")
        assert ["Ada called twice", None, None, None] == [one.comment for one in sentences]
        assert [rows[0].event.comment_id, rows[1].event.comment_id] * 2 == [  # type: ignore[attr-defined]
            one.comment_id for one in sentences
        ]

    def test_no_text_in_sentences_and_repr(self) -> None:
        """What staff wrote stands in its own field only, which no log shows."""
        order, rows = self.comments()
        order = after(order, SetNote(note="Ada"))
        sentences = story(order, [*rows, Row(happened.NoteSet())], "fr")
        assert "Ada" not in f"{sentences!r} {[one.text for one in sentences]}"
