"""
What a change writes into the outbox: messages, its events for whoever listens, and questions to assessors.

Rows name what they are about; addresses, texts and events are looked up when they are delivered.
"""

from collections.abc import Callable, Iterable
from typing import Final

import pendulum

from backoffice_core.orders.change import Message
from backoffice_core.orders.events import OrderEvent, RiskAssessmentRequested, type_name
from backoffice_core.settings import Settings
from backoffice_core.storage.rows import OutboxRow, seq_of

#: A column has room for so much; what is longer is no language, and what of it counts stands first.
LONGEST_LOCALE: Final = 35
#: What stands before a listener's name in the destination of its rows.
LISTENER = "listener:"
#: What stands before an assessor's name in the destination of its rows.
ASSESSOR = "assessor:"


def outbox_rows(
    messages: Iterable[Message],
    events: Iterable[OrderEvent],
    settings: Settings,
    subject: str,
    version: int,
    now: pendulum.DateTime,
    new_id: Callable[[], str],
) -> tuple[OutboxRow, ...]:
    """
    Return what a change of a document leaves to be delivered; without messages, listeners and assessors nothing.

    Keys are unique by what they tell and the version they come with.

    Args:
        messages: What the customer will be told.

        events: What happened, in order.

        settings: The shop's, which say who listens.

        subject: The document's id.

        version: Its version with the change.

        now: This moment, UTC.

        new_id: Makes an id.
    """
    told = [
        OutboxRow(
            id=new_id(),
            key=f"{message.kind} {subject} {message.subject} {version}",
            kind=message.kind,
            subject=subject,
            fact=message.subject,
            locale=message.locale[:LONGEST_LOCALE],
            created_at=now,
            due_at=now,
            seq=seq_of(version, place),
        )
        for place, message in enumerate(messages)
    ]
    for place, event in enumerate(events):
        if isinstance(event, RiskAssessmentRequested):
            told += _assessed(event, subject, seq_of(version, place), now, new_id)
    if settings.subscriptions:
        told += _heard(events, settings, subject, version, now, new_id)
    return tuple(told)


def _assessed(
    event: RiskAssessmentRequested, subject: str, seq: int, now: pendulum.DateTime, new_id: Callable[[], str]
) -> list[OutboxRow]:
    """Return a row for each assessor that is asked."""
    return [
        OutboxRow(
            id=new_id(),
            key=f"{ASSESSOR}{name} {subject} {seq}",
            kind="risk_assessment",
            subject=subject,
            fact=name,
            locale="",
            destination=f"{ASSESSOR}{name}",
            created_at=now,
            due_at=now,
            seq=seq,
        )
        for name in event.providers
    ]


def _heard(
    events: Iterable[OrderEvent],
    settings: Settings,
    subject: str,
    version: int,
    now: pendulum.DateTime,
    new_id: Callable[[], str],
) -> list[OutboxRow]:
    """Return a row for each event and each listener that wants it."""
    return [
        OutboxRow(
            id=new_id(),
            key=f"{LISTENER}{one.name} {subject} {version}.{place}",
            kind=name,
            subject=subject,
            fact=f"{version}.{place}",
            locale="",
            destination=f"{LISTENER}{one.name}",
            created_at=now,
            due_at=now,
            seq=seq_of(version, place),
        )
        for place, name in enumerate(type_name(event) for event in events)
        for one in settings.subscriptions
        if one.wants(name)
    ]
