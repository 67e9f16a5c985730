"""Moments in queries: what is written is a span of the shop's time, and a comparator takes one of its ends."""

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.orders.order import Order
from backoffice_core.search.values import Scope
from backoffice_core.testing.builders import an_order
from tests.search.helpers import found, unclear

#: Noon in London, 13:00 in Paris.
NOW = pendulum.datetime(2026, 3, 15, 12)
PARIS = Scope(NOW, "Europe/Paris")


def at(moment: str | pendulum.DateTime, zone: str = "UTC") -> Order:
    """Return an order that was placed at a moment, which is its name."""
    when = pendulum.parse(moment, tz=zone) if isinstance(moment, str) else moment
    assert isinstance(when, pendulum.DateTime)
    utc = when.in_timezone("UTC")
    return attrs.evolve(an_order(), name=str(moment), created_at=utc, updated_at=utc)


def edges(query: str, first: str, last: str, zone: str = "Europe/Paris") -> None:
    """Check that the first and last second of what a query finds are those, in the shop's time."""
    begin, end = (pendulum.parse(one, tz=zone) for one in (first, last))
    assert isinstance(begin, pendulum.DateTime)
    assert isinstance(end, pendulum.DateTime)
    moments = [begin.subtract(microseconds=1), begin, end.add(microseconds=999_999), end.add(seconds=1)]
    some = [at(moment) for moment in moments]
    assert [str(one) for one in moments[1:3]] == found(query, *some, scope=Scope(NOW, zone))


class TestRule1_ASpan:
    @pytest.mark.parametrize(
        ("written", "first", "last"),
        [
            ("2025", "2025-01-01T00:00:00", "2025-12-31T23:59:59"),
            ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59"),
            ("2025-12", "2025-12-01T00:00:00", "2025-12-31T23:59:59"),
            ("2026-03-01", "2026-03-01T00:00:00", "2026-03-01T23:59:59"),
            ("'2026-03-01T09:30'", "2026-03-01T09:30:00", "2026-03-01T09:30:59"),
            ("'2026-03-01 09:30'", "2026-03-01T09:30:00", "2026-03-01T09:30:59"),
            ("'2026-03-01T09:30:15'", "2026-03-01T09:30:15", "2026-03-01T09:30:15"),
            ("'2026-03-01T09:30Z'", "2026-03-01T10:30:00", "2026-03-01T10:30:59"),
            ("'2026-03-01T09:30-05:00'", "2026-03-01T15:30:00", "2026-03-01T15:30:59"),
            ("'2026-03-01T09:30:00 +0530'", "2026-03-01T05:00:00", "2026-03-01T05:00:00"),
            (r"2026-03-01T09\:30", "2026-03-01T09:30:00", "2026-03-01T09:30:59"),
        ],
    )
    def test_all_of_it(self, written: str, first: str, last: str) -> None:
        """A year, a month, a day, a minute or a second, from its beginning to its end."""
        edges(f"created_at:{written}", first, last)

    def test_parts_of_a_second(self) -> None:
        """What is written to the millisecond is that millisecond."""
        some = [at(NOW.add(microseconds=micro)) for micro in (249_999, 250_000, 250_999, 251_000)]
        query = "created_at:'2026-03-15T12:00:00.250Z'"
        assert [one.name for one in some[1:3]] == found(query, *some)
        assert [some[1].name] == found("created_at:'2026-03-15T12:00:00,250000Z'", *some)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("<2025", ["2024-12-31T22:59:59"]),
            ("<=2025", ["2024-12-31T22:59:59", "2024-12-31T23:00:00", "2025-12-31T22:59:59"]),
            (">2025", ["2025-12-31T23:00:00"]),
            (">=2025", ["2024-12-31T23:00:00", "2025-12-31T22:59:59", "2025-12-31T23:00:00"]),
            ("2025..2026", ["2024-12-31T23:00:00", "2025-12-31T22:59:59", "2025-12-31T23:00:00"]),
            ("2025..", ["2024-12-31T23:00:00", "2025-12-31T22:59:59", "2025-12-31T23:00:00"]),
            ("..2025", ["2024-12-31T22:59:59", "2024-12-31T23:00:00", "2025-12-31T22:59:59"]),
            ("'2025'..'2025-12'", ["2024-12-31T23:00:00", "2025-12-31T22:59:59"]),
            ("'2025-01-01T00:00'..2025", ["2024-12-31T23:00:00", "2025-12-31T22:59:59"]),
            ("..'2024-12-31 23:59:59'", ["2024-12-31T22:59:59"]),
            ("'2025 .. 2025-12'", ["2024-12-31T23:00:00", "2025-12-31T22:59:59"]),
            ("2024,2026", ["2024-12-31T22:59:59", "2025-12-31T23:00:00"]),
        ],
    )
    def test_compared(self, query: str, names: list[str]) -> None:
        """A comparator goes by the beginning or the end of the span, so that <= and > share nothing."""
        moments = ["2024-12-31T22:59:59", "2024-12-31T23:00:00", "2025-12-31T22:59:59", "2025-12-31T23:00:00"]
        assert names == found(f"created_at:{query}", *map(at, moments), scope=PARIS)

    def test_the_fields(self) -> None:
        """Placed and processed are the same moment here; changed is another."""
        order = attrs.evolve(at("2026-03-10T10:00:00"), updated_at=NOW)
        assert [order.name] == found("created_at:2026-03-10 processed_at:2026-03-10 updated_at:2026-03-15", order)
        assert [] == found("created_at:2026-03-15 OR updated_at:2026-03-10", order)


