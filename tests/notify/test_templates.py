"""Templates of a host's own in place of ours, and what is said when they are broken."""

from pathlib import Path

import pytest

from backoffice_core import Line, errors
from tests.notify.helpers import a_shop, letter_of, poor, rich
from tests.printing.helpers import text_of

ONE = {
    "order_shipped.subject": "Colis {{ parcel.name }} pour {{ customer.name }}",
    "order_shipped.html": """{% extends "ours/letter.html" %}
{% block said %}<p>Dear {{ customer.name }}, {{ parcel.tracking }} is yours.</p>{% endblock %}
""",
    "order_shipped.txt": "{{ shop.name }}: {{ parcel.units }} units, {{ order.current_total.text }}",
}


class TestOverriding:
    def test_one_kind(self) -> None:
        """Its subject, text and HTML; other kinds keep ours."""
        office = a_shop(templates=ONE)
        order = rich(office)
        letter = letter_of(office, "order_shipped", order, "en")
        assert "Colis #1001-F1 pour Ada Lovelace" == letter.subject
        assert "Maison Camélia: 5 units, €88.00\n" == letter.text
        said = text_of(letter.html)
        assert "Dear Ada Lovelace, LX123456789FR is yours." in said
        assert "Théière en fonte" in said, "the other blocks are ours"
        assert "Thank you for your order" in letter_of(office, "order_placed", order, "en").text

    def test_every_kind_at_once(self) -> None:
        """By the name of the template that all have."""
        office = a_shop(templates={"letter.txt": "{{ letter.title }} / {{ letter.said | length }}"})
        assert "Thank you for your order / 2\n" == letter_of(office, "order_placed", rich(office), "en").text

    def test_a_part(self) -> None:
        """The macros of ours can be replaced alone."""
        own = """{% import "ours/parts.txt" as ours with context %}
{% set button, sums, facts, parties, quote = ours.button, ours.sums, ours.facts, ours.parties, ours.quote %}
{% macro goods(part) %}nothing to see{% endmacro %}
"""
        office = a_shop(templates={"parts.txt": own})
        text = letter_of(office, "order_placed", rich(office)).text
        assert "nothing to see" in text
        assert "Théière" not in text
        assert "Total" in text

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "order_placed.txt").write_text("Merci {{ customer.name }} é\n", encoding="utf-8")
        office = a_shop(templates=tmp_path)
        assert "Merci Ada Lovelace é\n" == letter_of(office, "order_placed", rich(office)).text

    def test_a_subject_over_several_lines(self) -> None:
        """It becomes one."""
        office = a_shop(templates={"letter.subject": "a\nBcc: eve@example.com\n"})
        assert "a Bcc: eve@example.com" == letter_of(office, "order_placed", poor(office)).subject


class TestBroken:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("one\n{{ order.nmae }}", 2),
            ("{% if %}", 1),
            ("\n\n{{ nothing }}", 3),
            ("{{ order.lines[99].title }}", 1),
            ("{{ 1 / 0 }}", 1),
            ("{% include 'missing.txt' %}", 0),
            ("{{ order.total | money }}", 1),
        ],
    )
    def test_it_says_where(self, text: str, line: int) -> None:
        """Template and line, at the preview."""
        office = a_shop(templates={"order_placed.txt": text})
        with pytest.raises(errors.BrokenTemplate) as no:
            letter_of(office, "order_placed", poor(office))
        assert ("order_placed.txt", line) == (no.value.template, no.value.line)

    def test_the_row_fails_with_it(self) -> None:
        """At delivery the message waits, with what is wrong; repaired it goes."""
        broken = {"letter.html": "{{ nothing }}"}
        office = a_shop(templates=broken)
        office.orders.place(lines=[Line("Tea", price="1.00")], email="ada@example.com")
        report = office.outbox.deliver()
        assert (0, True) == (report.sent, report.failed > 0)
        (row, *_) = office.outbox.list("waiting")
        assert "letter.html" in str(row.error)
        assert "line 1" in str(row.error)

    @pytest.mark.parametrize("templates", [5, {"order_placed.txt": 5}, "/no/such/folder"])
    def test_what_are_no_templates(self, templates: object) -> None:
        office = a_shop(templates=templates)
        with pytest.raises(errors.InvalidValue, match="templates"):
            letter_of(office, "order_placed", poor(office))
