"""Reports on commands for many orders."""

from pathlib import Path

from backoffice_core import Authorization, BackOffice, Line, Sale
from backoffice_core.bulkrunner import Result


def test_report_130_status_mail_capture_tags_export_and_print_for_many(tmp_path: Path) -> None:
    """All that a list's menu needs, for a query or for ids, each with an outcome for each order."""
    office = BackOffice.open("memory:", currency="EUR", taxes_included=True)
    cups = [Line("Cup", sku="CUP", price="10.00")]
    paid, authorized = Sale("10.00"), Authorization("10.00")
    ids = [
        office.orders.place(lines=cups, email="ada@example.com", payments=[paid if at % 2 else authorized]).order.id
        for at in range(4)
    ]
    office.orders.cancel(ids[3])
    chosen = office.orders.bulk([*ids, "nobody"])

    captured = list(chosen.each.capture())
    assert [*ids, "nobody"] == [one.order_id for one in captured]
    assert [Result.DONE, Result.REFUSED, Result.DONE, Result.REFUSED, Result.UNKNOWN] == [
        one.result for one in captured
    ]
    waiting = len(office.outbox.list())
    assert 3 == chosen.fulfill(tracking="LX1", notify=True).done
    assert waiting + 3 == len(office.outbox.list())
    assert 4 == chosen.add_tags("sent").done
    assert 3 == office.orders.bulk("tag:sent fulfillment_status:shipped").print(tmp_path / "pages.html").done
    assert 4 == office.orders.export("tag:sent").to_path(tmp_path / "orders.csv").orders
    assert 4 == chosen.remove_tags("sent").done
    assert 3 == chosen.unarchive().done
    assert {"paid"} == {order.financial_status for order in office.orders if order.id != ids[3]}