class TestRule2_TheShopsTime:
    def test_a_day_is_one_of_the_shops(self) -> None:
        """The same day is another span elsewhere."""
        some = [at(moment) for moment in ("2026-03-14T23:30:00", "2026-03-15T03:30:00", "2026-03-15T23:30:00")]
        query = "created_at:2026-03-15"
        assert [some[0].name, some[1].name] == found(query, *some, scope=Scope(NOW, "Europe/Paris"))
        assert [some[1].name, some[2].name] == found(query, *some, scope=Scope(NOW, "UTC"))
        assert [some[2].name] == found(query, *some, scope=Scope(NOW, "America/New_York"))

    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            ("Europe/Paris", "2026-03-29", 23),
            ("Europe/Paris", "2026-10-25", 25),
            ("Europe/Paris", "2026-10-26", 24),
            ("America/New_York", "2026-03-08", 23),
            ("Australia/Lord_Howe", "2026-04-05", 24.5),
            ("Pacific/Apia", "2011-12-29", 24),
            ("Africa/Cairo", "2026-04-24", 23),
            ("America/Havana", "2025-11-02", 25),
        ],
    )
    def test_days_on_which_the_clocks_change(self, zone: str, day: str, hours: float) -> None:
        """They are as long as the clocks make them, also where midnight is not there or is there twice."""
        first = pendulum.parse(day, tz=zone)
        assert isinstance(first, pendulum.DateTime)
        begin = first.in_timezone("UTC")
        if day == "2025-11-02":
            begin = pendulum.datetime(2025, 11, 2, 4)  # the first of two midnights
        moments = [begin.subtract(seconds=1), begin, begin.add(minutes=int(hours * 60), seconds=-1)]
        some = [at(moment) for moment in (*moments, begin.add(minutes=int(hours * 60)))]
        assert [str(one) for one in moments[1:]] == found(f"created_at:{day}", *some, scope=Scope(NOW, zone))

    def test_no_moment_is_in_no_day(self) -> None:
        """Days follow each other without a gap, in a zone that skipped one, too."""
        scope = Scope(NOW, "Pacific/Apia")
        some = [at(pendulum.datetime(2011, 12, 30, 8).add(hours=hours)) for hours in range(6)]
        for order in some:
            days = [
                day
                for day in ("2011-12-29", "2011-12-30", "2011-12-31")
                if found(f"created_at:{day}", order, scope=scope)
            ]
            assert 1 == len(days)

    def test_an_hour_that_is_there_twice_is_the_first(self) -> None:
        """On the clocks of Paris 02:30 comes at 00:30 and at 01:30 UTC."""
        some = [at("2026-10-25T00:30:00"), at("2026-10-25T01:30:00")]
        assert [some[0].name] == found("created_at:'2026-10-25T02:30'", *some, scope=PARIS)


