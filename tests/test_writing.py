"""Files that an export is written to: who may read them, and what they are when something goes wrong."""

import codecs
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from backoffice_core import BackOffice, Line
from backoffice_core.failures import InvalidValue
from backoffice_core.testing import FrozenClock


@pytest.fixture
def office() -> BackOffice:
    shop = BackOffice.open("memory:", currency="EUR", taxes_included=True, clock=FrozenClock())
    shop.orders.place(lines=[Line("Thé", price="10.00")])
    return shop


def written(office: BackOffice) -> bytes:
    file = io.BytesIO()
    office.orders.export().to_file(file)
    return file.getvalue()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_a_file_that_is_replaced_can_be_read_by_the_same_people(office: BackOffice, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("old")
    path.chmod(mode)
    office.orders.export().to_path(path)
    assert (mode, written(office)) == (stat.S_IMODE(path.stat().st_mode), path.read_bytes())


class Narrow(io.RawIOBase):
    """A file without a buffer that takes seven bytes at a time, and at some time no more."""

    def __init__(self, room: int) -> None:
        self.taken = b""
        self._room = room

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int | None:
        part = bytes(data[: min(7, self._room - len(self.taken))])
        self.taken += part
        return len(part) or None


def test_what_takes_a_part_gets_the_rest(office: BackOffice) -> None:
    file = Narrow(room=10**6)
    office.orders.export().to_file(file)
    assert written(office) == file.taken


def test_a_file_that_takes_no_more_is_told(office: BackOffice) -> None:
    file = Narrow(room=100)
    with pytest.raises(BlockingIOError):
        office.orders.export().to_file(file)
    assert 100 == len(file.taken)


@pytest.mark.parametrize("mode", ["wb", "rb", "r"])
def test_a_file_that_is_closed_or_for_reading(office: BackOffice, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("old")
    with open(path, mode) as file:
        if mode == "wb":
            file.close()
        with pytest.raises(InvalidValue, match=r"^file: a file that is closed, or open for reading only"):
            office.orders.export().to_file(file)


class Bare(io.RawIOBase):
    """A file of a host's own, which defines no more than it must."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: Any, /) -> int:
        self.taken += data
        return len(data)


def test_a_class_of_a_hosts_own(office: BackOffice) -> None:
    file = Bare()
    office.orders.export().to_file(file)
    assert written(office) == file.taken


def test_a_pipe(office: BackOffice) -> None:
    ours, theirs = os.pipe()
    with open(theirs, "wb", buffering=0) as file:
        office.orders.export().to_file(file)
    with open(ours, "rb") as file:
        assert written(office) == file.read()


def test_a_stream_that_encodes_takes_text(office: BackOffice, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    with codecs.open(str(path), "w", "utf-16") as file:
        office.orders.export().to_file(file)
    assert written(office).decode() == path.read_bytes().decode("utf-16")
