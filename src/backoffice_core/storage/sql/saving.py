"""The rows that changes of orders, drafts and checkouts leave, made of them."""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import attrs

from backoffice_core.clock import to_micros
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.order import Order
from backoffice_core.storage.codec import encode_event
from backoffice_core.storage.rows import CheckoutRecord, DraftRecord, KeyRecord, OutboxRow, Record
from backoffice_core.storage.sql.figures import ENTRY_FIELDS

#: A row, with a value for every column of its table.
Row = tuple[Any, ...]

_figures = attrgetter(*ENTRY_FIELDS)


@attrs.define
class Rows:
    """
    The rows that come with the changes of some orders, until all of them are written.

    Nothing of a change stays but what it writes, and that is mostly plain tuples: hundreds of orders
    that live until the last one was decided would be looked through by the garbage collector again
    and again, which took a third of the time.

    Attributes:
        shop: The shop.

        events: The rows of what happened.

        entries: The rows of sales entries.

        money: The rows of money that moved.

        ledger: The rows of the stock ledger, by change.

        movements: How stock moves.

        messages: The rows of messages to send, by change.

        keys: The idempotency keys.
    """

    shop: str
    events: list[Row] = attrs.field(factory=list)
    entries: list[Row] = attrs.field(factory=list)
    money: list[Row] = attrs.field(factory=list)
    ledger: list[list[Row]] = attrs.field(factory=list)
    movements: list[Movement] = attrs.field(factory=list)
    messages: list[list[Row]] = attrs.field(factory=list)
    keys: list[KeyRecord] = attrs.field(factory=list)

    def add(self, saved: Order, record: Record) -> None:
        """Add what comes with the change of an order, as it is saved."""
        id, version = saved.id, saved.version
        self.events += event_rows(self.shop, id, version, record)
        head, currency = (self.shop, record.day, id, version), saved.currency
        self.entries += [(*head, at, currency, *_figures(entry)) for at, entry in enumerate(record.entries)]
        self.money += [(*head, one.gateway, currency, one.received, one.refunded) for one in record.money]
        if record.movements:
            self.movements += record.movements
            self.ledger.append(ledger_rows(self.shop, id, record))
        if record.messages:
            self.messages.append(message_rows(self.shop, record.messages))
        if record.key is not None:
            self.keys.append(evolve(record.key, order_id=id, version=version))


def event_rows(shop: str, id: str, version: int, record: Record | DraftRecord | CheckoutRecord) -> Iterator[Row]:
    """Yield the rows of what happened to an order, a draft or a checkout."""
    moment = None if record.at is None else to_micros(record.at)
    for place, event in enumerate(record.events):
        yield (shop, id, version, place, moment, record.actor, *encode_event(event))


def ledger_rows(shop: str, id: str, record: Record | DraftRecord) -> list[Row]:
    """Return the rows of the stock ledger of a change of an order or a draft."""
    moment, actor = to_micros(record.at), record.actor
    return [
        (
            *(shop, move.variant_id, move.location_id, move.key, move.line_id),
            *(move.on_hand, move.committed, "order", id, moment, actor, move.reserved),
        )
        for move in record.movements
    ]


def message_rows(shop: str, messages: Sequence[OutboxRow]) -> list[Row]:
    """Return messages as rows of their table."""
    return [
        (
            *(shop, message.id, message.key, message.kind, message.subject, message.fact, message.locale),
            *(message.destination, to_micros(message.created_at), to_micros(message.due_at), 0),
            *(message.attempts, message.state, message.error, message.seq, None),
            None if message.done_at is None else to_micros(message.done_at),
        )
        for message in messages
    ]
