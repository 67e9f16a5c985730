"""
Checkouts as a state machine: whatever a host, staff, customers and time do, in memory and on SQLite alike.

Both shops get the same commands, clocks and ids, and must give the same answers, refusals included.
What must hold of every history is asked after each step.
"""

import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backoffice_core import BackOffice, Checkout, CustomerRef, Line, Recovery, errors
from backoffice_core.orders.checkout import retained_until
from backoffice_core.orders.reminder import ReminderState
from tests.orders.carts import a_shop_with_carts, clock, mails

MAILS = ("ada@example.com", "ADA@example.com", "bob@example.com", None)
places = st.integers(0, 3)
TIMES = ({"minutes": 11}, {"hours": 2}, {"minutes": 5}, {"hours": 11}, {"days": 3}, {"hours": 1}, {"days": 130})


class CartMachine(RuleBasedStateMachine):
    """The life of a few checkouts of a few people."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.shops: list[BackOffice] = []
        self.ids: list[str] = []
        self.won: dict[str, Checkout] = {}
        self.followed: set[str] = set()

    @initialize(
        after=st.sampled_from(((1,), (1, 10), ())),
        to=st.sampled_from(("everyone", "subscribers")),
        window=st.sampled_from((1, 30)),
        second=st.sampled_from(MAILS),
    )
    def open(self, after: tuple[int, ...], to: Any, window: int, second: str | None) -> None:
        recovery = Recovery(after=after, to=to, window_days=window)
        urls = ("memory:", f"sqlite:///{Path(self.folder.name) / 'shop.db'}")
        self.shops = [a_shop_with_carts(url, recovery=recovery) for url in urls]
        # Two are there from the beginning: long histories have little beside what becomes of them.
        self.start("ada@example.com", None, True, "CUP")
        self.start(second, "c-1", True, "MUG")

    def teardown(self) -> None:
        for shop in self.shops:
            shop.close()
        self.folder.cleanup()

    def do(self, desk: str, method: str, *args: Any, **more: Any) -> Any:
        """Do something in both shops, and return what it gave; what is random is left out of the comparison."""
        given = []
        for shop in self.shops:
            try:
                given.append(getattr(getattr(shop, desk), method)(*args, **more))
            except errors.BackOfficeError as no:
                given.append((type(no), tuple(no.facts.values())))
        assert bare(given[0]) == bare(given[1])
        return given[0]

    def one(self, at: int) -> str | None:
        return self.ids[at % len(self.ids)] if self.ids else None

    @rule(
        email=st.sampled_from(MAILS),
        customer=st.sampled_from((None, "c-1")),
        consents=st.booleans(),
        sku=st.sampled_from(("CUP", "MUG")),
    )
    def starts(self, email: str | None, customer: str | None, consents: bool, sku: str) -> None:
        self.start(email, customer, consents, sku)

    def start(self, email: str | None, customer: str | None, consents: bool, sku: str) -> None:
        if len(self.ids) < 4:
            person = CustomerRef(id=customer, email=email, accepts_marketing=consents)
            number = len(self.ids)
            change = self.do(
                "checkouts", "start", lines=[Line(variant=sku)], customer=person, source=("web", f"{number}")
            )
            self.ids.append(change.checkout.id)

    @rule(at=places, what=st.sampled_from(("step", "lines", "contact", "payment")), email=st.sampled_from(MAILS[:3]))
    def customer_does(self, at: int, what: str, email: str) -> None:
        if id := self.one(at):
            if what == "step":
                self.do("checkouts", "reach_step", id, "payment")
            elif what == "lines":
                self.do("checkouts", "update", id, lines=[Line(variant="CUP", quantity=2)])
            elif what == "contact":
                self.do("checkouts", "give_contact", id, email=email)
            else:
                self.do("checkouts", "try_payment", id, gateway="card")

    @rule(at=places, what=st.sampled_from(("close", "send", "draft")))
    def staff_does(self, at: int, what: str) -> None:
        if id := self.one(at):
            if what == "close":
                self.do("checkouts", "close", id)
            elif what == "send":
                self.do("checkouts", "send_recovery", id, message="Still there?")
            else:
                self.do("checkouts", "to_draft", id)

    @rule(at=places, how=st.sampled_from(("complete", "place", "source", "other")), email=st.sampled_from(MAILS[:3]))
    def buys(self, at: int, how: str, email: str) -> None:
        if id := self.one(at):
            line = [Line(variant="MUG")]
            if how == "complete":
                self.do("checkouts", "complete", id)
            elif how == "place":
                self.do("orders", "place", lines=line, checkout=id)
            elif how == "source":
                self.do("orders", "place", lines=line, source=("web", str(at % len(self.ids))))
            else:
                self.do("orders", "place", lines=line, email=email)

    @rule(at=places, copied=st.booleans())
    def follows_a_link(self, at: int, copied: bool) -> None:
        """A link that staff copied; or the last that was mailed, each shop's own."""
        if not (id := self.one(at)):
            return
        answers = []
        for shop in self.shops:
            try:
                token = shop.checkouts.link(id).token if copied else mailed(shop, id)
                answers.append(bare(shop.checkouts.open_link(token)) if token else None)
            except errors.BackOfficeError as no:
                answers.append((type(no), tuple(no.facts.values())))
        assert answers[0] == answers[1]
        if isinstance(answers[0], Checkout):
            self.followed.add(id)

    @rule(time=st.sampled_from(TIMES))
    def time_passes(self, time: dict[str, int]) -> None:
        reports = []
        for shop in self.shops:
            clock(shop).tick(**time)
            reports.append(shop.run_due())
        assert reports[0] == reports[1]

    @rule(delivered=st.booleans())
    def carts_are_left(self, delivered: bool) -> None:
        """Nobody does anything for half a day: what is open is left behind, and mails are due."""
        self.time_passes({"minutes": 11})
        self.time_passes({"hours": 11})
        if delivered:
            self.delivers()

    @rule()
    def delivers(self) -> None:
        sent = [shop.outbox.deliver() for shop in self.shops]
        assert sent[0] == sent[1]
        rows = [[(row.key, row.state, row.error) for row in shop.outbox.list()] for shop in self.shops]
        assert rows[0] == rows[1]

    @invariant()
    def both_shops_are_the_same(self) -> None:
        lists = [[bare(one) for one in shop.checkouts.search("", sort="-created_at")] for shop in self.shops]
        if lists:
            assert lists[0] == lists[1]

    @invariant()
    def what_holds_of_each(self) -> None:
        """What ended, ended once; a win needs a link that was followed, and stays; nothing waits for what is over."""
        for shop in self.shops[:1]:
            for one in shop.checkouts.search():
                assert one.is_over == (one.completed_at is not None or one.closed_at is not None)
                assert (one.order_id is None) == (one.completed_at is None)
                if one.recovered_at is not None:
                    assert one.id in self.followed
                    assert any(mail.id == one.recovered_by and mail.visited_at for mail in one.reminders)
                    self.won.setdefault(one.id, one)
                    assert self.won[one.id].recovered_by == one.recovered_by
                if one.is_over:
                    assert not any(mail.waits for mail in one.reminders)
                scheduled = [mail for mail in one.reminders if mail.state is ReminderState.SCHEDULED]
                assert len(scheduled) <= 1
                assert not scheduled or one.is_abandoned
                assert (one.due_at is None) == (retained_until(one) is None) or scheduled or not one.is_over
            sources = [order.source for order in shop.orders if order.checkout_id is not None]
            assert len(set(sources)) == len(sources)


