"""The storefront's password: who gets in, how often one may try, and that nothing of it is told."""

import asyncio
import hmac
import logging
import pickle
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backoffice_core import AsyncBackOffice, BackOffice, Line, errors
from backoffice_core import storefront as rules
from backoffice_core.desks import storefront as desk
from backoffice_core.storage.memory import MemoryStorage
from backoffice_core.storage.sql import SqlStorage
from backoffice_core.storefront import Cost, Hashed, check_password, hashed, matches, plain_password, visitor_key
from backoffice_core.testing import FrozenClock

NEW = {"currency": "EUR", "taxes_included": True}
SECRET = "open sesame"
CHEAP = Cost(2, 8, 1)
ME, YOU = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash at no cost; what the real one costs is a test of its own."""
    monkeypatch.setattr(desk, "COST", CHEAP)


@pytest.fixture
def clock():
    return FrozenClock()


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path, clock):
    url = "memory:" if request.param == "memory" else tmp_path / "shop.db"
    with BackOffice.open(url, **NEW, clock=clock) as office:
        yield office


@pytest.fixture
def front(office):
    office.storefront.protect(SECRET)
    return office.storefront


def wrong(front, visitor, times):
    return [front.check(f"guess {at}", visitor=visitor) for at in range(times)]


class TestRule1_Sessions:
    def test_a_new_shop_is_open(self, office):
        """This library shows no storefront of its own."""
        front = office.storefront
        assert (front.protected, front.message, front.admits(None), front.admits("x")) == (False, "", True, True)
        with pytest.raises(errors.NotProtected):
            front.check(SECRET, visitor=ME)

    def test_the_password_lets_in(self, front):
        """By a session, another one each time, for as long as it was asked for."""
        assert front.protected
        assert not any(front.admits(odd) for odd in (None, "", "x", SECRET, "é", "\ud800"))
        sessions = {front.check(SECRET, visitor=ME) for _ in range(3)}
        assert len(sessions) == 3
        assert all(front.admits(one) and len(one) == 43 and one.isascii() for one in sessions)
        assert front.check("Open sesame", visitor=ME) is None

    def test_a_session_ends(self, front, clock):
        """After 14 days, or as many as were asked for."""
        usual, short = front.check(SECRET, visitor=ME), front.check(SECRET, visitor=ME, days=1)
        clock.tick(days=1, seconds=-1)
        assert front.admits(short)
        clock.tick(seconds=1)
        assert not front.admits(short)
        clock.tick(days=13, seconds=-1)
        assert front.admits(usual)
        clock.tick(seconds=1)
        assert not front.admits(usual)

    def test_a_new_password_ends_all_sessions(self, front):
        """Also the same password anew; a new message does not."""
        session = front.check(SECRET, visitor=ME)
        front.protect(message="Soon")
        assert front.admits(session)
        front.protect("another")
        assert not front.admits(session)
        assert front.check(SECRET, visitor=ME) is None
        session = front.check("another", visitor=ME)
        front.protect("another")
        assert not front.admits(session)

    def test_sessions_are_ended(self, front):
        """Without another password."""
        session = front.check(SECRET, visitor=ME)
        front.end_sessions()
        assert not front.admits(session)
        assert front.admits(front.check(SECRET, visitor=ME))

    def test_open_and_protected_again(self, front):
        """The password is kept."""
        front.open()
        assert (front.protected, front.admits(None)) == (False, True)
        front.protect()
        assert (front.protected, front.admits(None)) == (True, False)
        assert front.admits(front.check(SECRET, visitor=ME))

    def test_without_a_password_there_is_no_protection(self, office):
        """Nothing is changed."""
        with pytest.raises(errors.InvalidValue, match="none has been set yet"):
            office.storefront.protect(message="Soon")
        assert (office.storefront.protected, office.storefront.message) == (False, "")

    def test_the_message(self, front):
        """Any text, up to a length."""
        front.say("Nous ouvrons lundi.")
        assert front.message == "Nous ouvrons lundi."
        for odd in ("x" * 1001, 5, "\0"):
            with pytest.raises(errors.InvalidValue, match="message"):
                front.say(odd)
        assert front.message == "Nous ouvrons lundi."

    def test_sessions_of_another_shop(self, clock):
        """Each shop has its own."""
        storage = MemoryStorage()
        one, other = (BackOffice.open(storage, shop=shop, **NEW, clock=clock) for shop in ("one", "other"))
        for office in (one, other):
            office.storefront.protect(SECRET)
        session = one.storefront.check(SECRET, visitor=ME)
        assert (one.storefront.admits(session), other.storefront.admits(session)) == (True, False)

    def test_a_password_that_changes_meanwhile(self, front, office, monkeypatch):
        """Whoever gave the old one is not let in by it."""

        def slow(stored, plain):
            answer = matches(stored, plain)
            office.storefront.protect("another")
            return answer

        monkeypatch.setattr(desk, "matches", slow)
        assert front.check(SECRET, visitor=ME) is None


class TestRule2_Tries:
    def test_ten_of_a_visitor(self, front, clock):
        """Then not even the right one is looked at, until the window is over; another visitor does not notice."""
        assert wrong(front, ME, 10) == [None] * 10
        clock.tick(seconds=30)
        for password in ("guess", SECRET):
            with pytest.raises(errors.TooManyTries) as error:
                front.check(password, visitor=ME)
            assert error.value.seconds == 570
        assert front.check(SECRET, visitor=YOU) is not None
        clock.tick(seconds=570)
        assert front.check(SECRET, visitor=ME) is not None

    def test_who_has_a_session_does_not_notice(self, front):
        """However many tries there are."""
        session = front.check(SECRET, visitor=ME)
        wrong(front, ME, 10)
        assert front.admits(session)

    def test_a_right_one_gives_its_try_back(self, front):
        """A whole office behind one address gets in; it takes no wrong ones back."""
        assert all(front.check(SECRET, visitor=ME) for _ in range(25))
        wrong(front, ME, 9)
        assert front.check(SECRET, visitor=ME)
        wrong(front, ME, 1)
        with pytest.raises(errors.TooManyTries):
            front.check(SECRET, visitor=ME)

    def test_of_all(self, front, monkeypatch):
        """Many visitors together have a bound too; one alone cannot use it up, however often it tries."""
        monkeypatch.setattr(desk, "MOST_IN_ALL", 25)
        wrong(front, ME, 10)
        for _ in range(50):
            with pytest.raises(errors.TooManyTries):
                front.check("guess", visitor=ME)
        assert front.check(SECRET, visitor=YOU)
        wrong(front, YOU, 10)
        wrong(front, "third", 5)
        with pytest.raises(errors.TooManyTries):
            front.check(SECRET, visitor="fourth")

    def test_one_visitor_is_a_small_part_of_all(self):
        assert desk.MOST_TRIES * 30 == desk.MOST_IN_ALL

    def test_texts_that_no_password_can_be(self, front):
        """They are wrong, and they count."""
        for odd in ("", "x" * 101, "\ud800"):
            assert front.check(odd, visitor=ME) is None
        wrong(front, ME, 7)
        with pytest.raises(errors.TooManyTries):
            front.check(SECRET, visitor=ME)

    def test_it_outlives_the_process(self, tmp_path, clock):
        """What was tried is in the file."""
        path = tmp_path / "shop.db"
        with BackOffice.open(path, **NEW, clock=clock) as office:
            office.storefront.protect(SECRET)
            wrong(office.storefront, ME, 10)
        with BackOffice.open(path, clock=clock) as office, pytest.raises(errors.TooManyTries):
            office.storefront.check(SECRET, visitor=ME)

    def test_many_at_once(self, tmp_path, clock, monkeypatch):
        """Two offices on one file, many threads: ten passwords are looked at, and no more."""
        looked, lock = [], threading.Lock()

        def counted(stored, plain):
            with lock:
                looked.append(plain)
            return matches(stored, plain)

        monkeypatch.setattr(desk, "matches", counted)
        path = tmp_path / "shop.db"
        with BackOffice.open(path, **NEW, clock=clock) as one, BackOffice.open(path, clock=clock) as other:
            one.storefront.protect(SECRET)

            def guess(at):
                try:
                    return (one, other)[at % 2].storefront.check(f"guess {at}", visitor=ME)
                except errors.TooManyTries:
                    return "refused"

            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(guess, range(40)))
        assert (answers.count(None), answers.count("refused"), len(looked)) == (10, 30, 10)

    def test_not_in_a_transaction_of_the_host(self, tmp_path, clock):
        """Its rollback would forget the try."""
        with BackOffice.open(tmp_path / "shop.db", **NEW, clock=clock) as office:
            office.storefront.protect(SECRET)
            with office._context.storage.engine.connect() as connection:
                hosted = office.within(connection).storefront
                with pytest.raises(errors.InvalidValue, match="within"):
                    hosted.check(SECRET, visitor=ME)
                assert not hosted.admits(None)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"password": 5}, "password"),
            ({"visitor": ""}, "visitor"),
            ({"visitor": None}, "visitor"),
            ({"visitor": "x" * 256}, "visitor"),
            ({"visitor": "a\0"}, "visitor"),
            ({"days": 0}, "days"),
            ({"days": 366}, "days"),
        ],
    )
    def test_odd_values(self, front, given, field):
        """The host's mistake, refused by name; what was given is not told."""
        asked = {"password": SECRET, "visitor": ME} | given
        with pytest.raises(errors.InvalidValue) as error:
            front.check(**asked)
        assert error.value.field == field

    def test_time_forgets(self, office, front, clock):
        """`run_due` takes away what is over: the tries of the visitor and of all, and the session."""
        wrong(front, ME, 1)
        assert front.check(SECRET, visitor=ME)
        assert office.run_due().tallies == 0
        clock.tick(minutes=10, seconds=1)
        assert office.run_due().tallies == 2
        clock.tick(days=14)
        assert (office.run_due().tallies, office.run_due().tallies) == (1, 0)