class TestRule3_FromNowOn:
    @pytest.mark.parametrize(
        ("written", "then"),
        [
            ("-90min", "2026-03-15T10:30:00"),
            ("-1h", "2026-03-15T11:00:00"),
            ("-1d", "2026-03-14T12:00:00"),
            ("-7d", "2026-03-08T12:00:00"),
            ("-7D", "2026-03-08T12:00:00"),
            ("-2w", "2026-03-01T12:00:00"),
            ("-1m", "2026-02-15T12:00:00"),
            ("-2y", "2024-03-15T12:00:00"),
            ("-0d", "2026-03-15T12:00:00"),
            ("-20000min", "2026-03-01T14:40:00"),
            ("now", "2026-03-15T12:00:00"),
            ("NOW", "2026-03-15T12:00:00"),
        ],
    )
    def test_ago(self, written: str, then: str) -> None:
        """A moment, to the microsecond: at or after it, but not before."""
        moment = pendulum.parse(then)
        assert isinstance(moment, pendulum.DateTime)
        some = [at(moment.subtract(microseconds=1)), at(moment), at(moment.add(microseconds=1))]
        assert [one.name for one in some[1:]] == found(f"created_at:>={written}", *some, scope=PARIS)
        assert [some[1].name] == found(f"created_at:{written}", *some, scope=PARIS)
        assert [some[0].name] == found(f"created_at:<{written}", *some, scope=PARIS)

    def test_seven_days_are_168_hours(self) -> None:
        """Whatever the clocks did meanwhile."""
        scope = Scope(pendulum.datetime(2026, 4, 1, 12), "Europe/Paris")
        order = at("2026-03-25T12:00:00")
        assert [order.name] == found("created_at:-7d", order, scope=scope)

    @pytest.mark.parametrize(
        ("now", "written", "then"),
        [
            ("2024-03-01T00:30:00", "-1m", "2024-02-01T00:30:00"),  # 29 February in Greenwich
            ("2025-03-01T00:30:00", "-1y", "2024-03-01T00:30:00"),  # 28 February there
            ("2024-02-29T12:00:00", "-1y", "2023-02-28T12:00:00"),
            ("2026-03-31T12:00:00", "-1m", "2026-02-28T12:00:00"),
            ("2026-01-01T00:00:00", "-1m", "2025-12-01T00:00:00"),
            ("2026-04-15T09:00:00", "-1m", "2026-03-15T09:00:00"),  # in winter, before the clocks changed
            ("2026-11-25T02:30:00", "-1m", "2026-10-25T02:30:00"),  # there twice: the first
            ("2026-04-29T02:30:00", "-1m", "2026-03-29T03:30:00"),  # not there at all
        ],
    )
    def test_months_and_years_are_the_shops(self, now: str, written: str, then: str) -> None:
        """The same time of day on its clocks, on the same day of its calendar, or the last of the month."""
        begin, moment = pendulum.parse(now, tz="Europe/Paris"), pendulum.parse(then, tz="Europe/Paris")
        assert isinstance(begin, pendulum.DateTime)
        assert isinstance(moment, pendulum.DateTime)
        if "-10-25" in then:
            moment = pendulum.datetime(2026, 10, 25, 0, 30)
        some = [at(moment.subtract(microseconds=1)), at(moment), at(moment.add(microseconds=1))]
        scope = Scope(begin.in_timezone("UTC"), "Europe/Paris")
        assert [one.name for one in some[1:]] == found(f"created_at:>={written}", *some, scope=scope)
        assert [some[1].name] == found(f"created_at:{written}", *some, scope=scope)

    @pytest.mark.parametrize(("day", "written"), [("2026-03-15", "today"), ("2026-03-14", "Yesterday")])
    def test_days(self, day: str, written: str) -> None:
        """Days of the shop's."""
        edges(f"created_at:{written}", f"{day}T00:00:00", f"{day}T23:59:59")

    def test_late_in_the_evening_it_is_tomorrow_elsewhere(self) -> None:
        """Today is the shop's day, not that of Greenwich."""
        scope = Scope(pendulum.datetime(2026, 3, 15, 23, 30), "Europe/Paris")
        some = [at("2026-03-15T22:00:00"), at("2026-03-15T23:10:00")]
        assert [some[1].name] == found("created_at:today", *some, scope=scope)
        assert [some[0].name] == found("created_at:yesterday", *some, scope=scope)

    def test_a_range(self) -> None:
        """The ends of a range may be told from now on."""
        some = [at(NOW.subtract(days=days)) for days in (8, 7, 1, 0)]
        assert [one.name for one in some[1:3]] == found("created_at:-7d..-1d", *some, scope=PARIS)
        assert [one.name for one in some[1:]] == found("created_at:'-7d .. now'", *some, scope=PARIS)