def bare(value: Any) -> Any:
    """Return an answer without what is random in it: the hashes of tokens."""
    if isinstance(value, Checkout):
        plain = tuple(attrs.evolve(one, hashes=(str(len(one.hashes)),)) for one in value.reminders)
        return attrs.evolve(value, reminders=plain)
    if attrs.has(type(value)) and hasattr(value, "checkout"):
        before = bare(value.before) if value.before is not None else None
        return attrs.evolve(value, checkout=bare(value.checkout), before=before)
    return value


def mailed(shop: BackOffice, id: str) -> str | None:
    """Return the token of the last mail about a checkout."""
    sent = [mail for mail in mails(shop) if mail.kind == "checkout_recovery" and mail.order.id == id]
    return str(sent[-1].text).partition("/back/")[2].partition("token=")[2].split()[0] if sent else None


def examples(count: int, steps: int, *, derandomize: bool = True) -> settings:
    return settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        derandomize=derandomize,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def test_memory_and_sqlite_give_the_same_answers_on_checkouts() -> None:
    """Short histories, the same ones every time."""
    run_state_machine_as_test(CartMachine, settings=examples(18, 40))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_long_histories_of_checkouts() -> None:
    """Others every time."""
    run_state_machine_as_test(CartMachine, settings=examples(200, 60, derandomize=False))