class TestRule3_NothingIsTold:
    def test_in_no_trace(self, office):
        """Who did what, and when; no password, no digest."""
        front = office.acting_as("marie").storefront
        front.protect(SECRET, message="Soon")
        front.protect("another")
        front.end_sessions()
        front.open()
        front.open()
        told = [(one.name, one.before, one.after) for one in reversed(office.settings_changes())]
        assert told == [
            ("storefront.protected", "False", "True"),
            ("storefront.message", "''", "'Soon'"),
            ("storefront.password", None, None),
            ("storefront.password", None, None),
            ("storefront.sessions", None, None),
            ("storefront.protected", "True", "False"),
        ]
        assert {one.actor for one in office.settings_changes()} == {"marie"}

    def test_nowhere(self, tmp_path, clock, caplog):
        """Not in the file, logs, `repr`, settings, errors; nor is a session or a visitor."""
        path = tmp_path / "shop.db"
        caplog.set_level(logging.DEBUG)
        with BackOffice.open(path, **NEW, clock=clock) as office:
            front = office.storefront
            front.protect(SECRET)
            session = front.check(SECRET, visitor=ME)
            wrong(front, ME, 10)
            with pytest.raises(errors.TooManyTries) as error:
                front.check(SECRET, visitor=ME)
            stored = office._context.read(lambda unit: unit.storefront())
            said = [repr(front), repr(stored), repr(stored.password), repr(office.settings), str(error.value.facts)]
        kept = b"".join(one.read_bytes() for one in tmp_path.iterdir())
        texts = [*said, caplog.text, kept.decode("latin-1")]
        for secret in (SECRET, session, ME, "guess 1"):
            assert not any(secret in text for text in texts)
        for secret in (stored.password.digest, stored.password.salt, stored.pepper):
            assert not any(secret in text for text in said)

    @pytest.mark.parametrize("odd", ["", "hunter2 " * 13, "hunter2\ud800", b"hunter2", 72])
    def test_a_password_that_will_not_do(self, front, odd):
        """What was given is not told; the one there is stays."""
        with pytest.raises(errors.InvalidValue) as error:
            front.protect(odd)
        assert error.value.field == "password"
        assert "hunter2" not in f"{error.value!r} {pickle.dumps(error.value)!r}"
        assert front.check(SECRET, visitor=ME)

    def test_no_command_reads_it(self, tmp_path, clock):
        """It is in a column of its own."""
        said = []
        storage = SqlStorage(f"sqlite:///{tmp_path / 'shop.db'}")
        sa.event.listen(storage.engine, "connect", lambda driver, _: driver.set_trace_callback(said.append))
        with BackOffice.open(storage, **NEW, clock=clock) as office:
            office.storefront.protect(SECRET)
            assert any("storefront" in statement for statement in said)
            said.clear()
            office.orders.place(lines=[Line("Tea", price="10.00")])
            assert any("settings" in statement for statement in said)
            assert not any("storefront" in statement for statement in said)


