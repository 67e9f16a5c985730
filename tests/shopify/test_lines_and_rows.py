"""From bytes to the rows of one order after another."""

import csv
import io
import itertools
from collections.abc import Iterator

import pytest

from backoffice_core.shopify.columns import NAMES, Kind, MissingColumns
from backoffice_core.shopify.lines import Lines, WrongEncoding
from backoffice_core.shopify.rows import BrokenRow, groups, table
from tests.shopify.helpers import FIXTURES, csv_text, line, one_group, row

TEXT = csv_text([row(billing_name="Zoë"), line("3.00"), row(name="#1000", id="5000")])


def names(source: io.BytesIO | io.StringIO) -> list[tuple[str, int]]:
    return [(group.name, len(group.rows)) for group in groups(Lines(source))]


class TestEncoding:
    def test_utf_8_with_and_without_a_mark_as_bytes_and_as_text(self) -> None:
        expected = [("#1001", 2), ("#1000", 1)]
        for source in (TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.replace("\n", "\r\n").encode()):
            assert expected == names(io.BytesIO(source))
        assert expected == names(io.StringIO(TEXT, newline=""))
        assert expected == names(io.StringIO("\ufeff" + TEXT, newline=""))

    def test_bytes_are_counted(self) -> None:
        for source in (io.BytesIO(TEXT.encode()), io.StringIO(TEXT, newline="")):
            lines = Lines(source)
            assert 4 == len(list(lines))
            assert len(TEXT.encode()) == lines.bytes

    def test_latin_1_is_refused_with_the_line(self) -> None:
        with pytest.raises(WrongEncoding) as caught, (FIXTURES / "latin_1.csv").open("rb") as file:
            names(file)  # type: ignore[arg-type]
        assert {"line": 3, "found": "byte 0xEB"} == caught.value.facts
        assert 'line 3: byte 0xEB is not UTF-8; the file saved as UTF-8 ("CSV UTF-8") would do' == str(caught.value)

    def test_utf_16_is_refused(self) -> None:
        with pytest.raises(WrongEncoding, match="line 1: the mark of UTF-16"):
            names(io.BytesIO(TEXT.encode("utf-16")))
        with pytest.raises(WrongEncoding, match="line 1: a zero byte"):
            names(io.BytesIO(TEXT.encode("utf-16-le")))

    def test_a_text_file_opened_in_another_encoding(self) -> None:
        wrong = io.TextIOWrapper(io.BytesIO(TEXT.encode("latin-1")), encoding="utf-8", newline="")
        with pytest.raises(WrongEncoding, match="byte 0xEB"):
            list(Lines(wrong))
        holes = io.TextIOWrapper(io.BytesIO(TEXT.encode("latin-1")), "utf-8", "surrogateescape", newline="")
        with pytest.raises(WrongEncoding, match="line 2: the half character"):
            list(Lines(holes))


class TestRows:
    def test_a_note_of_several_lines_is_one_cell_and_lines_are_counted_on(self) -> None:
        text = csv_text([row(notes='one\ntwo, "three"\n\nfour'), row(name="#1000", id="5000")])
        first, second = groups(io.StringIO(text, newline=""))
        assert 'one\ntwo, "three"\n\nfour' == first.first["Notes"]
        assert (2, 6) == (first.first.line, second.first.line)

    def test_empty_rows_are_skipped(self) -> None:
        text = TEXT.replace("#1000", "\n" + "," * 78 + "\n#1000", 1)
        assert [("#1001", 2), ("#1000", 1)] == names(io.StringIO(text, newline=""))

    def test_two_orders_of_one_name_are_two(self) -> None:
        text = csv_text([row(), row(id="6001")])
        assert [("#1001", 1), ("#1001", 1)] == names(io.StringIO(text, newline=""))

    def test_cells_that_are_repeated_on_every_row_make_no_new_order(self) -> None:
        assert [("#1001", 2)] == names(io.StringIO(csv_text([row(), row()]), newline=""))

    def test_a_row_that_is_cut_off_names_its_line(self) -> None:
        with pytest.raises(BrokenRow) as caught, (FIXTURES / "truncated.csv").open("rb") as file:
            names(file)  # type: ignore[arg-type]
        assert (4, "the row has 20 cells") == (caught.value.line, caught.value.found)
        assert "line 4: the row has 20 cells; a whole row of 79 cells would do" == str(caught.value)

    def test_a_quote_that_never_ends_names_where_it_began(self) -> None:
        with pytest.raises(BrokenRow, match="line 3: the row cannot be read"):
            names(io.StringIO(csv_text([row()]) + '#1000,"ada@example.com,paid\n' + "more\n" * 3, newline=""))

    def test_a_row_with_too_many_cells(self) -> None:
        with pytest.raises(BrokenRow, match="line 2: the row has 80 cells"):
            names(io.StringIO(csv_text([row()]).rstrip("\n") + ",extra\n", newline=""))

    def test_a_row_without_a_name(self) -> None:
        with pytest.raises(BrokenRow, match="line 3: the row has no order name"):
            names(io.StringIO(csv_text([row(), row(name="")]), newline=""))

    def test_an_empty_file(self) -> None:
        with pytest.raises(MissingColumns, match="has 0 columns"):
            names(io.BytesIO(b""))

    def test_only_one_order_is_read_ahead(self) -> None:
        """The rows of a file without an end are given out order by order."""
        taken = itertools.count()

        def endless() -> Iterator[str]:
            yield csv_text([])
            body = csv_text([row()]).splitlines(keepends=True)[1]
            for number in taken:
                yield body.replace("#1001", f"#{number}").replace("5001", str(number))

        found = list(itertools.islice(groups(endless()), 1000))
        assert ["#0", "#999"] == [found[0].name, found[-1].name]
        assert next(taken) <= 1003


class TestFingerprint:
    def test_it_is_of_what_the_rows_say_not_of_the_layout(self) -> None:
        plain = one_group(row(), line("3.00")).fingerprint
        backwards = [name for name in reversed(NAMES) if name not in ("Duties", "Receipt Number")]
        assert plain == one_group(row(), line("3.00"), columns=backwards).fingerprint
        assert 64 == len(plain)

    def test_any_other_cell_is_another_content(self) -> None:
        plain = one_group(row(), line("3.00")).fingerprint
        others = [
            one_group(row(tags="vip"), line("3.00")),
            one_group(row(), line("3.01")),
            one_group(row()),
            one_group(row(), line("3.00"), line("3.00")),
        ]
        assert 5 == len({plain, *(other.fingerprint for other in others)})


def test_a_cell_that_is_too_long_is_told_with_how_long_it_may_be() -> None:
    with pytest.raises(BrokenRow, match=rf"line 2: .* cells of at most {csv.field_size_limit()} characters would do"):
        list(table(["Name,Id\n", "#1001," + "n" * 200_000 + "\n"], Kind("a file", ("Name", "Id"), ("Name",))))
