"""The templates of printed pages: the rules that `printing/templates.py` numbers."""

from pathlib import Path
from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.printing.asked import BrokenTemplate
from backoffice_core.printing.sheet import Fact
from backoffice_core.printing.templates import Pages


class TestRule1_AHostsTemplate:
    def test_takes_the_place_of_ours(self, tmp_path: Path) -> None:
        """Text by name, or a file of a folder; others stay ours."""
        (tmp_path / "order.html").write_text("a file, {{ who }}", encoding="utf-8")
        assert "text, Ada" == Pages({"order.html": "text, {{ who }}"}).page("order.html", who="Ada")
        for folder in (tmp_path, str(tmp_path)):
            assert "a file, Ada" == Pages(folder).page("order.html", who="Ada")
        css = "".join(Pages({"order.html": ""}).parts("style.css"))
        assert "@page" in css

    def test_may_extend_ours(self) -> None:
        """Which has another name in any case."""
        pages = Pages({"order.html": '{% extends "ours/parts.html" %}', "parts.html": "never"})
        assert "never" not in pages.page("order.html")

    @pytest.mark.parametrize("given", [7, {"order.html": 7}, {7: "x"}, "no/such/folder", ["order.html"]])
    def test_what_is_none(self, given: Any) -> None:
        with pytest.raises(InvalidValue, match="templates"):
            Pages(given)


class TestRule2_Safe:
    @pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "a & b", "'"])
    def test_whatever_is_printed_is_escaped(self, text: str) -> None:
        page = Pages({"x.html": "{{ text }}"}).page("x.html", text=text)
        assert not {"<", ">", '"', "'"} & set(page)

    @pytest.mark.parametrize(
        "source",
        [
            "{{ fact.__class__ }}",
            "{{ fact.__class__.__mro__[1].__subclasses__() }}",
            "{{ fact['__init__'].__globals__ }}",
            "{{ rows.append(1) }}",
            "{{ cycler.__init__.__globals__ }}",
        ],
    )
    def test_no_way_out(self, source: str) -> None:
        """Neither into Python nor into what it is given."""
        rows: list[int] = []
        with pytest.raises(BrokenTemplate):
            Pages({"x.html": source}).page("x.html", fact=Fact("a", "b"), rows=rows)
        assert [] == rows

    @pytest.mark.parametrize("source", ["{{ nothing }}", "{{ fact.nothing }}", "{{ say.nothing }}"])
    def test_a_name_that_is_not_there(self, source: str) -> None:
        """Is an error, not an empty place."""
        with pytest.raises(BrokenTemplate, match="nothing"):
            Pages({"x.html": source}).page("x.html", fact=Fact("a", "b"), say={})


class TestRule3_WhatGoesWrong:
    @pytest.mark.parametrize(
        ("source", "line", "problem"),
        [
            ("\n\n{% if %}", 3, "Expected an expression"),
            ("\n{{ nothing }}", 2, "'nothing' is undefined"),
            ("\n{{ 1 / 0 }}", 2, "ZeroDivisionError"),
            ("{{ 1 + 'a' }}", 1, "TypeError"),
            ("\n\n\n{{ range(999999999) | list }}", 4, "Range too big"),
            ('{% include "gone.html" %}', 0, "there is no template gone.html"),
        ],
    )
    def test_says_where(self, source: str, line: int, problem: str) -> None:
        with pytest.raises(BrokenTemplate) as no:
            Pages({"x.html": source}).page("x.html")
        assert ("x.html", line) == (no.value.template, no.value.line)
        assert problem in no.value.problem
        assert f"the template x.html cannot be used, line {line}: " in str(no.value)

    def test_in_a_file(self, tmp_path: Path) -> None:
        """Also in one that another includes; the folder is not told."""
        (tmp_path / "a.html").write_text('{% include "b.html" %}', encoding="utf-8")
        (tmp_path / "b.html").write_text("\n{{ nothing }}", encoding="utf-8")
        with pytest.raises(BrokenTemplate) as no:
            Pages(tmp_path).page("a.html")
        assert ("b.html", 2) == (no.value.template, no.value.line)

    def test_what_is_handed_in_fails_as_itself(self) -> None:
        """An order that cannot be read is no fault of the template that its page was to stand in."""

        def pages() -> Any:
            yield "one"
            raise ValueError("torn")

        with pytest.raises(ValueError, match="torn"):
            list(Pages().parts("document.html", pages=pages(), title="t", lang="en", size="", numbered=False))