@pytest.mark.parametrize(
    "written",
    [
        *("soon", "2024-13", "2024-02-30", "2024-3-1", "24", "0000", "9999", "99999", "20240301", "-1", "-7x", "+7d"),
        *("'2024-03-01T25:00'", "'2024-03-01T10:61'", "'2024-03-01T10:00+99:00'", "'2024-03-01T10'", "²024", "-٣d"),
        *("-9999y", "-999999999d", "-999999999m", "-999999999999d", "1..2", "2024..soon", "'0001-01-01T00:00+14:00'"),
    ],
)
@pytest.mark.parametrize("comparator", ["", "<", ">="])
def test_what_is_no_moment(written: str, comparator: str) -> None:
    """It finds nothing, and a warning says so; no date is too great or too far away to be told."""
    codes = ["range_compared"] if comparator and ".." in written else ["not_a_date"]
    assert codes == unclear(f"created_at:{comparator}{written}")


def test_odd_ranges() -> None:
    """A range that ends before it begins is told, with the ends the other way round; so is one without ends."""
    assert ["reversed_range"] == unclear("created_at:2026..2025")
    assert [] == unclear("created_at:2026..2026-01")
    assert ["empty_value"] == unclear("created_at:..")
    assert ["not_a_prefix"] == unclear("created_at:2026*")
    assert ["not_a_prefix"] == unclear("created_at:>*")
    assert [at(NOW).name] == found("created_at:*", at(NOW))


@given(
    st.datetimes(min_value=pendulum.datetime(1990, 1, 1).naive(), max_value=pendulum.datetime(2040, 1, 1).naive()),
    st.sampled_from(("Europe/Paris", "America/New_York", "Africa/Cairo", "Pacific/Apia", "Asia/Kolkata", "UTC")),
)
def test_a_moment_is_in_its_own_day_month_and_year(moment: pendulum.DateTime, zone: str) -> None:
    """Whatever the zone: before it begins nothing of it, after it ended nothing more."""
    when = pendulum.instance(moment, tz="UTC")
    local = when.in_timezone(zone)
    order, scope = at(when), Scope(NOW, zone)
    for written in (local.format("YYYY-MM-DD"), local.format("YYYY-MM"), local.format("YYYY")):
        assert [order.name] == found(f"created_at:{written}", order, scope=scope)
        assert [] == found(f"created_at:<{written} OR created_at:>{written}", order, scope=scope)
        assert [order.name] == found(f"created_at:<={written} created_at:>={written}", order, scope=scope)
