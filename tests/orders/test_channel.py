"""Whether a sales channel takes orders."""

import pytest

from backoffice_core import BackOffice, Line, Sale
from backoffice_core.channels import Channel
from backoffice_core.orders.channel import ChannelDisabled, check_open
from tests.orders.helpers import shop

TEA = [Line("Tea", price="10.00")]


@pytest.fixture
def office():
    with BackOffice.open("memory:", currency="EUR", taxes_included=True) as office:
        office.channels.add("web", name="Online store", kind="online")
        yield office


class TestRule1_Disabled:
    def test_of_those_that_the_shop_knows(self):
        """Without regard to case; one that it does not know, and no channel at all, are open."""
        closed = Channel(handle="Web", name="Web", enabled=False)
        settings = shop(channels=[closed, Channel(handle="pos", name="Till")])
        for handle in ("Web", "web", "WEB"):
            with pytest.raises(ChannelDisabled) as error:
                check_open(handle, settings)
            assert error.value.channel == "Web"
        for handle in ("pos", "instagram", None):
            check_open(handle, settings)
        check_open("web", shop())

    @pytest.mark.parametrize("how", [{"channel": "web"}, {"source": ("web", "1")}])
    def test_orders_and_checkouts(self, office, how):
        """By the channel, and by the source that names it; nothing is saved, and enabled they are taken."""
        office.channels.disable("web")
        for begin in (office.orders.place, office.orders.preview.place, office.checkouts.start):
            with pytest.raises(ChannelDisabled, match=r"channels\.enable"):
                begin(lines=TEA, **how)
        assert (office.orders.count(""), len(office.checkouts.page(limit=5).checkouts)) == (0, 0)
        assert office.orders.place(lines=TEA, channel="pos").order.channel == "pos"
        assert office.orders.place(lines=TEA).order.channel is None
        office.channels.enable("web")
        assert office.orders.place(lines=TEA, **how).order.channel == "web"


class TestRule2_WhatWasBegun:
    def test_checkouts(self, office):
        """One that was begun is completed, by itself and by an order that names it."""
        begun = [office.checkouts.start(lines=TEA, channel="web").checkout for _ in range(2)]
        office.channels.disable("web")
        completed = office.checkouts.complete(begun[0].id, payments=Sale("10.00", gateway="cash"))
        placed = office.orders.place(lines=TEA, checkout=begun[1].id)
        assert (completed.order.channel, placed.order.channel) == ("web", "web")

    def test_drafts(self, office):
        """They have a channel of their own, which is always there."""
        office.channels.disable("web")
        draft = office.drafts.create(lines=TEA).draft
        assert office.drafts.complete(draft.id).order.channel == "draft_order"
