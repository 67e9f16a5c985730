"""Risk Level, in and out."""

import datetime as dt

import pytest

from backoffice_core.shopify.columns import NAMES
from backoffice_core.shopify.orders_out import order_rows
from tests.shopify.helpers import order, row


@pytest.mark.parametrize(("cell", "level"), [("High", "high"), ("low", "low"), ("", "none"), ("Odd", "none")])
def test_the_level_of_the_file_is_kept(cell: str, level: str) -> None:
    """As Shopify's assessment; a word that is no level says nothing."""
    found = order(row(risk_level=cell))
    assert level == found.risk_level
    assert ["shopify"] * (level != "none") == [one.provider for one in found.assessments]
    written = dict(zip(NAMES, order_rows(found, dt.UTC)[0], strict=True))["Risk Level"]
    assert (level.capitalize() if level != "none" else "") == written
