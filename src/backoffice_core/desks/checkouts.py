"""The checkouts desk: `BackOffice.checkouts`."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import BinaryIO, TextIO

import attrs

from backoffice_core.checkoutimporter import import_checkouts, import_checkouts_csv
from backoffice_core.checkoutrunner import CheckoutRunner, checkout_with
from backoffice_core.context import Context, UnknownShop
from backoffice_core.desks.buying import CheckoutCommands, CheckoutPreview
from backoffice_core.desks.checkoutexport import CheckoutExport
from backoffice_core.desks.found import COUNT_LIMIT, LARGEST_PAGE, Count, Listed, as_query, look_up, pages, scope_of
from backoffice_core.desks.orders import imported
from backoffice_core.desks.showing import check_name
from backoffice_core.draftrunner import DraftRunner
from backoffice_core.failures import InvalidValue
from backoffice_core.importing import Parsed
from backoffice_core.optouts import new_token, token_hash
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.checkoutcommands import FollowLink, TakeLink
from backoffice_core.orders.checkoutdraft import DraftOfCheckout
from backoffice_core.orders.draftcommands import DraftChange
from backoffice_core.orders.recovery import UnknownLink
from backoffice_core.orders.story.sentences import Language, Sentence, language_for, story
from backoffice_core.search.checkouts import CHECKOUTS, CheckoutColumns, link_term
from backoffice_core.search.conditions import Has
from backoffice_core.search.parse import Warning
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import CHECKOUT_KEYS, Sort
from backoffice_core.search.wanted import Wanted
from backoffice_core.shopify.report import ImportReport, Progress
from backoffice_core.storage.base import Unit
from backoffice_core.storage.rows import CheckoutPage, StoredEvent
from backoffice_core.typed import whole_from


@attrs.frozen
class CheckoutsFound:
    """
    A page of the list of checkouts.

    Attributes:
        checkouts: The checkouts, in the order of the sort.

        next: The cursor of the page after it; None where there is none.

        previous: The cursor of the page before it; None where there is none.

        warnings: What of the query was left out.
    """

    checkouts: tuple[Checkout, ...]
    next: str | None
    previous: str | None
    warnings: tuple[Warning, ...]

    def __iter__(self) -> Iterator[Checkout]:
        return iter(self.checkouts)

    def __len__(self) -> int:
        return len(self.checkouts)


@attrs.frozen
class RecoveryLink:
    """
    A link that leads back to a checkout.

    Attributes:
        token: What `Checkouts.open_link` takes; it is told this once.

        url: Where the host's `Links` says that it leads; None where it says nothing.

        checkout: The checkout.
    """

    token: str = attrs.field(repr=False)
    url: str | None = attrs.field(repr=False)
    checkout: Checkout


class Checkouts(CheckoutCommands):
    """
    Checkouts, completed or not: what a host tells of them, asking customers back, looking them up.

    Every command returns a `CheckoutChange`, falsy when nothing changed.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._runner = CheckoutRunner(context)

    @cached_property
    def preview(self) -> CheckoutPreview:
        """The same commands, decided and not saved."""
        return CheckoutPreview(CheckoutRunner(self._context, commit=False))

    def get(self, checkout_id: str) -> Checkout:
        """
        Return a checkout.

        Raises:
            UnknownId: There is none.
        """
        return self._context.read(lambda unit: _checkout(unit, checkout_id))

    def page(self, *, limit: int = 50, after: str | None = None) -> CheckoutPage:
        """
        Return at most *limit* checkouts, newest first; *after* is the ``next`` of the page before.

        Raises:
            InvalidValue: *limit* is not 1 to 250, or *after* is no cursor.
        """
        whole_from("limit", limit, 1, LARGEST_PAGE)
        return self._context.read(lambda unit: unit.checkouts(limit, after))

    def __iter__(self) -> Iterator[Checkout]:
        """Yield all checkouts, newest first, a page at a time."""
        for page in pages(lambda after: self.page(limit=LARGEST_PAGE, after=after)):
            yield from page.checkouts

    def search(
        self,
        query: str | Query = "",
        *,
        sort: str = "id",
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> CheckoutsFound:
        """
        Return a page of the checkouts that a query finds.

        Args:
            query: In Shopify's query language (`docs/reference/search.md`). No text fails: what
                cannot be meant is told by ``warnings`` of the page.

            sort: ``id``, ``created_at``, ``customer_name`` or ``total_price``; with ``-`` before it
                the greatest comes first. Ties go by id.

            limit: At most so many checkouts.

            after: The ``next`` of a page with the same sort: the page behind it.

            before: The ``previous`` of a page with the same sort: the page before it.

        Raises:
            UnknownSort: There is no such key.
            InvalidValue: *limit* is not 1 to 250, a cursor is none of this sort, or both are given.
        """
        listed = Listed.of(sort, CHECKOUT_KEYS, CheckoutColumns, limit, after, before)
        asked = as_query(query)

        def look(unit: Unit) -> CheckoutsFound:
            meaning = asked.meaning(scope_of(self._context, unit), CHECKOUTS)
            hits, next, previous = look_up(unit.search_checkouts, meaning.condition, listed)
            return CheckoutsFound(tuple(hit.checkout for hit in hits), next, previous, meaning.warnings)

        return self._context.read(look)

    def all(self, query: str | Query = "", *, sort: str = "id") -> Iterator[Checkout]:
        """
        Yield all checkouts that a query finds, a page at a time.

        Raises:
            UnknownSort: There is no such key.
        """
        for page in pages(lambda after: self.search(query, sort=sort, limit=LARGEST_PAGE, after=after)):
            yield from page

    def count(self, query: str | Query = "", *, limit: int | None = COUNT_LIMIT) -> Count:
        """
        Return how many checkouts a query finds, counting no further than to *limit*; None counts all.

        Raises:
            InvalidValue: *limit* is below 1.
        """
        asked = as_query(query)

        def look(unit: Unit) -> Count:
            condition = asked.meaning(scope_of(self._context, unit), CHECKOUTS).condition
            return Count.up_to(limit, lambda most: unit.count_checkouts(condition, most))

        return self._context.read(look)

    def timeline(self, checkout_id: str) -> Sequence[StoredEvent]:
        """
        Return what happened to a checkout, oldest first.

        Raises:
            UnknownId: There is no such checkout.
        """
        return self._context.read(lambda unit: unit.events(_checkout(unit, checkout_id).id))

    def story(self, checkout_id: str, *, language: Language | None = None) -> Sequence[Sentence]:
        """
        Return what happened to a checkout as sentences, oldest first.

        Args:
            checkout_id: The checkout.

            language: ``en`` or ``fr``; that of the shop's locale unless given, English where it is another.

        Raises:
            UnknownId: There is no such checkout.
            InvalidValue: There are no sentences in that language.
        """

        def look(unit: Unit) -> Sequence[Sentence]:
            settings, checkout = unit.settings(), _checkout(unit, checkout_id)
            if settings is None:
                raise UnknownShop(self._context.shop)
            spoken = language_for(settings.locale) if language is None else language
            return story(checkout.as_order, unit.events(checkout.id), spoken)

        return self._context.read(look)

    def link(self, checkout_id: str) -> RecoveryLink:
        """
        Return a new link that leads back to a checkout, to be sent by other means.

        Raises:
            CheckoutIsOver: It was completed or closed.
            UnknownId: There is no such checkout.
        """
        token = new_token()
        change = self._runner.run(TakeLink(hash=token_hash(token)), checkout_id)
        return RecoveryLink(token, self._context.links.recover(checkout_id, token), change.checkout)

    def open_link(self, token: str) -> Checkout:
        """
        Return the checkout that a link leads back to, and mark that it was followed.

        Raises:
            UnknownLink: The token was never given out, or the checkout is gone.
            CheckoutIsOver: It was completed or closed; the error names the order.
        """
        hash = _hash_of(token)
        wanted = Wanted(Has(link_term(hash)), Sort("id", descending=False), 1)
        hits = self._context.read(lambda unit: unit.search_checkouts(wanted))
        if not hits or not any(hash in one.hashes for one in hits[0].checkout.reminders):
            raise UnknownLink
        return self._runner.run(FollowLink(hash=hash), hits[0].checkout.id).checkout

    def unsubscribe(self, token: str) -> None:
        """
        Note that whoever got a mail with this token wants no such mails any more; again changes nothing.

        Raises:
            UnknownLink: The token was never given out.
        """
        hash, now = _hash_of(token), self._context.now()
        if not self._context.write(lambda unit: unit.opt_out(hash, now), repeatable=True):
            raise UnknownLink

    def to_draft(self, checkout_id: str, *, idempotency_key: str | None = None) -> DraftChange:
        """
        Make a draft of a checkout, as it was shown; the checkout is kept, and nobody is asked back by itself.

        Raises:
            CheckoutIsOver: It was completed or closed.
            UnknownId: There is no such checkout.
        """
        check_name(checkout_id, "checkout")
        return DraftRunner(self._context).run(DraftOfCheckout(of=checkout_id), key=idempotency_key)

    def export(self, query: str | Query = "") -> CheckoutExport:
        """
        Return checkouts as Shopify's file of them, such as ``export("status:open").to_path("carts.csv")``.

        Args:
            query: Which; unlike in a search, nothing in it may be unclear. All unless given.

        Raises:
            InvalidValue: *query* is no text.
        """
        return CheckoutExport(self._context, as_query(query))

    def import_csv(
        self,
        source: str | os.PathLike[str] | BinaryIO | TextIO,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """
        Import Shopify's export of abandoned checkouts; importing the same file again changes nothing.

        Nobody is written to. What we did about a checkout ourselves stays.

        Args:
            source: A path, or an open file: binary, or text opened with ``newline=""``.

            progress: Called after every few hundred checkouts.

        Returns:
            What came in, what was updated, what did not and why.

        Raises:
            InvalidInput: The file cannot be read: encoding, columns, a cut row. What came in before
                stays, and importing the mended file goes on from there.
        """
        return imported(self._context, import_checkouts_csv, source, progress)

    def import_json(
        self,
        source: str | os.PathLike[str] | BinaryIO | TextIO | Parsed,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """
        Import checkouts as Shopify's REST API gives them.

        Importing the same ones again changes nothing; one that changed meanwhile is updated, and
        keeps its id. The address that lets anybody into a checkout is not kept. Nobody is written to.

        Args:
            source: A path, an open file, binary or text, or what was parsed already:
                ``{"checkouts": [...]}``, ``{"checkout": {...}}``, a checkout, or several. A file may
                have one checkout a line, too.

            progress: Called after every few hundred checkouts.

        Returns:
            What came in, what was updated, what was left out and why, and each figure that a
            checkout contradicts itself in.

        Raises:
            InvalidInput: The file cannot be read on: encoding, or no JSON. What came in before
                stays, and importing the mended file goes on from there. `OtherContent` where it
                holds orders or draft orders.
        """
        return imported(self._context, import_checkouts, source, progress)


def _checkout(unit: Unit, checkout_id: str) -> Checkout:
    check_name(checkout_id, "checkout")
    return checkout_with(unit, checkout_id)


def _hash_of(token: object) -> str:
    if not isinstance(token, str) or not token:
        raise InvalidValue("token", f"a value of type {type(token).__name__}", "the token of a link, as text")
    return token_hash(token)
