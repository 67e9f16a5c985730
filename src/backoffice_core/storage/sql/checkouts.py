"""Checkouts in SQL, what they are found by, and who opted out of mails."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import pendulum
import sqlalchemy as sa

from backoffice_core.clock import to_micros
from backoffice_core.failures import StorageFailed, UnknownId
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.evolve import evolve
from backoffice_core.search.checkouts import CheckoutColumns, findable_checkout
from backoffice_core.search.conditions import Condition
from backoffice_core.search.findable import Findable
from backoffice_core.search.wanted import CheckoutHit, Wanted
from backoffice_core.storage.codec import decode, encode
from backoffice_core.storage.marks import checkout_due_at, cursor_of, read_cursor, source_key
from backoffice_core.storage.rows import CheckoutPage, CheckoutRecord
from backoffice_core.storage.sql.index import Terms, index_terms, term_text, terms_of
from backoffice_core.storage.sql.saving import event_rows, message_rows
from backoffice_core.storage.sql.search import Listing
from backoffice_core.storage.sql.session import Session, is_id
from backoffice_core.storage.sql.tables import CHECKOUT_TERMS, CHECKOUTS, EVENTS, OPT_OUTS
from backoffice_core.storage.sql.views import ViewsTable
from backoffice_core.storage.trouble import AlreadyStored, StaleVersion
from backoffice_core.typed import can_be_kept

_C = CHECKOUTS.c
_O = OPT_OUTS.c
_p = sa.bindparam

#: The list of checkouts.
CHECKOUT_LIST: Final = Listing(
    CHECKOUTS, CHECKOUT_TERMS, "checkout_id", "doc", ("created_at", "updated_at", "total", "id")
)
#: So many documents are read at a time.
_SOME: Final = 500

_BY_SOURCE = sa.select(_C.id, _C.request_print).where(_C.shop == _p("shop"), _C.source == _p("source"))


class CheckoutsTable(ViewsTable):
    """The part of a unit that keeps checkouts; see `backoffice_core.storage.base.Unit`."""

    def checkout(self, id: str, *, lock: bool = False) -> Checkout:
        """Return a checkout with its stored version."""
        query = sa.select(_C.version, _C.doc).where(*self._of(id))
        row = self._session.core(query.with_for_update() if lock else query).fetchone() if is_id(id) else None
        if row is None:
            raise UnknownId("checkout", id)
        return decode(Checkout, row.doc, row.version)

    def checkout_imported_from(self, source: tuple[str, str]) -> tuple[str, str | None] | None:
        """Return id and request print of the checkout of a source."""
        key = source_key(source)
        row = self._session.run(_BY_SOURCE, source=key).fetchone() if can_be_kept(key) else None
        return (row[0], row[1]) if row is not None else None

    def put_checkout(self, record: CheckoutRecord) -> Checkout:
        """Save a checkout, a new one or a change of one."""
        given = record.checkout
        saved = evolve(given, version=given.version + 1)
        found = findable_checkout(saved)
        values = _values(saved, found)
        if record.request_print is not None:
            values["request_print"] = record.request_print
        before = set[str]() if not given.version else self._held_terms(saved.id)
        if not given.version:
            self._insert_checkout(saved, values)
        elif self._changed(saved.id, given.version, values) != 1:
            raise self._stale(saved.id, given.version)
        terms = Terms(self._session, CHECKOUT_TERMS, CHECKOUT_LIST.id)
        terms.change(saved.id, values["created_at"], before, index_terms(found.terms, found.words))
        terms.write()
        shop = self._session.shop
        self._session.insert(EVENTS, list(event_rows(shop, saved.id, saved.version, record)))
        self._enqueue(message_rows(shop, record.messages))
        if record.key is not None:
            self.remember(evolve(record.key, order_id=saved.id, version=saved.version))
        return saved

    def drop_checkout(self, checkout: Checkout) -> None:
        """Delete a checkout with its events."""
        id = checkout.id
        gone = sa.delete(CHECKOUTS).where(*self._of(id), _C.version == checkout.version)
        held = self._held_terms(id)
        if self._session.core(gone).rowcount != 1:
            raise self._stale(id, checkout.version)
        terms = Terms(self._session, CHECKOUT_TERMS, CHECKOUT_LIST.id)
        terms.change(id, to_micros(checkout.created_at), held, set())
        terms.write()
        e = EVENTS.c
        self._session.core(sa.delete(EVENTS).where(e.shop == self._session.shop, e.order_id == id))

    def checkouts(self, limit: int, after: str | None = None) -> CheckoutPage:
        """Return at most *limit* checkouts, newest first, ties by id."""
        query = sa.select(_C.version, _C.doc).where(_C.shop == self._session.shop)
        if after is not None:
            query = query.where(sa.tuple_(_C.created_at, _C.id) < read_cursor(after))
        newest_first = query.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit + 1)
        rows = self._session.core(newest_first).fetchall()
        found = tuple(decode(Checkout, row.doc, row.version) for row in rows[:limit])
        return CheckoutPage(found, cursor_of(found[-1]) if found and len(rows) > limit else None)

    def checkouts_due(self, now: pendulum.DateTime, limit: int) -> Sequence[str]:
        """Return ids of checkouts that time brings something to by *now*, the earliest first."""
        mine = (_C.shop == self._session.shop, _C.due_at <= to_micros(now))
        return list(self._session.core(sa.select(_C.id).where(*mine).order_by(_C.due_at, _C.id).limit(limit)).scalars())

    def search_checkouts(self, wanted: Wanted) -> Sequence[CheckoutHit]:
        """Return checkouts that meet a condition, in the order of a list."""
        rows = self._found(CHECKOUT_LIST, wanted)
        return [CheckoutHit(decode(Checkout, doc, version), value) for _, version, doc, value in rows]

    def checkout_ids(self, wanted: Wanted) -> Sequence[str]:
        """Return the ids of the checkouts that `search_checkouts` returns."""
        return [row[0] for row in self._found(CHECKOUT_LIST, wanted)]

    def count_checkouts(self, condition: Condition, most: int) -> int:
        """Return how many checkouts meet a condition, counting no further than to *most*."""
        return self._counted(CHECKOUT_LIST, condition, most)

    def offer_opt_out(self, token: str, address: str) -> None:
        """Keep what an address can opt out by."""
        self._session.insert_new(OPT_OUTS, token=token, address=address, at=None)

    def opt_out(self, token: str, at: pendulum.DateTime) -> bool:
        """Take an address out by the hash of a token; the first time counts."""
        mine = (_O.shop == self._session.shop, _O.token == token)
        if self._session.core(sa.select(_O.token).where(*mine)).fetchone() is None:
            return False
        self._session.core(sa.update(OPT_OUTS).where(*mine, _O.at.is_(None)).values(at=to_micros(at)))
        return True

    def opted_out(self, address: str) -> bool:
        """Return whether an address, told by its hash, opted out."""
        mine = (_O.shop == self._session.shop, _O.address == address, _O.at.is_not(None))
        return self._session.core(sa.select(_O.token).where(*mine).limit(1)).fetchone() is not None

    def _of(self, id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _C.shop == self._session.shop, _C.id == id

    def _held_terms(self, id: str) -> set[str]:
        row = self._session.core(sa.select(_C.terms, _C.words).where(*self._of(id))).fetchone()
        return set() if row is None else index_terms(terms_of(row.terms), row.words)

    def _changed(self, id: str, version: int, values: dict[str, Any]) -> int:
        mine = sa.update(CHECKOUTS).where(*self._of(id), _C.version == version)
        return self._session.core(mine.values(**values)).rowcount

    def _stale(self, id: str, version: int) -> StaleVersion:
        stored = self._session.core(sa.select(_C.version).where(*self._of(id))).scalar()
        return StaleVersion("checkout", id, version, stored or 0)

    def _insert_checkout(self, saved: Checkout, values: dict[str, Any]) -> None:
        source = None if saved.source is None else source_key(saved.source)
        if not self._session.insert_new(CHECKOUTS, id=saved.id, source=source, **{"request_print": None, **values}):
            if saved.source is not None and self.checkout_imported_from(saved.source) is not None:
                raise AlreadyStored("checkout source", " ".join(saved.source))
            raise StaleVersion("checkout", saved.id, 0, self.checkout(saved.id).version)


def _values(checkout: Checkout, found: Findable[CheckoutColumns]) -> dict[str, Any]:
    """Return what a row holds of a checkout that is saved, beside its keys."""
    held = found.columns
    return {
        "version": checkout.version,
        "created_at": held.created_at,
        "updated_at": held.updated_at,
        "total": held.total,
        "customer": held.customer,
        "due_at": checkout_due_at(checkout),
        "terms": term_text(found.terms),
        "words": found.words,
        "doc": encode(checkout),
    }


def index_checkouts(connection: sa.Connection) -> None:
    """Write what the checkouts of all shops are found by, where they are found by nothing yet."""
    after = ("", "")
    while True:
        rows = connection.execute(
            sa.select(_C.shop, _C.id, _C.version, _C.doc)
            .where(sa.tuple_(_C.shop, _C.id) > after)
            .order_by(_C.shop, _C.id)
            .limit(_SOME)
        ).fetchall()
        for shop, id, version, doc in rows:
            # One that cannot be read stays out of what is searched; looking it up says what is wrong with it.
            with suppress(StorageFailed):
                _index(Session(connection, shop, use_compiled=False), decode(Checkout, doc, version))
            after = (shop, id)
        if len(rows) < _SOME:
            return


def _index(session: Session, checkout: Checkout) -> None:
    found = findable_checkout(checkout)
    values = _values(checkout, found)
    del values["doc"]
    session.core(sa.update(CHECKOUTS).where(_C.shop == session.shop, _C.id == checkout.id).values(**values))
    terms = Terms(session, CHECKOUT_TERMS, CHECKOUT_LIST.id)
    terms.change(checkout.id, values["created_at"], set(), index_terms(found.terms, found.words))
    terms.write()