class TestHashing:
    def test_what_it_costs(self):
        """At least what OWASP asks of scrypt."""
        assert (rules.COST.n * rules.COST.p, rules.COST.r) == (2**14 * 5, 8)
        stored = hashed(b"secret", bytes(16), rules.COST)
        assert matches(stored, b"secret")
        assert not matches(stored, b"secreT")

    def test_a_vector(self):
        """The second of RFC 7914, its first 32 bytes."""
        made = hashed(b"password", b"NaCl", Cost(1024, 8, 16))
        assert made.digest == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"

    def test_a_salt_each(self, office):
        """The same password twice is stored as two things."""
        stored = []
        for _ in range(2):
            office.storefront.protect(SECRET)
            stored.append(office._context.read(lambda unit: unit.storefront()).password)
        assert stored[0].salt != stored[1].salt
        assert stored[0].digest != stored[1].digest
        assert len(stored[0].salt) == 32

    def test_another_cost(self, front, office, monkeypatch):
        """A right password is hashed anew, and sessions stay; a wrong one changes nothing."""
        before = front.check(SECRET, visitor=ME)
        monkeypatch.setattr(desk, "COST", Cost(4, 8, 1))
        stored = office._context.read(lambda unit: unit.storefront())
        wrong(front, ME, 1)
        assert office._context.read(lambda unit: unit.storefront()) == stored
        session = front.check(SECRET, visitor=ME)
        now = office._context.read(lambda unit: unit.storefront())
        assert (now.password.cost, now.generation) == (Cost(4, 8, 1), stored.generation)
        assert front.admits(session)
        assert front.admits(before)
        assert front.admits(front.check(SECRET, visitor=ME))

    def test_several_right_ones_when_the_cost_is_another(self, front, office, monkeypatch):
        """Each is let in, whoever hashes it anew first."""
        monkeypatch.setattr(desk, "COST", Cost(4, 8, 1))
        sessions = []

        def slow(stored, plain):
            answer = matches(stored, plain)
            monkeypatch.setattr(desk, "matches", matches)
            sessions.append(front.check(SECRET, visitor=YOU))
            return answer

        monkeypatch.setattr(desk, "matches", slow)
        sessions.append(front.check(SECRET, visitor=ME))
        assert [front.admits(one) for one in sessions] == [True, True]

    def test_digests_are_compared_in_constant_time(self, front, monkeypatch):
        """What `hmac.compare_digest` says is what counts, of whole digests, for a right and a wrong password."""
        seen = []

        def never(one, other):
            seen.append((len(one), len(other)))
            return False

        monkeypatch.setattr(hmac, "compare_digest", never)
        assert front.check(SECRET, visitor=ME) is None
        assert front.check("guess", visitor=ME) is None
        assert front.check("", visitor=ME) is None
        assert seen == [(32, 32)] * 3

    def test_what_no_password_can_be_never_matches(self):
        """Not even a digest of nothing."""
        assert not matches(hashed(b"", bytes(16), CHEAP), None)

    def test_visitors_are_kept_under_a_key(self):
        """Another shop's pepper gives another one."""
        one, other = visitor_key(ME, "ab" * 16), visitor_key(ME, "cd" * 16)
        assert one != other
        assert ME not in one
        assert visitor_key(YOU, "ab" * 16) != one

    @settings(deadline=None)
    @given(st.text(min_size=1, max_size=100))
    @example("é")
    @example("e\u0301")
    @example("ﬁ ２ ﷺ")
    @example(" ")
    @example("\0")
    def test_any_text(self, text):
        """Whatever is typed is a password, however its characters are composed; another text is another one."""
        stored = hashed(check_password(text), bytes(16), CHEAP)
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            typed = unicodedata.normalize(form, text)
            if 1 <= len(typed) <= 100:
                assert matches(stored, plain_password(typed))
        assert not matches(stored, plain_password(text[:-1] + ("x" if text[-1] != "x" else "y")))

    def test_what_is_stored_is_a_document(self):
        """Form 1, whose fields are these; a password of another time must stay readable."""
        assert [field.name for field in attrs.fields(Hashed)] == ["salt", "digest", "n", "r", "p"]


@pytest.mark.parametrize("url", ["memory:", "shop.db"])
def test_the_awaitable_door(url, tmp_path, clock):
    """The same, and no hashing in the event loop."""
    threads = []

    def watched(stored, plain):
        threads.append(threading.current_thread())
        return matches(stored, plain)

    async def main():
        where = url if url == "memory:" else tmp_path / url
        async with await AsyncBackOffice.open(where, **NEW, clock=clock) as office:
            front = office.storefront
            await front.protect(SECRET, message="Soon")
            session = await front.check(SECRET, visitor=ME)
            assert await front.admits(session)
            assert await front.check("guess", visitor=ME) is None
            assert (await front.protected(), await front.message()) == (True, "Soon")
            assert [one.name for one in await office.settings_changes(limit=1)] == ["storefront.password"]
            await front.open()
            assert await front.admits(None)
            added = await office.channels.add("web", name="Web")
            listed = await office.channels.list()
            assert listed[0].channel == added

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "matches", watched)
        asyncio.run(main())
    assert len(threads) == 2
    assert threading.main_thread() not in threads
