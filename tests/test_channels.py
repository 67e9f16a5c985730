"""Where a shop sells: `BackOffice.channels`."""

import pytest

from backoffice_core import BackOffice, Line, errors
from backoffice_core.channels import Channel
from backoffice_core.desks import channels

TEA = [Line("Tea", price="10.00")]


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    url = "memory:" if request.param == "memory" else tmp_path / "shop.db"
    with BackOffice.open(url, currency="EUR", taxes_included=True) as office:
        yield office


def listed(office):
    return [(one.channel.handle, int(one.orders), one.known) for one in office.channels.list()]


class TestList:
    def test_of_a_new_shop(self, office):
        """That of drafts is always there."""
        assert listed(office) == [("draft_order", 0, True)]

    def test_what_orders_carry(self, office):
        """Those that were added as they were added, that of drafts, and whatever else orders carry, by handle."""
        office.channels.add("web", name="Online store", kind="online")
        office.channels.add("pos", name="Till", kind="store")
        for channel in ("web", "WEB", "580111", "Instagram Shop", 'in "quotes"'):
            office.orders.place(lines=TEA, channel=channel)
        office.drafts.complete(office.drafts.create(lines=TEA).draft.id)
        known = [("web", 2, True), ("pos", 0, True), ("draft_order", 1, True)]
        assert listed(office) == [*known, ("580111", 1, False), ('in "quotes"', 1, False), ("Instagram Shop", 1, False)]

    def test_its_query_finds_the_orders(self, office):
        """Whatever stands in the handle, as many as the list says."""
        for channel in ("web", "in a shop", 'in "quotes"', "back\\slash", "OR", "star*"):
            office.orders.place(lines=TEA, channel=channel)
        for one in office.channels.list():
            found = office.orders.search(one.query).orders
            assert [order.channel for order in found] == [one.channel.handle] * int(one.orders)

    def test_a_long_one_that_nobody_added(self, office):
        """A handle has 64 characters; what its query looks for is what orders carry."""
        long = "of another system " + "x" * 60
        for channel in (long, long + "y"):
            office.orders.place(lines=TEA, channel=channel)
        found = [one for one in office.channels.list() if not one.known]
        assert [(64, 1), (64, 1)] == [(len(one.channel.handle), int(one.orders)) for one in found]
        told = [[order.channel for order in office.orders.search(one.query).orders] for one in found]
        assert [[long], [long + "y"]] == told == [[one.carried] for one in found]

    def test_counts_end_at_a_limit(self, office):
        """As other counts do."""
        for _ in range(3):
            office.orders.place(lines=TEA, channel="web")
        assert [str(one.orders) for one in office.channels.list(limit=2)] == ["0", "2+"]
        with pytest.raises(errors.InvalidValue, match="limit"):
            office.channels.list(limit=0)

    def test_figures_by_channel(self, office):
        """The handles that sales figures tell apart are those of the list."""
        for channel in ("web", "web", "pos"):
            office.orders.place(lines=TEA, channel=channel)
        figures = {row["channel"]: row["orders"] for row in office.reports.sales(by=["channel"]).dicts()}
        assert figures == {handle: orders for handle, orders, _ in listed(office) if orders}


class TestChanging:
    def test_add_rename_disable_enable_remove(self, office):
        """Each gives the channel as it is; a trace says who did it."""
        desk = office.acting_as("marie").channels
        web = Channel(handle="web", name="Online store", kind="online")
        assert desk.add("web", name="Online store", kind="online") == web == desk.get("WEB")
        assert desk.rename("WEB", "Shop").name == "Shop"
        assert not desk.disable("web").enabled
        assert not desk.get("web").enabled
        assert desk.disable("web") == desk.get("web")
        assert desk.enable("web").enabled
        assert desk.remove("web").name == "Shop"
        assert listed(office) == [("draft_order", 0, True)]
        told = office.settings_changes()
        assert [(one.actor, one.name) for one in told] == [("marie", "channels.web")] * 5
        assert (told[-1].before, told[-1].after, told[0].after) == (None, repr(web), None)
        assert told[0].before == repr(Channel(handle="web", name="Shop", kind="online"))

    def test_a_handle_twice(self, office):
        """Whatever its case; that of drafts too."""
        office.channels.add("web", name="Web")
        for handle in ("web", "Web", "draft_order"):
            with pytest.raises(errors.ChannelTaken) as error:
                office.channels.add(handle, name="Other")
            assert error.value.channel == handle

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"handle": ""}, "handle"),
            ({"handle": "x" * 65}, "handle"),
            ({"handle": 5}, "handle"),
            ({"handle": "a\0"}, "handle"),
            ({"name": " "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"kind": "moon"}, "kind"),
            ({"enabled": "yes"}, "enabled"),
        ],
    )
    def test_odd_values(self, office, given, field):
        """Refused by name; nothing is added."""
        with pytest.raises(errors.InvalidValue) as error:
            office.channels.add(**({"handle": "web", "name": "Web"} | given))
        assert error.value.field == field
        assert listed(office) == [("draft_order", 0, True)]

    def test_too_many(self, office, monkeypatch):
        """Every command reads them."""
        monkeypatch.setattr("backoffice_core.channels.MOST_CHANNELS", 2)
        office.channels.add("1", name="1")
        office.channels.add("2", name="2")
        with pytest.raises(errors.InvalidValue, match="at most 2"):
            office.channels.add("3", name="3")

    def test_one_that_is_not_there(self, office):
        """One that orders carry and nobody added is not there either, until somebody adds it."""
        office.orders.place(lines=TEA, channel="pos")
        for change in (office.channels.get, office.channels.enable, office.channels.disable, office.channels.remove):
            with pytest.raises(errors.UnknownId, match="channel 'pos'"):
                change("pos")
        office.channels.add("pos", name="Till")
        assert ("pos", 1, True) in listed(office)

    def test_that_of_drafts_stays(self, office):
        """It is listed, and nothing of it changes."""
        assert office.channels.get("draft_order").kind == "draft"
        for change in (office.channels.disable, office.channels.enable, office.channels.remove):
            with pytest.raises(errors.InvalidValue, match="drafts"):
                change("draft_order")
        with pytest.raises(errors.InvalidValue, match="drafts"):
            office.channels.rename("draft_order", "Mine")

    def test_one_that_orders_carry_is_not_removed(self, office):
        """Orders of last year would lose its name; a deleted order carries nothing."""
        office.channels.add("web", name="Web")
        order = office.orders.place(lines=TEA, channel="web").order
        with pytest.raises(errors.ChannelInUse) as error:
            office.channels.remove("web")
        assert (error.value.channel, error.value.orders) == ("web", 1)
        assert office.channels.get("web").name == "Web"
        office.orders.cancel(order.id)
        office.orders.delete(order.id)
        office.channels.remove("web")

    def test_not_by_the_settings(self, office):
        """There it could be removed while orders carry it."""
        with pytest.raises(errors.InvalidValue, match=r"channels\.add"):
            office.change_settings(channels=[])

    def test_many_unknown_ones_are_not_all_told(self, office, monkeypatch):
        """A host that gives each order a channel of its own does not make a list without an end."""
        monkeypatch.setattr(channels, "MOST_UNKNOWN", 3)
        office.channels.add("c-00", name="First")
        for number in range(6):
            office.orders.place(lines=TEA, channel=f"c-{number:02}")
        assert [one.channel.handle for one in office.channels.list()] == ["c-00", "draft_order", "c-01", "c-02", "c-03"]
