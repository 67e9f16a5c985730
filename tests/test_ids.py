"""Ids: UUIDv7 strings that sort by the time they were made."""

import threading
import uuid

import pendulum

from backoffice_core.clock import to_micros
from backoffice_core.ids import Uuid7

NOW = pendulum.datetime(2024, 5, 17, 9, 30, tz="UTC")


def test_is_a_version_7_uuid() -> None:
    """Version and variant bits are those of RFC 9562."""
    made = uuid.UUID(Uuid7()())
    assert (7, uuid.RFC_4122) == (made.version, made.variant)


def test_begins_with_the_milliseconds() -> None:
    """The first 48 bits are the milliseconds since 1970."""
    made = uuid.UUID(Uuid7(lambda: NOW)())
    assert to_micros(NOW) // 1000 == made.int >> 80


def test_is_canonical_text() -> None:
    """An id is 36 characters in lower case."""
    made = Uuid7()()
    assert str(uuid.UUID(made)) == made


def test_sorts_while_the_clock_stands() -> None:
    """More ids in one millisecond than the counter has room for still sort as they were made."""
    new_id = Uuid7(lambda: NOW)
    made = [new_id() for _ in range(5000)]
    assert sorted(set(made)) == made


def test_sorts_when_the_clock_goes_back() -> None:
    """A clock that is set back does not break the order."""
    times = iter([NOW, NOW.subtract(hours=1), NOW.subtract(hours=2)])
    new_id = Uuid7(lambda: next(times))
    made = [new_id() for _ in range(3)]
    assert sorted(made) == made


def test_sorts_by_time() -> None:
    """A later id is a larger one, whatever the random part says."""
    times = iter([NOW, NOW.add(microseconds=1000)])
    tails = iter([b"\xff" * 8, b"\x00" * 8])
    new_id = Uuid7(lambda: next(times), lambda _: next(tails))
    assert new_id() < new_id()


def test_two_sources_differ() -> None:
    """Two processes in one millisecond are told apart by 62 random bits."""
    assert Uuid7(lambda: NOW)() != Uuid7(lambda: NOW)()


def test_threads_share_a_source() -> None:
    """No id is made twice, and each thread sees its own rise."""
    new_id = Uuid7(lambda: NOW, lambda size: b"\x00" * size)
    made: list[list[str]] = []

    def make() -> None:
        made.append([new_id() for _ in range(2000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8000 == len({one for some in made for one in some})
    assert all(some == sorted(some) for some in made)
